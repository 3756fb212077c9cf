"""What the coach offers, taken up: pages of sure readings, and a second look at doubtful labels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labeler.draft import Change, Note
from labeler.i18n import _
from labeler.modes import MODES

if TYPE_CHECKING:
    from labeler.controller import Controller


class Offering:
    """The commands `rest` and `second_look`."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._pages: Sequence[int] = ()
        controller.actions.update(rest=self.rest, second_look=self.second_look)

    @property
    def on_pages(self) -> bool:
        """Whether the pages on the screen are those that the coach offered."""
        session = self._controller.session
        return bool(self._pages) and self._controller.paging.active and session is not None and session.picked

    def rest(self) -> None:
        """Shows what is read surely enough on pages, the least certain first."""
        coach = self._controller.work.coach if self._controller.work else None
        offer = coach.offer if coach else None
        if offer is None:
            self._controller.note = Note(_("Not yet: label some more one by one first."))
            return
        self._show("page", offer.ids)

    def second_look(self) -> None:
        """Shows labels that the model contradicts, the most doubtful first."""
        coach = self._controller.work.coach if self._controller.work else None
        ids = coach.suspects() if coach else []
        if not ids:
            self._controller.note = Note(_("The model contradicts no label."))
            return
        self._show("suspects", ids)

    def turned(self) -> bool:
        """A page was stored: shows the next of what is offered now, or goes back to one by one when nothing is.
        False when the pages are a person's own."""
        work = self._controller.work
        if not self.on_pages or work is None:
            return False
        offer = work.coach.offer if work.coach else None
        left = [i for i in (offer.ids if offer else self._pages) if work.session.is_open(i)]
        if left:
            self._show("page", left)
        else:
            self._pages = ()
            self._controller.browsing.enter("single")
        return True

    def _show(self, mode: str, ids: Sequence[int]) -> None:
        controller = self._controller
        session = controller.session
        assert session is not None
        again = controller.browsing.mode.name == mode
        controller.browsing.mode = MODES[mode]
        self._pages = ids if mode == "page" else ()
        session.pick(list(ids))
        controller.paging.forget()
        controller.go(0)
        if not again:
            controller.notify(Change.FOLDER)
