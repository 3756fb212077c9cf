"""Accepting everything above a confidence: how many that are, how many errors to expect, which to check first."""

import random
from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from dataset.sample import Query
from labeler.draft import Change, Note
from labeler.i18n import _
from labeler.modes import MODES

if TYPE_CHECKING:
    from labeler.controller import Controller

CHECKED_FIRST = 12
DEFAULT = 0.95


class Candidate(NamedTuple):
    """A picture without a decision that the model has read; `confidence` is calibrated, 0..1."""

    id: int
    text: str
    confidence: float


class Candidates:
    """Readings that could be accepted, the most certain first."""

    def __init__(self, rows: list[Candidate]) -> None:
        self.rows = sorted(rows, key=lambda row: -row.confidence)
        self._doubts = [-row.confidence for row in self.rows]
        self._errors = [0.0, *accumulate(1 - row.confidence for row in self.rows)]

    def count(self, threshold: float) -> int:
        """How many readings are at least so certain."""
        return bisect_left(self._doubts, -threshold + 1e-12)

    def expected_errors(self, threshold: float) -> float:
        """How many of these are wrong, if the confidences are what they say: the sum of 1 - confidence."""
        return self._errors[self.count(threshold)]

    def above(self, threshold: float) -> list[Candidate]:
        """The readings that are at least so certain."""
        return self.rows[: self.count(threshold)]

    def to_check(self, threshold: float, count: int = CHECKED_FIRST, seed: int = 0) -> list[Candidate]:
        """Some of these by chance, one from each equal share from the most to the least certain."""
        among, rng = self.above(threshold), random.Random(seed)
        if len(among) <= count:
            return among
        edges = [round(number * len(among) / count) for number in range(count + 1)]
        return [among[rng.randrange(low, high)] for low, high in pairwise(edges)]


class Accepting:
    """The commands behind the slider."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller

    def candidates(self) -> Candidates:
        """What could be accepted in the open folder."""
        session = self._controller.session
        if session is None:
            return Candidates([])
        return Candidates([
            Candidate(sample.id, sample.prediction, sample.confidence or 0.0)
            for sample in session.store.samples(Query(statuses=("new",), min_confidence=0.0))
            if sample.prediction
        ])  # fmt: skip

    def accept(self, candidates: Candidates, threshold: float) -> None:
        """Labels all above a threshold with what was read: one step to undo."""
        work = self._controller.work
        rows = candidates.above(threshold)
        if work is None or not rows:
            return
        done = work.session.label_many([(row.id, row.text) for row in rows])
        work.pace.labelled(done)
        self._controller.go_on()
        self._controller.note = Note(_("{n} pictures labelled; Undo takes all of them back.").format(n=done))

    def check(self, candidates: Candidates, threshold: float) -> None:
        """Shows some of them on a page first."""
        controller = self._controller
        if controller.work is None:
            return
        chosen = candidates.to_check(threshold, seed=len(candidates.rows))
        controller.browsing.mode = MODES["page"]
        controller.work.session.pick([row.id for row in chosen])
        controller.go(0)
        controller.notify(Change.FOLDER)
