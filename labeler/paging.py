"""Page mode: many pictures with their proposals at once; one key accepts them all.

A page is a run of pictures without a decision. One of its cells is current, as everywhere; what is typed there is
kept for the cell when another becomes current, and stored with the page.
"""

from typing import TYPE_CHECKING

from dataset.charset import normalise
from labeler.draft import Change, Draft, Note
from labeler.i18n import _
from labeler.proposals import Proposal
from labeler.teaching.coach import Decision

if TYPE_CHECKING:
    from labeler.controller import Controller

SMALLEST, LARGEST = 12, 60


class Paging:
    """The page on the screen, when the mode is one of pages."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self.size = 30
        self.ids: tuple[int, ...] = ()
        self.left_out: set[int] = set()
        self._texts: dict[int, str] = {}
        self._cell: int | None = None
        self._asked = False
        self._toured: set[int] = set()
        self._read: dict[int, Proposal] = {}

    @property
    def active(self) -> bool:
        """Whether pages are shown."""
        return self._controller.browsing.mode.grid

    def text(self, sample_id: int) -> str:
        """What the page would store for one of its cells; empty: nothing."""
        if sample_id in self.left_out:
            return ""
        if sample_id == self._cell and self._controller.draft.touched:
            return normalise(self._controller.draft.text.strip())
        if sample_id in self._texts:
            return self._texts[sample_id]
        proposal = self.proposal(sample_id)
        return proposal.text if proposal else ""

    def proposal(self, sample_id: int) -> Proposal | None:
        """What was read on a cell. It says the same as long as the page is shown: a person has looked at it."""
        work = self._controller.work
        if work is None:
            return None
        found, before = work.reader.of(work.session.row(sample_id)), self._read.get(sample_id)
        if found is not None and (before is None or before.text == found.text):
            self._read[sample_id] = found
        return self._read.get(sample_id)

    def written(self, sample_id: int) -> bool:
        """Whether the person has written a text of their own for a cell of the page."""
        return sample_id in self._texts

    def confidence(self, sample_id: int) -> float | None:
        """How sure the model is of a cell; None for a text of one's own or none at all."""
        proposal = None if sample_id in self._texts else self.proposal(sample_id)
        return proposal.confidence if proposal else None

    def resize(self, cells: int) -> None:
        """The window has room for so many cells."""
        cells = min(max(cells, SMALLEST), LARGEST)
        if cells != self.size:
            self.size = cells
            if self.active:
                self._turn()

    def forget(self) -> None:
        """Other pictures are shown from now on: the page is to be made anew."""
        self.ids, self._cell = (), None

    def enter_page(self) -> None:
        """The current picture has changed: its page is to be shown."""
        session = self._controller.session
        if not self.active or session is None:
            self.forget()
        elif session.current_id not in self.ids:
            self._turn()

    def enter_cell(self) -> None:
        """The current picture is a cell of the page: what was typed for it before is there again."""
        session = self._controller.session
        if not self.active or session is None:
            return
        here = self._cell = session.current_id
        self._asked = False
        if here is not None and here in self._texts:
            self._controller.labelling.draft = Draft(self._texts[here])

    def leave_cell(self) -> None:
        """Keeps what was typed for the current cell."""
        draft = self._controller.draft
        if self.active and self._cell is not None and draft.touched:
            self._texts[self._cell] = normalise(draft.text.strip())
            self.left_out.discard(self._cell)

    def confirm(self) -> None:
        """After a correction: on to the next cell. Otherwise stores the whole page, as one step to undo."""
        controller = self._controller
        work = controller.work
        if work is None or not self.ids:
            return
        if controller.draft.touched:
            controller.step(1 if self._cell != self.ids[-1] else 0)
            return
        pairs = [(i, text) for i in self.ids if (text := self.text(i))]
        unusual = sum(bool(controller.rules.problems(text)) for _id, text in pairs)
        if unusual and not self._asked:
            self._asked = True
            controller.note = Note(_("{n} of these are unusual: Enter again keeps them.").format(n=unusual), "warn")
            return
        if not pairs:
            controller.note = Note(_("Nothing is proposed here; type, or load a model."), "warn")
            return
        proposals = [self.proposal(i) for i, _text in pairs]
        work.session.label_many(pairs)
        work.pace.labelled(len(pairs))
        work.saved = work.session.row(pairs[-1][0]).file
        self._count_accepted(pairs, proposals)
        if work.coach is not None:
            rows = zip(pairs, proposals, strict=True)
            work.coach.decided([Decision(i, text, proposal, page=True) for (i, text), proposal in rows])
        if not controller.offering.turned():
            self._turn()
            controller.arrive()

    def skip(self) -> None:
        """The current cell is not stored with the page, or is again."""
        if self._cell is not None:
            self.left_out ^= {self._cell}
            self._controller.step(1 if self._cell != self.ids[-1] else 0)

    def doubt(self) -> None:
        """Goes to the cell that the model is least sure of; again: the next in doubt."""
        session = self._controller.session
        doubts = [(c, i) for i in self.ids if i not in self._toured and (c := self.confidence(i)) is not None]
        if session is None or not doubts:
            self._toured.clear()
            return
        _confidence, least = min(doubts)
        self._toured.add(least)
        self._controller.go(session.index(least))

    def _count_accepted(self, pairs: list[tuple[int, str]], proposals: list[Proposal | None]) -> None:
        work = self._controller.work
        for (_id, text), proposal in zip(pairs, proposals, strict=True):
            if work is not None and proposal is not None:
                work.pace.proposed += 1
                work.pace.accepted += proposal.text == text

    def _turn(self) -> None:
        """Takes the next pictures without a decision, from the current one on."""
        session = self._controller.session
        self._texts.clear()
        self.left_out.clear()
        self._toured.clear()
        self._read.clear()
        if session is None:
            return
        self.ids = tuple(session.open_from(session.position, self.size))
        if self.ids:
            session.go(session.index(self.ids[0]))
            if self._controller.work is not None:
                self._controller.work.reader.take_over(session.current)  # between two pages
        else:
            self._controller.note = Note(_("Every picture here has its decision. Well done."))
        self._controller.notify(Change.PICTURE)
