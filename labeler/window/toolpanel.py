"""The panel of view tools: a slider for what has a range, a switch for the rest."""

import tkinter as tk
from collections.abc import Callable, Mapping
from functools import partial
from tkinter import ttk
from typing import Any

from labeler.commands import Keymap
from labeler.i18n import _
from labeler.view import OTSU, TOOLS, Tool, View, is_active
from labeler.window.scrolled import Scrolled
from labeler.window.theme import Theme


class ToolPanel(Scrolled):
    """`slid(name, value)` is called while a slider moves, `switched(name)` for a switch."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, keymap: Keymap, slid: Callable[[str, Any], None],
        switched: Callable[[str], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, theme)
        self.inside.configure(padding=theme.px(16))
        self._theme, self._slid = theme, slid
        self._sliders: dict[str, tuple[ttk.Scale, ttk.Label]] = {}
        self._switches: dict[str, tk.BooleanVar] = {}
        self._boxes: dict[str, tuple[ttk.Checkbutton, ttk.Label]] = {}
        self._showing = False
        self._shown: View | None = None
        px = theme.px
        ttk.Label(self.inside, text=_("View tools"), style="Title.TLabel").pack(anchor="w", pady=(0, px(4)))
        ttk.Label(self.inside, text=_("Hold a key to peek."), style="Small.TLabel").pack(anchor="w", pady=(0, px(12)))
        for tool in TOOLS:
            self._row(tool, keymap.shown(f"tool.{tool.name}"), partial(switched, tool.name))
        for widget in (self.inside, *self.inside.winfo_children()):
            self.listen(widget)

    def _row(self, tool: Tool, key: str, switch: Callable[[], None]) -> None:
        px = self._theme.px
        line = ttk.Frame(self.inside)
        line.pack(fill="x", pady=(px(3), 0))
        on = self._switches[tool.name] = tk.BooleanVar(self)
        box = ttk.Checkbutton(line, text=_(tool.title), variable=on, command=switch, takefocus=False)
        box.pack(side="left")
        ttk.Label(line, text=key, style="Small.TLabel").pack(side="right", padx=(px(14), 0))
        why = ttk.Label(self.inside, style="Small.TLabel", wraplength=px(210))
        self._boxes[tool.name] = box, why
        if tool.high > tool.low:
            row = ttk.Frame(self.inside)
            row.pack(fill="x", pady=(0, px(6)), padx=(px(26), 0))
            value = ttk.Label(row, style="Small.TLabel", width=6, anchor="e")
            value.pack(side="right")
            slider = ttk.Scale(
                row, from_=tool.low, to=tool.high, takefocus=False, length=px(130),
                command=partial(self._moved, tool.name),
            )  # fmt: skip
            slider.pack(side="left", fill="x", expand=True)
            self._sliders[tool.name] = (slider, value)

    def _moved(self, name: str, value: str) -> None:
        if not self._showing:
            self._slid(name, float(value))

    def show(self, view: View, reasons: Mapping[str, str]) -> None:
        """Brings sliders and switches to where `view` is; a tool with a reason here cannot be used."""
        for name, (box, why) in self._boxes.items():
            self._allow(box, why, reasons.get(name, ""))
        if self._shown is not None and view.tones() == self._shown:
            return
        self._shown = view.tones()
        self._showing = True
        for name, on in self._switches.items():
            on.set(is_active(view, name))
        for name, (slider, label) in self._sliders.items():
            value = getattr(view, name)
            automatic = value is None or value == OTSU
            slider.set(128 if automatic else value)
            label.configure(text=_value_text(value))
        self._showing = False

    def _allow(self, box: ttk.Checkbutton, why: ttk.Label, reason: str) -> None:
        if str(why.cget("text")) == reason:
            return
        box.configure(state="disabled" if reason else "normal")
        why.configure(text=reason)
        if reason:
            why.pack(after=box.master, anchor="w", padx=(self._theme.px(26), 0))
        else:
            why.pack_forget()


def _value_text(value: float | None) -> str:
    if value is None:
        return ""
    if value == OTSU:
        return _("auto")
    return str(value) if isinstance(value, int) else f"{value:.2f}"
