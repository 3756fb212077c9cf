"""A frame that can be taller than its room: scrolled by wheel, keys and bar, and without a bar while all fits."""

import math
import tkinter as tk
from tkinter import ttk

from labeler.window.theme import Theme


class Scrolled(ttk.Frame):
    """Put widgets into `inside`. As wide as they are, and as high, but not higher than `highest` pixels."""

    def __init__(self, parent: tk.Misc, theme: Theme, highest: int = 0) -> None:
        super().__init__(parent)
        self._highest, self._step = highest, theme.px(24)
        self._canvas = tk.Canvas(
            self, highlightthickness=0, borderwidth=0, takefocus=False, background=theme.palette.window,
            yscrollincrement=self._step,
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

    def reveal(self, widget: tk.Misc) -> None:
        """Scrolls until a widget inside is in sight, its top at least."""
        if not self.cut or not str(widget).startswith(f"{self.inside}."):
            return
        whole, seen = self.inside.winfo_height(), self._canvas.winfo_height()
        top = widget.winfo_rooty() - self.inside.winfo_rooty()
        first, bottom = self._canvas.canvasy(0), top + widget.winfo_height()
        if top < first:
            self._canvas.yview_moveto(top / whole)
        elif bottom > first + seen:
            lines = math.ceil((bottom - seen) / self._step)
            self._canvas.yview_moveto(min(top, lines * self._step) / whole)

    def listen(self, widget: tk.Misc) -> None:
        """Scrolls with the wheel and the keys that `widget` hears."""
        for event, units in (("Down", 1), ("Up", -1), ("Next", 8), ("Prior", -8)):
            widget.bind(f"<{event}>", lambda _event, u=units: self.scroll(u))  # type: ignore[misc]
        self.turn(widget)

    def turn(self, widget: tk.Misc) -> None:
        """Scrolls with the wheel that `widget` hears, unless it turns over something that has use for it."""
        widget.bind("<Button-4>", lambda event: self._turned(event, -2))
        widget.bind("<Button-5>", lambda event: self._turned(event, 2))
        widget.bind("<MouseWheel>", lambda event: self._turned(event, -2 if event.delta > 0 else 2))

    def _turned(self, event: "tk.Event[tk.Misc]", units: int) -> None:
        if self.cut and event.widget.winfo_class() not in ("Treeview", "TCombobox"):
            self.scroll(units)

    @property
    def cut(self) -> bool:
        """Whether not all is in sight."""
        return bool(self._highest) and self.inside.winfo_reqheight() > self._highest

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
