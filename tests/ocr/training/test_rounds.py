"""How many rounds a training has."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ocr.training import rounds
from ocr.training.clock import Clock
from ocr.training.loop import Fit, Row
from ocr.training.rounds import Rounds
from ocr.training.watch import Score, Watcher


class Promised:
    """In the place of a loop: each round takes no time and reads the watched part as foretold."""

    def __init__(self, shares: Iterator[float], *, by_heart: bool = False) -> None:
        self._shares, self._by_heart = shares, by_heart
        self.beginnings: list[int] = []
        self.history = [Row(step, step * 1e-9, 1.0, 1e-3, 0.0) for step in range(3)]
        self.model = SimpleNamespace(set_weights=lambda weights: None)
        self.rounds = 0

    def start(self, *_: object, again: int = 0, **__: object) -> Any:
        self.beginnings.append(again)
        return SimpleNamespace(size=4)

    def knows_by_heart(self, fit: Fit) -> bool:
        return self._by_heart

    def round(self, *_: object, **__: object) -> Fit:
        self.rounds += 1
        return Fit([], Score(next(self._shares), -1.0))

    def batches(self, samples: object) -> Any:
        return self.start()

    def resume(self, weights: object) -> None:
        self.resumed = weights


@pytest.mark.parametrize(("enough", "expected"), [(0.5, 2), (0.9, 4), (2.0, 5)])
def test_no_further_round_when_enough_is_read(monkeypatch: pytest.MonkeyPatch, enough: float, expected: int) -> None:
    loop = Promised(iter([0.2, 0.5, 0.7, 0.9, 0.95]))
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    told: list[str] = []
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, None, say=told.append, quiet=True)
    best = work.fit([], cast(Watcher, None), reserve=False, done=lambda fit: fit.score.exact >= enough)
    assert loop.rounds == expected == len(told)
    assert best.score.exact == [0.2, 0.5, 0.7, 0.9, 0.95][expected - 1]


def test_rounds_end_when_they_gain_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Promised(iter([0.4, 0.3, 0.4]))
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, None, say=lambda _: None, quiet=True)
    assert work.fit([], cast(Watcher, None), reserve=False).score.exact == 0.4
    assert loop.rounds == 3


@pytest.mark.parametrize(
    ("shares", "expected", "begun"),
    [
        ([0.1, 0.9, 0.9, 0.9], 0.9, [0, 1]),
        ([0.1, 0.3, 0.0, 0.7, 0.7, 0.7], 0.7, [0, 1, 2, 3]),
        ([0.1, 0.0, 0.2, 0.0, 0.2, 0.2], 0.2, [0, 1, 2, 3]),
        ([0.6, 0.6, 0.6], 0.6, [0]),
    ],
)
def test_texts_known_by_heart_are_begun_with_again(
    monkeypatch: pytest.MonkeyPatch, shares: list[float], expected: float, begun: list[int]
) -> None:
    loop = Promised(iter(shares), by_heart=True)
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    told: list[str] = []
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, None, say=told.append, quiet=True)
    assert work.fit([], cast(Watcher, None), reserve=False).score.exact == expected
    assert loop.beginnings == begun
    assert sum("by heart" in line for line in told) == len(begun) - 1


@pytest.mark.parametrize(("epochs", "weights"), [(3.0, None), (None, ["known"])])
def test_known_weights_and_counted_epochs_are_begun_with_once(
    monkeypatch: pytest.MonkeyPatch, epochs: float | None, weights: Any
) -> None:
    loop = Promised(iter([0.1] * 3), by_heart=True)
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, epochs, say=lambda _: None, quiet=True)
    work.fit([], cast(Watcher, None), reserve=False, weights=weights)
    assert loop.beginnings == [0]


def test_what_is_read_is_kept_when_another_beginning_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Promised(iter([0.3]), by_heart=True)
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    first = loop.start

    def stopped(*_: object, again: int = 0, **__: object) -> Any:
        if again:
            raise KeyboardInterrupt
        return first()

    monkeypatch.setattr(loop, "start", stopped)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, None, say=lambda _: None, quiet=True)
    assert work.fit([], cast(Watcher, None), reserve=False).score.exact == 0.3
    assert work.interrupted


@pytest.mark.parametrize(("watched", "exact", "kept"), [(5, 0.8, True), (5, 0.6, False), (50, 0.8, False)])
def test_few_watched_pictures_only_tell_a_loss(
    monkeypatch: pytest.MonkeyPatch, watched: int, exact: float, kept: bool
) -> None:
    """A further round that reads as many of the watched part, though less surely."""
    loop = Promised(iter([exact]))
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=100))
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, None, say=lambda _: None, quiet=True)
    before = Fit([], Score(0.8, -0.5))
    after = work.more([], cast(Watcher, [None] * watched), before)
    assert (after is not before) == kept


def test_a_new_round_begins_with_the_weights_of_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Promised(iter([0.4, 0.3, 0.4, 0.9]))
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    work = Rounds(cast(Any, None), plan, Clock(1e6), 0, None, say=lambda _: None, quiet=True)
    assert not work.begun_with_weights
    work.fit([], cast(Watcher, None), reserve=False, weights=["begun"])  # type: ignore[list-item]
    fit = work.anew([], cast(Watcher, None))
    assert work.begun_with_weights and loop.resumed == ["begun"]
    assert fit is not None and fit.score.exact == 0.9

    def stopped(*_: object, **__: object) -> Fit:
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "round", stopped)
    assert work.anew([], cast(Watcher, None)) is None and work.interrupted


@pytest.mark.parametrize(("seconds", "expected"), [(1000.0, True), (50.0, False)])
def test_half_of_the_time_left_must_pay_for_new_rounds(
    monkeypatch: pytest.MonkeyPatch, seconds: float, expected: bool
) -> None:
    loop = Promised(iter([]))
    loop.history = [Row(step, float(step), 1.0, 1e-3, 0.0) for step in range(3)]  # a second each
    monkeypatch.setattr(rounds, "Loop", lambda *_, **__: loop)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=10))
    work = Rounds(cast(Any, None), plan, Clock(seconds), 0, None, say=lambda _: None, quiet=True)
    assert work.affords(3) == expected


def test_a_stopped_clock_ends_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, clock = Promised(iter([0.9])), Clock(1e6)

    def made(*_: object, tick: Callable[[Row], None], **__: object) -> Promised:
        monkeypatch.setattr(loop, "round", lambda *_, **__: tick(loop.history[0]))
        return loop

    monkeypatch.setattr(rounds, "Loop", made)
    plan = cast(Any, SimpleNamespace(batch=4, cycle_steps=100))
    work = Rounds(cast(Any, None), plan, clock, 0, None, say=lambda _: None, quiet=True)
    clock.stopped = True
    assert work.refit([], cast(Any, [None] * 30), Fit([], Score(0.5, -1.0))) is False
    assert work.interrupted
