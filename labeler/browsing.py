"""Which pictures are shown, in which order and mode; searching and going to one."""

from typing import TYPE_CHECKING

from dataset.sample import Query
from labeler.draft import Change, Note
from labeler.i18n import _
from labeler.modes import MODES, Mode, Selection

if TYPE_CHECKING:
    from labeler.controller import Controller

NEAR = 4  # bits of 64 in which the difference hashes of near-duplicates may differ


class Browsing:
    """The mode and the selection in force."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self.mode: Mode = MODES["single"]
        self.selection = Selection()
        controller.actions.update(
            single=lambda: self.enter("single"), page=lambda: self.enter("page"),
            review=lambda: self.enter("review"), suspects=lambda: self.enter("suspects"),
            blind=self.toggle_blind, alike=self.alike, next_open=self.next_open,
        )  # fmt: skip

    def enter(self, name: str) -> None:
        """Begins a mode with the filter and the order that belong to it."""
        self.mode = MODES.get(name, MODES["single"])
        if not self.mode.steps:
            self._controller.labelling.blind = False
        self.select(Selection(self.mode.shows, self.mode.order, self.selection.kind))
        if self.mode.name != "single":
            self._controller.go(0)
        self._controller.notify(Change.FOLDER)

    def select(self, selection: Selection) -> None:
        """Shows other pictures or another order; says so when there are none."""
        self.selection = selection
        work = self._controller.work
        if work is None:
            return
        work.session.choose(selection.query())
        if not self.mode.steps and self.mode.name == "single":
            self._to_open(work.session.position)
        self._controller.arrive()
        if not work.session.ids:
            self._controller.note = Note(_("No picture is like that."))

    def search(self, text: str) -> None:
        """Shows only the pictures whose label or reading holds `text`; all again for an empty one."""
        self.select(self.selection._replace(text=text))

    def go_to(self, wanted: str) -> bool:
        """Goes to a place in the list (a number, from 1) or to a label or file name; False when there is none."""
        work = self._controller.work
        if work is None or not wanted.strip():
            return False
        if wanted.strip().isdigit() and 1 <= int(wanted) <= len(work.session.ids):
            self._controller.go(int(wanted) - 1)
            return True
        found = work.session.store.find(wanted.strip())
        ids = [found.id] if found else work.session.store.ids(Query(text=wanted.strip(), limit=1))
        if not ids or ids[0] not in work.session.ids:
            return False
        self._controller.go(work.session.index(ids[0]))
        return True

    def alike(self) -> None:
        """Shows the near-duplicates of the current picture together; again: all pictures."""
        controller = self._controller
        work, sample = controller.work, controller.sample
        if work is None or sample is None:
            return
        if work.session.picked:
            self.select(self.selection)
            return
        here = work.session.store.get(sample.id).dhash
        if here is None:
            controller.note = Note(_("The pictures are still being compared; try again in a moment."))
            return
        samples = work.session.store.samples(work.session.query)
        near = [s.id for s in samples if s.dhash is not None and (s.dhash ^ here).bit_count() <= NEAR]
        work.session.pick(near)
        controller.arrive()
        controller.note = Note(_("{n} pictures are alike.").format(n=len(near)))

    def toggle_blind(self) -> None:
        """Hides or shows what is known before the person has written."""
        self._controller.labelling.blind = not self._controller.labelling.blind
        self._controller.arrive()

    def next_open(self) -> None:
        """Moves to the next picture without a decision."""
        work = self._controller.work
        if work is not None and not self._to_open(work.session.position + 1):
            self._controller.note = Note(_("Every picture here has its decision. Well done."))
        self._controller.arrive()

    def _to_open(self, start: int) -> bool:
        work = self._controller.work
        position = work.session.next_open(start) if work else None
        if work is None or position is None:
            return False
        work.session.go(position)
        return True
