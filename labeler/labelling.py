"""The commands on the current picture: the text, its label, what is set aside, and the way back."""

from typing import TYPE_CHECKING

from dataset.charset import normalise
from dataset.sample import Edit, Sample
from labeler.draft import Change, Draft, Note
from labeler.i18n import N_, _
from labeler.rules import Problem
from labeler.teaching.coach import Decision

if TYPE_CHECKING:
    from labeler.controller import Controller

_EDITS = {  # what an edit of the store is called
    "label": N_("a label"), "skipped": N_("skipping"), "unreadable": N_("unreadable"), "type": N_("a type"),
}  # fmt: skip


class Labelling:
    """Writes labels. `blind`: a label or proposal is not shown before the person has written their own."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self.draft = Draft()
        self.blind = False
        controller.actions.update(
            restore=self.restore, undo=self.undo, unreadable=self.unreadable, redo=self.redo,
            take_1=lambda: self.take(0), take_2=lambda: self.take(1), take_3=lambda: self.take(2),
        )  # fmt: skip

    @property
    def text(self) -> str:
        """The text of the field as it would be stored."""
        return normalise(self.draft.text.strip())

    def problems(self) -> list[Problem]:
        """The rules that the text in the field breaks, as far as it is written."""
        whole = not self.draft.touched or self.draft.asked == self.text
        return self._controller.rules.problems(self.text, whole=whole)

    def fill(self) -> None:
        """Begins the current picture: its label, else the proposal, all of it selected."""
        sample, proposal = self._controller.sample, self._controller.proposal
        if sample is None or self.blind:
            self.draft = Draft()
        elif sample.label is not None:
            self.draft = Draft(sample.label)
        else:
            self.draft = Draft(proposal.text if proposal else "")

    def confirm(self) -> None:
        """Stores the text as the label and goes on; what is unusual is asked once."""
        controller, sample, text = self._controller, self._controller.sample, self.text
        if controller.work is None or sample is None:
            return
        if not text:
            controller.note = Note(_("Type what you read, or skip the picture."), "warn")
            return
        question = self._question(sample, text)
        if question and self.draft.asked != text:
            self.draft.asked = text
            controller.note = Note(question, "warn")
            return
        proposal = None if self.blind else controller.proposal
        work = controller.work
        work.saved = work.session.label(text, controller.browsing.mode.confirms).file
        work.pace.labelled(proposal=proposal.text if proposal else None, text=text)
        if work.coach is not None:
            again, changed = sample.label is not None, sample.label not in (None, text)
            work.coach.decided([Decision(sample.id, text, proposal, again=again, changed=changed)])
        controller.go_on()

    def _question(self, sample: Sample, text: str) -> str:
        """What to ask before `text` becomes the label; empty when there is nothing to ask."""
        if self._controller.rules.problems(text):
            return _("Unusual for this folder: press Enter again to keep it.")
        if self.blind and sample.label is not None and sample.label != text:
            return _("The label was “{label}”: Enter keeps yours, Escape takes it.").format(label=sample.label)
        return ""

    def restore(self) -> None:
        """Puts the label there is, or the proposal, back into the field, all of it selected."""
        blind, self.blind = self.blind, self.blind and not self.draft.asked
        self.fill()
        self.blind = blind
        self._controller.notify(Change.FIELD)

    def doubt(self) -> None:
        """Selects the character that the model is least sure of, so that one letter replaces it.

        Again: the next in doubt; in a text of one's own, the next character.
        """
        proposal, text = self._controller.proposal, self.draft.text
        if not text:
            return
        order = list(range(len(text)))
        if proposal and len(proposal.characters) == len(text):
            order.sort(key=lambda position: proposal.characters[position])
        start, end = self.draft.select
        here = order.index(start) if end - start == 1 and start < len(text) else -1
        position = order[(here + 1) % len(order)]
        self.draft.select = (position, position + 1)
        self._controller.notify(Change.FIELD)

    @property
    def readings(self) -> list[tuple[str, float]]:
        """What could stand in the field instead, with its confidence: the model's other readings, and before them
        its first where a person's label contradicts it."""
        sample, proposal = self._controller.sample, self._controller.proposal
        if sample is None or proposal is None or self.blind:
            return []
        contradicts = sample.label is not None and sample.label != proposal.text
        others = [(text, confidence) for text, confidence in proposal.alternatives if text != sample.label]
        return [(proposal.text, proposal.confidence), *others] if contradicts else others

    def take(self, number: int) -> None:
        """Puts one of the other readings into the field: 0 is the likeliest."""
        readings = self.readings
        if number >= len(readings):
            self._controller.note = Note(_("There is no other reading."))
            return
        self.draft = Draft(readings[number][0], touched=True)
        self._controller.notify(Change.FIELD | Change.STATUS)

    def skip(self) -> None:
        """Sets the picture aside for later."""
        self._set_aside("skipped", None)

    def unreadable(self, reason: str = "nobody can read it") -> None:
        """Marks the picture as one that has no label."""
        self._set_aside("unreadable", reason)

    def undo(self) -> None:
        """Takes the last change back and shows its picture."""
        if self._controller.work is not None:
            edit = self._controller.work.session.undo()
            self._travelled(edit, _("Undone: {what}"), _("Nothing to undo."))

    def redo(self) -> None:
        """Does the last undone change again."""
        if self._controller.work is not None:
            edit = self._controller.work.session.redo()
            self._travelled(edit, _("Done again: {what}"), _("Nothing to redo."))

    def _set_aside(self, status: str, reason: str | None) -> None:
        controller = self._controller
        if controller.work is not None and controller.sample is not None:
            controller.work.session.set_status(status, reason)
            controller.go_on()

    def _travelled(self, edit: Edit | None, done: str, nothing: str) -> None:
        if edit is None:
            self._controller.note = Note(nothing)
            return
        work = self._controller.work
        if work is not None and work.coach is not None:
            work.coach.undone()
        count = f" ({len(edit.samples)})" if len(edit.samples) > 1 else ""
        self._controller.arrive()
        self._controller.note = Note(done.format(what=_(_EDITS.get(edit.action, edit.action))) + count)
