"""A frame that can be taller than its room: scrolled by wheel, keys and bar, and without a bar while all fits."""

import tkinter as tk
from tkinter import ttk

from labeler.window.theme import Theme


class Scrolled(ttk.Frame):
    """Put widgets into `inside`. As wide as they are, and as high, but not higher than `highest` pixels."""

    def __init__(self, parent: tk.Misc, theme: Theme, highest: int = 0) -> None:
        super().__init__(parent)
        self._highest = highest
        self._canvas = tk.Canvas(
            self, highlightthickness=0, borderwidth=0, takefocus=False, background=theme.palette.window,
            yscrollincrement=theme.px(24),
        )  # fmt: skip
        self._bar = ttk.Scrollbar(self, orient="vertical", style="Slim.Vertical.TScrollbar", command=self._canvas.yview)
        self._canvas.configure(yscrollcommand=self._reach)
        self._canvas.pack(side="left", fill="both", expand=True)
        self.inside = ttk.Frame(self._canvas)
        self._canvas.create_window(0, 0, window=self.inside, anchor="nw")
        self.inside.bind("<Configure>", lambda _event: self._fit())

    def scroll(self, units: int) -> str:
        """Moves by so many lines; for key and wheel bindings."""
        self._canvas.yview_scroll(units, "units")
        return "break"

    def listen(self, widget: tk.Misc) -> None:
        """Scrolls with the wheel and the keys that `widget` hears."""
        for event, units in (("Down", 1), ("Up", -1), ("Next", 8), ("Prior", -8), ("Button-5", 2), ("Button-4", -2)):
            widget.bind(f"<{event}>", lambda _event, u=units: self.scroll(u))  # type: ignore[misc]
        widget.bind("<MouseWheel>", lambda event: self.scroll(-2 if event.delta > 0 else 2))

    def _fit(self) -> None:
        width, height = self.inside.winfo_reqwidth(), self.inside.winfo_reqheight()
        self._canvas.configure(scrollregion=(0, 0, width, height), width=width)
        self._canvas.configure(height=min(height, self._highest) if self._highest else height)

    def _reach(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        if float(first) <= 0 and float(last) >= 1:
            self._bar.pack_forget()
        else:
            self._bar.pack(side="right", fill="y")
