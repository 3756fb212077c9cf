"""The bottom line: how far the work is, how fast it goes, what was saved last."""

import tkinter as tk
from tkinter import ttk
from typing import NamedTuple

from labeler.i18n import _
from labeler.window.once import configure
from labeler.window.theme import Theme

_BETWEEN = "   ·   "


class Figures(NamedTuple):
    """What the line shows; None and "" are left out. Shares in 0..1, `left` in seconds; `learning`: what is known of
    the model that learns."""

    labelled: int
    total: int
    per_minute: float | None = None
    left: float | None = None
    acceptance: float | None = None
    model: str = ""
    learning: tuple[str, ...] = ()
    rules: str = ""
    saved: str = ""


class StatusBar(ttk.Frame):
    """A thin bar of progress with a line of facts below."""

    def __init__(self, parent: tk.Misc, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share = 0.0
        self._progress = tk.Canvas(self, highlightthickness=0, borderwidth=0, takefocus=False)
        self._done = self._progress.create_rectangle(0, 0, 0, 0, width=0)
        self._progress.pack(side="top", fill="x")
        self._progress.bind("<Configure>", lambda _event: self._draw())
        self._left = ttk.Label(self)
        self._left.pack(side="left")
        self._right = ttk.Label(self, style="Small.TLabel", anchor="e")
        self._right.pack(side="right")
        self._middle = ttk.Label(self, style="Small.TLabel")
        self._middle.pack(side="left")
        self.restyle()

    def restyle(self) -> None:
        """Takes up a changed theme."""
        px, colours = self._theme.px, self._theme.palette
        self._progress.configure(height=px(4), background=colours.line)
        self._progress.itemconfigure(self._done, fill=colours.accent)
        self._left.configure(padding=(px(16), px(8), px(16), px(8)))
        self._middle.configure(padding=(0, px(8)))
        self._right.configure(padding=(px(16), px(8)))
        self._draw()

    def show(self, figures: Figures) -> None:
        """Writes the figures."""
        share = figures.labelled / figures.total if figures.total else 0.0
        if share != self._share:
            self._share = share
            self._draw()
        of = _("{done} of {total} done").format(done=f"{figures.labelled:,}", total=f"{figures.total:,}")
        configure(self._left, text=of)
        facts = []
        if figures.per_minute is not None:
            facts.append(_("{n} a minute").format(n=round(figures.per_minute)))
        if figures.left is not None and figures.left >= 1:
            facts.append(_("{time} left").format(time=duration(figures.left)))
        facts += figures.learning
        if figures.acceptance is not None:
            facts.append(_("{n} % of the proposals right").format(n=round(100 * figures.acceptance)))
        configure(self._right, text=_("Saved {file}").format(file=figures.saved) if figures.saved else "")
        more = [text for text in (figures.rules, figures.model) if text]
        configure(self._middle, text=self._fitting([*facts, *more]))

    def _fitting(self, facts: list[str]) -> str:
        """As many of the facts as there is room for, the first ones first."""
        beside = self._left.winfo_reqwidth() + self._right.winfo_reqwidth()
        measure = self._theme.fonts["small"].measure
        text = _BETWEEN.join(facts)
        while len(facts) > 1 and self.winfo_width() > beside and measure(text) > self.winfo_width() - beside:
            facts = facts[:-1]
            text = _BETWEEN.join(facts)
        return text

    def _draw(self) -> None:
        width = round(self._progress.winfo_width() * self._share)
        self._progress.coords(self._done, 0, 0, width, self._theme.px(4))


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `2 h 5 min`."""
    if seconds < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
