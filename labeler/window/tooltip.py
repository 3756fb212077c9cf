"""A line that explains a button while the pointer rests on it."""

import tkinter as tk

from labeler.window.theme import Theme

_DELAY_MS = 500


class Tooltip:
    """Belongs to one widget and goes away with it."""

    def __init__(self, widget: tk.Widget, theme: Theme, text: str) -> None:
        self._widget, self._theme, self._text = widget, theme, text
        self._waiting = ""
        self._shown: tk.Toplevel | None = None
        widget.bind("<Enter>", self._wait, add="+")
        for event in ("<Leave>", "<ButtonPress>", "<Destroy>"):
            widget.bind(event, self._hide, add="+")

    def _wait(self, _event: object) -> None:
        self._waiting = self._widget.after(_DELAY_MS, self._show)

    def _show(self) -> None:
        colours, px = self._theme.palette, self._theme.px
        self._shown = tip = tk.Toplevel(self._widget)
        tip.wm_overrideredirect(True)
        x = self._widget.winfo_rootx()
        y = self._widget.winfo_rooty() + self._widget.winfo_height() + px(4)
        label = tk.Label(
            tip, text=self._text, background=colours.text, foreground=colours.window,
            font=self._theme.fonts["small"], padx=px(8), pady=px(4),
        )  # fmt: skip
        label.pack()
        x = min(x, self._widget.winfo_screenwidth() - label.winfo_reqwidth() - px(4))
        tip.wm_geometry(f"+{x}+{y}")

    def _hide(self, _event: object) -> None:
        if self._waiting:
            self._widget.after_cancel(self._waiting)
            self._waiting = ""
        if self._shown is not None:
            self._shown.destroy()
            self._shown = None
