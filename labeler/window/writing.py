"""The place to write: text field, other readings, and one line that says what there is to say."""

import tkinter as tk
from tkinter import ttk

from labeler.commands import Keymap
from labeler.controller import Controller
from labeler.draft import Note
from labeler.i18n import _
from labeler.rules import Problem
from labeler.window.alternatives import Alternatives
from labeler.window.field import Field
from labeler.window.once import configure
from labeler.window.theme import Theme

_NOTES = {"info": "Muted.TLabel", "warn": "Warn.TLabel", "error": "Bad.TLabel"}
_SIGNS = {"info": "", "warn": "⚠  ", "error": "✕  "}


class Writing(ttk.Frame):
    """Below the picture."""

    def __init__(self, parent: tk.Misc, theme: Theme, keymap: Keymap, controller: Controller) -> None:
        super().__init__(parent)
        self._controller, self._theme = controller, theme
        self._said, self._width = Note(""), 0
        px = theme.px
        self.field = Field(self, theme, controller.typed)
        self.hint = ttk.Label(self, anchor="center")
        self._beside = px(210)
        self._key = keymap.shown("trouble")
        self.hint.bind("<Button-1>", self._clicked)
        self._alternatives = Alternatives(self, theme, keymap, lambda number: controller.run(f"take_{number + 1}"))
        ttk.Frame(self).grid(row=0, column=0, sticky="nsew")  # as wide as the alternatives: the field is central
        self.field.grid(row=0, column=1)
        self._alternatives.grid(row=0, column=2, sticky="w", padx=(px(20), 0))
        self.hint.grid(row=1, column=0, columnspan=3, sticky="ew", pady=(px(8), 0))
        self.columnconfigure(0, weight=1)
        self.columnconfigure(2, weight=1, minsize=self._beside)
        self.bind("<Configure>", lambda event: self._lay_out(event.width))

    def _lay_out(self, width: int) -> None:
        """The field stands in the middle where both sides have room, else the other readings keep theirs."""
        free = width - self.field.fit(width - self._beside)
        central = free >= 2 * self._beside
        for column in (0, 2):
            self.columnconfigure(column, uniform="beside" if central else "")
        room = free // 2 if central else min(free, (free + self._beside) // 2)
        self._alternatives.fit(max(1, room - self._theme.px(20)))
        self._width = width
        self._write()

    def _clicked(self, _event: object) -> None:
        if self._controller.note.title:
            self._controller.run("trouble")

    def put(self) -> None:
        """Brings the controller's text into the field."""
        self.field.put(self._controller.draft.text, self._controller.draft.select)

    def show(self) -> None:
        """Shows confidence, broken rules, other readings and the note."""
        controller = self._controller
        proposal, text = controller.proposal, controller.draft.text
        hidden = controller.labelling.blind
        problems = controller.labelling.problems()
        as_read = proposal is not None and proposal.text == text and not hidden
        characters = proposal.characters if proposal is not None and as_read else ()
        wrong = {position for problem in problems for position in problem.positions}
        self.field.colour(characters, wrong, bool(problems))
        self._alternatives.show(controller.labelling.readings)
        note = controller.note
        if not note.text and problems:
            note = Note("   ".join(problem_text(problem) for problem in problems), "warn")
        self._said = note
        self._write()

    def _write(self) -> None:
        note = self._said
        text = f"{note.title} ({self._key}): {note.text}" if note.title else note.text
        configure(self.hint, text=self._cut(_SIGNS[note.kind] + text), style=_NOTES[note.kind])

    def _cut(self, text: str) -> str:
        """As much of `text` as the line has room for; the dialog behind it shows all."""
        font = self._theme.fonts["base"]
        while self._width and len(text) > 1 and font.measure(text) > self._width:
            text = text[: max(1, len(text) * self._width // font.measure(text) - 2)] + "…"
        return text


def problem_text(problem: Problem) -> str:
    """What is unusual about a label, in a few words."""
    if problem.kind == "alphabet":
        return _("not in the alphabet: {characters}").format(characters=problem.detail)
    if problem.kind == "case":
        return _("only lower case is usual") if problem.detail == "lower" else _("only upper case is usual")
    if problem.kind == "length":
        return _("{n} characters are usual").format(n=problem.detail)
    return _("does not match {pattern}").format(pattern=problem.detail)
