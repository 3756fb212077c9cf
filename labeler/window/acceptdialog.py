"""The dialog with the slider: accept all above a confidence, with the number of errors to expect."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from labeler.accepting import CHECKED_FIRST, DEFAULT, Candidates
from labeler.i18n import _
from labeler.window.dialogs import Dialog
from labeler.window.theme import Theme

_LOWEST = 0.5
Do = Callable[[Candidates, float], None]


class AcceptDialog(Dialog):
    """`accept` and `check` are called with the candidates and the threshold chosen."""

    def __init__(self, parent: tk.Tk, theme: Theme, candidates: Candidates, accept: Do, check: Do) -> None:
        super().__init__(parent, theme, _("Accept all above…").rstrip("…"))
        px = theme.px
        self._candidates, self._accept, self._check = candidates, accept, check
        self._threshold = tk.DoubleVar(self, DEFAULT)
        if not candidates.rows:
            ttk.Label(self.body, text=_("There is no reading to accept: load a model first.")).pack(anchor="w")
            self.button(_("Close"), self.destroy, default=True)
            self.open()
            return
        row = ttk.Frame(self.body)
        row.pack(fill="x")
        ttk.Label(row, text=_("Confidence of at least")).pack(side="left")
        self._value = ttk.Label(row, style="Title.TLabel", width=7, anchor="e")
        self._value.pack(side="right")
        self.slider = ttk.Scale(
            self.body, from_=_LOWEST, to=1.0, variable=self._threshold, length=px(420), command=self._moved
        )
        self.slider.pack(fill="x", pady=(px(8), px(14)))
        self._count = ttk.Label(self.body)
        self._count.pack(anchor="w")
        self._errors = ttk.Label(self.body, style="Muted.TLabel")
        self._errors.pack(anchor="w", pady=(px(4), 0))
        self._go = self.button("", self._accepted, default=True)
        self._look = self.button(_("Check {n} first").format(n=CHECKED_FIRST), self._checked)
        self.button(_("Cancel"), self.destroy)
        for key, step in (("Left", -0.005), ("Right", 0.005)):
            self.bind(f"<{key}>", lambda _event, s=step: self._step(s))  # type: ignore[misc]
        self._moved("")
        self.open(self.slider)

    def _step(self, step: float) -> str:
        self._threshold.set(min(max(round(self._threshold.get() + step, 4), _LOWEST), 1.0))
        self._moved("")
        return "break"

    def _moved(self, _text: str) -> None:
        threshold = self._threshold.get()
        count, total = self._candidates.count(threshold), len(self._candidates.rows)
        errors = self._candidates.expected_errors(threshold)
        self._value.configure(text=f"{100 * threshold:.1f} %")
        self._count.configure(text=_("{n} of {total} pictures").format(n=f"{count:,}", total=f"{total:,}"))
        share = f"{100 * errors / count:.2f} %" if count else "0 %"
        self._errors.configure(text=_("{n} errors expected ({share})").format(n=f"{errors:.1f}", share=share))
        self._go.configure(text=_("Accept {n}").format(n=f"{count:,}"), state="normal" if count else "disabled")
        self._look.configure(state="normal" if count else "disabled")

    def _accepted(self) -> None:
        self._finish(self._accept)

    def _checked(self) -> None:
        self._finish(self._check)

    def _finish(self, do: Do) -> None:
        threshold = self._threshold.get()
        if self._candidates.count(threshold):
            self.destroy()
            do(self._candidates, threshold)
