"""What stands in the status line about learning."""

from labeler.i18n import _
from labeler.teaching.record import Record


def line(record: Record, acceptable: float | None, *, enough: bool, busy: bool) -> str:
    """`acceptable`: share (0..1) of the open pictures that could be accepted unread, where it is known; `enough`: more
    labels gain hardly anything; `busy`: a lesson is under way."""
    taken, facts = [lesson for lesson in record.lessons if lesson.taken], []
    if taken:
        facts.append(_("learned from {n} labels").format(n=taken[-1].labels))
        if taken[-1].exact is not None:
            facts.append(_("{n} % of unseen ones right").format(n=round(100 * taken[-1].exact)))
        if acceptable is not None:
            facts.append(_("{n} % can be accepted").format(n=round(100 * acceptable)))
    if enough:
        facts.append(_("one more label hardly helps any more"))
    if busy:
        facts.append(_("learning…"))
    return " · ".join(facts)
