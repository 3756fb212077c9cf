"""What the window invites a person to, one thing at a time: the rest by pages, a second look, the report.

It stands on a strip until it is taken or put off; the work goes on either way.
"""

from typing import TYPE_CHECKING, NamedTuple

from labeler.draft import Change
from labeler.i18n import _

if TYPE_CHECKING:
    from labeler.controller import Controller


_MOST_LOOKED_AT = 200  # labels whose rows the session keeps at hand


class Invitation(NamedTuple):
    """`command`: what taking it runs; `text`: one sentence; `title`: of its button."""

    command: str
    text: str
    title: str


class Inviting:
    """Looks at what the coach offers. An invitation that was put off comes again after the next lesson."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._put_off: set[tuple[str, int]] = set()
        self._suspects: tuple[object, int] = (None, 0)
        self._shown: Invitation | None = None
        controller.actions.update(decline=self.decline)

    @property
    def current(self) -> Invitation | None:
        """What stands on the strip now."""
        found = self._find()
        self._shown = None if found is None or self._key(found) in self._put_off else found
        return self._shown

    def decline(self) -> None:
        """Not now."""
        if self._shown is not None:
            self._put_off.add(self._key(self._shown))
            self._controller.notify(Change.STATUS)

    def _key(self, invitation: Invitation) -> tuple[str, int]:
        work = self._controller.work
        lessons = len(work.coach.record.lessons) if work is not None and work.coach is not None else 0
        return invitation.command, lessons

    def _find(self) -> Invitation | None:
        work, mode = self._controller.work, self._controller.browsing.mode.name
        if work is None or work.coach is None or mode not in ("single", "suspects"):
            return None
        coach, waiting = work.coach, work.session.open_count()
        if waiting:
            return self._rest() if mode == "single" else None
        if not coach.record.points:
            return None
        looking = mode == "suspects"
        if not looking and (suspects := self._count_suspects()):
            text = _("Labels that contradict what the model reads: {n}. Look at them again?")
            return Invitation("second_look", text.format(n=f"{suspects:,}"), _("Look again"))
        if coach.ended and not (looking and self._left_to_look()):
            text = _("All is labelled. A page tells how it went, and what was hard.")
            return Invitation("report", text, _("Open the report"))
        return None

    def _rest(self) -> Invitation | None:
        work = self._controller.work
        offer = work.coach.offer if work is not None and work.coach is not None else None
        if offer is None:
            return None
        text = _("{n} pictures are read well (mistakes expected: {wrong}). Confirm them by pages?")
        said = text.format(n=f"{len(offer.ids):,}", wrong=f"{round(offer.wrong):,}")
        return Invitation("rest", said, _("By pages"))

    def _left_to_look(self) -> bool:
        """Whether a second look has not been taken at all that is shown; it is asked at every redraw."""
        session = self._controller.session
        if session is None or not session.picked or len(session.ids) > _MOST_LOOKED_AT:
            return True
        return any(session.row(i).status == "labelled" for i in session.ids)

    def _count_suspects(self) -> int:
        """How many labels are worth a second look, asked for only when something has been decided or learned."""
        work = self._controller.work
        if work is None or work.coach is None:
            return 0
        record = work.coach.record
        state = (work, len(record.points), len(record.lessons), work.reader.version)
        if self._suspects[0] != state:
            self._suspects = (state, len(work.coach.suspects()))
        return self._suspects[1]
