"""How far readings can be trusted, from those that a person has judged since.

Every decision of a person judges the reading that stood there. A logistic curve over the model's own confidence makes
probabilities of these (Platt, 1999); it is pulled to "as the model says" while little is known. Pictures that came by
chance, not by doubt, are the audit: their share of right readings is an honest estimate with an interval.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labeler.teaching.record import Estimate

_EDGE = 1e-5  # confidences are held inside this, 1 - this
_SPREAD = (1.0, 0.4)  # of shift and slope around "as the model says"
_OLDER = 0.3  # weight of what an older model read, a model
_FAR = 3  # models back that still count
_STEPS = 12
_FEWEST_ABOVE = 20  # judged readings above a confidence before it can be a bound
_FEWEST, _FEWEST_AUDITED = 20, 3  # judged readings before pages are offered
_TINY = 1e-9


class Judged(NamedTuple):
    """A reading and the label that a person gave afterwards. `model` counts the models of this sitting; `page`: it
    stood on a page; `audited`: the picture came by chance."""

    id: int
    text: str
    confidence: float
    label: str
    model: int
    page: bool = False
    audited: bool = False

    @property
    def right(self) -> bool:
        """Whether the label is what was read."""
        return self.text == self.label


class Bound(NamedTuple):
    """The confidence from which readings may be accepted unread, and the judged readings that speak for it."""

    confidence: float
    estimate: Estimate


class Trust(NamedTuple):
    """P(right) = sigmoid(shift + slope * logit(confidence))."""

    shift: float = 0.0
    slope: float = 1.0

    def probability(self, confidence: float) -> float:
        """That a reading of this confidence is right, 0..1."""
        return _sigmoid(self.shift + self.slope * _logit(confidence))


def trust(readings: Iterable[Judged], model: int) -> Trust:
    """The curve for the readings of a model; those of its predecessors count less."""
    import numpy as np  # not at the window's start; and ten thousand readings must not hold up its thread

    near = [r for r in readings if model - _FAR <= r.model <= model]
    x = np.array([_logit(r.confidence) for r in near])
    right = np.array([r.right for r in near], dtype=np.float64)
    weight = np.array([_OLDER ** (model - r.model) for r in near])
    shift, slope = 0.0, 1.0
    for _ in range(_STEPS):
        # Newton's method on the log posterior, two unknowns
        p = 1 / (1 + np.exp(-(shift + slope * x)))
        off, w = weight * (right - p), weight * np.maximum(p * (1 - p), _TINY)
        g0 = float(off.sum()) - shift / _SPREAD[0] ** 2
        g1 = float(off @ x) - (slope - 1.0) / _SPREAD[1] ** 2
        h00, h01, h11 = 1 / _SPREAD[0] ** 2 + float(w.sum()), float(w @ x), 1 / _SPREAD[1] ** 2 + float(w @ (x * x))
        determinant = h00 * h11 - h01 * h01
        shift += max(-1.0, min(1.0, (g0 * h11 - g1 * h01) / determinant))
        slope += max(-1.0, min(1.0, (g1 * h00 - g0 * h01) / determinant))
    return Trust(shift, max(slope, 0.05))


def audited(readings: Sequence[Judged]) -> bool:
    """Whether enough is known to offer anything: readings that were judged one by one, some of them by chance."""
    single = [reading for reading in readings if not reading.page]
    return len(single) >= _FEWEST and sum(reading.audited for reading in single) >= _FEWEST_AUDITED


def acceptable(probabilities: Sequence[float], precision: float) -> int:
    """How many of the surest could be taken so that at least `precision` of them are right, as expected."""
    wrong, best = 0.0, 0
    for count, probability in enumerate(sorted(probabilities, reverse=True), start=1):
        wrong += 1 - probability
        if wrong <= (1 - precision) * count:
            best = count
    return best


def bound(readings: Iterable[Judged], model: int, goal: float) -> Bound | None:
    """The lowest confidence from which at least the share `goal` of what was judged was right, of the model at work
    and the one before; None while too little was judged above any."""
    rows = sorted((r for r in readings if r.model >= model - 1), key=lambda r: -r.confidence)
    right, found = 0, None
    for count, row in enumerate(rows, start=1):
        right += row.right
        last_of_equals = count == len(rows) or rows[count].confidence != row.confidence
        if count >= _FEWEST_ABOVE and last_of_equals and right >= goal * count:
            found = Bound(row.confidence, _wilson(right, count))
    return found


def estimate(readings: Iterable[Judged]) -> Estimate | None:
    """From audited readings; None without any. Wilson's interval."""
    judged = [reading.right for reading in readings]
    return _wilson(sum(judged), len(judged)) if judged else None


def _wilson(right: int, n: int, z: float = 1.96) -> Estimate:
    share = right / n
    centre, whole = share + z * z / (2 * n), 1 + z * z / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Estimate(right, n, max((centre - spread) / whole, 0.0), min((centre + spread) / whole, 1.0))


def _logit(confidence: float) -> float:
    inside = min(max(confidence, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else 1 - 1 / (1 + math.exp(x))
