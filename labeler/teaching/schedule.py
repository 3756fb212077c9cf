"""When a lesson is due, and how long it may take."""

from collections.abc import Sequence

FIRST = (20, 35, 50)  # labels
_THEN = 50  # further labels
_SHARE = 4  # of many labels a quarter more makes a difference, fewer do not
_FEWEST_NEW = 15
_LATELY = 20  # decisions
_DROP = 0.25  # of the acceptance rate
_SECONDS = (20.0, 40.0)
_LABELS_A_SECOND = 20


def following(learned: int) -> int:
    """How many labels the next lesson waits for, when the last one began with `learned` (0: there was none)."""
    first = next((count for count in FIRST if count > learned), 0)
    return first or learned + max(_THEN, learned // _SHARE)


def due(labels: int, learned: int, accepted: Sequence[bool]) -> bool:
    """Whether a lesson would pay: enough labels came since the last one, or proposals are accepted less than they were.

    `accepted`: for each decision since the model at work came, whether its proposal stood.
    """
    if labels >= following(learned):
        return True
    before, lately = accepted[:-_LATELY], accepted[-_LATELY:]
    if learned == 0 or labels < learned + _FEWEST_NEW or len(before) < _LATELY:
        return False
    return sum(lately) / len(lately) < sum(before) / len(before) - _DROP


def seconds(labels: int, *, last: bool = False) -> float:
    """CPU seconds for a lesson with so many labels; the last one, whose model is kept, has twice the time."""
    least, most = _SECONDS
    return min(least + labels / _LABELS_A_SECOND, most) * (2 if last else 1)
