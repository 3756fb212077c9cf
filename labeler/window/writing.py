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
        self._controller = controller
        px = theme.px
        self.field = Field(self, theme, controller.typed)
        self.hint = ttk.Label(self, anchor="center")
        self._key = keymap.shown("trouble")
        self.hint.bind("<Button-1>", self._clicked)
        self._alternatives = Alternatives(self, theme, keymap, lambda number: controller.run(f"take_{number + 1}"))
        ttk.Frame(self).grid(row=0, column=0, sticky="nsew")  # as wide as the alternatives: the field is central
        self.field.grid(row=0, column=1)
        self._alternatives.grid(row=0, column=2, sticky="w", padx=(px(20), 0))
        self.hint.grid(row=1, column=0, columnspan=3, sticky="ew", pady=(px(8), 0))
        for column in (0, 2):
            self.columnconfigure(column, weight=1, uniform="beside")

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
        self._alternatives.show(proposal.alternatives if proposal and not hidden else ())
        note = controller.note
        if not note.text and problems:
            note = Note("   ".join(problem_text(problem) for problem in problems), "warn")
        text = f"{note.title}: {note.text}   {self._key}" if note.title else note.text
        configure(self.hint, text=_SIGNS[note.kind] + text, style=_NOTES[note.kind])


def problem_text(problem: Problem) -> str:
    """What is unusual about a label, in a few words."""
    if problem.kind == "alphabet":
        return _("not in the alphabet: {characters}").format(characters=problem.detail)
    if problem.kind == "case":
        return _("only lower case is usual") if problem.detail == "lower" else _("only upper case is usual")
    if problem.kind == "length":
        return _("{n} characters are usual").format(n=problem.detail)
    return _("does not match {pattern}").format(pattern=problem.detail)
