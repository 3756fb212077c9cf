"""What is kept of one sitting for its report: plain data, filled in while a person works."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple


class Point(NamedTuple):
    """How far the sitting was after a decision (or a page of them): totals since its begin. `keys`: keys and clicks
    of any kind; `seconds` of work, pauses left out."""

    labelled: int
    keys: int
    seconds: float


class Lesson(NamedTuple):
    """One training: `labels` it could learn from, the CPU `seconds` it took, `exact`: share of held-out pictures
    that it read right, `acceptable`: share of pictures that it could be trusted with at the goal (both 0..1, None
    when not known), and whether it was `taken`, being no worse than the one before. `at`: pictures labelled in this
    sitting when it was over."""

    at: int
    labels: int
    seconds: float
    exact: float | None = None
    acceptable: float | None = None
    taken: bool = True


class Reading(NamedTuple):
    """What the model had read on a picture before a person said what it is. `sample`: id in the dataset (files are
    renamed); `lesson` that had taught the model: they count from 1, 0 is before the first."""

    sample: int
    label: str
    text: str
    confidence: float
    lesson: int = 0


class Estimate(NamedTuple):
    """How many of `n` audited readings were right, and what that says of all: a 95 % interval in 0..1."""

    right: int
    n: int
    low: float
    high: float


@dataclass
class Record:
    """One sitting in one folder. `before`: labels there were at its begin; `total`: pictures to decide on;
    `length`: characters of a usual label; `goal`: precision to be reached by what is accepted unread, 0..1."""

    folder: Path
    total: int
    before: int = 0
    length: float = 0.0
    goal: float = 0.999
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    points: list[Point] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    estimate: Estimate | None = None
    typed: int = 0  # labels written by hand
    accepted: int = 0  # proposals that were right as they stood
    suspects: int = 0  # labels shown for a second look
    changed: int = 0  # of these, how many got another label
