"""The other readings of the model, beside the text field: a key or a click takes one."""

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from labeler.commands import Keymap
from labeler.confidence import percent
from labeler.i18n import _
from labeler.window.once import configure
from labeler.window.theme import Theme

COUNT = 3


class Alternatives(ttk.Frame):
    """Up to three readings; `taken(i)` is called on a click. Where there is little room the keys stay in sight, the
    confidences and then the ends of long readings do not."""

    def __init__(self, parent: tk.Misc, theme: Theme, keymap: Keymap, taken: Callable[[int], None]) -> None:
        super().__init__(parent)
        px = theme.px
        self._theme, self._room = theme, 0
        self._readings: Sequence[tuple[str, float]] = ()
        self.columnconfigure(0, weight=1)
        self._title = ttk.Label(self, text=_("Or"), style="Small.TLabel")
        self._title.grid(row=0, column=0, sticky="w", pady=(0, px(2)))
        self._rows = []
        for number in range(COUNT):
            text = ttk.Label(self, font=theme.fonts["row"], cursor="hand2")
            facts = ttk.Label(self, style="Small.TLabel")
            text.grid(row=number + 1, column=0, sticky="w", pady=px(1))
            facts.grid(row=number + 1, column=1, sticky="e", padx=(px(20), 0))
            text.bind("<Button-1>", lambda _event, n=number: taken(n))  # type: ignore[misc]
            self._rows.append((text, facts, keymap.shown(f"take_{number + 1}")))

    def fit(self, room: int) -> None:
        """Makes do with so many pixels across."""
        self._room = room
        self.show(self._readings)

    def show(self, readings: Sequence[tuple[str, float]]) -> None:
        """Writes the readings with their confidence (0..1); none leaves the place empty."""
        self._readings = readings = readings[:COUNT]
        brief = self._room and max(map(self._width, range(len(readings))), default=0) > self._room
        configure(self._title, text=_("Or") if readings else "")
        for number, (text, facts, key) in enumerate(self._rows):
            reading, confidence = readings[number] if number < len(readings) else ("", 0.0)
            configure(text, text=reading)
            fact = key if brief else _fact(confidence, key)
            configure(facts, text=fact if reading else "")

    def _width(self, number: int) -> int:
        """Pixels that a whole row takes."""
        (reading, confidence), fonts = self._readings[number], self._theme.fonts
        fact = fonts["small"].measure(_fact(confidence, self._rows[number][2]))
        return fonts["row"].measure(reading) + self._theme.px(24) + fact


def _fact(confidence: float, key: str) -> str:
    return f"{percent(confidence)}   {key}"
