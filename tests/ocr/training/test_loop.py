"""What a loop takes from its plan, and how long it tries to begin."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dataset.charset import Charset
from ocr.artefact import TypeCard
from ocr.preprocess import InputSpec
from ocr.training import architectures
from ocr.training.augment import Amounts
from ocr.training.batches import Batches
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.loop import Fit, Loop, label_entropy
from ocr.training.watch import Score
from tests.ocr.training.test_paste import sample

SAMPLES = [sample(label) for label in ("12", "34", "56", "78")]
DIGITS = Charset("0123456789")
PLAN = Plan(InputSpec(40, 48, 1), DIGITS, (TypeCard(None, DIGITS.characters),), Amounts(), 4, 10, 2, ())


def rates(plan: Plan, *, known: bool) -> list[float]:
    """The learning rates of three steps that begin with known weights, or with none."""
    small = architectures.find("small")
    loop = Loop(small, plan, Clock(1e6), seed=0, say=lambda _: None, tick=lambda _: None)
    weights = small.build(plan.input, len(DIGITS) + 1, 1).get_weights() if known else None
    loop.start(SAMPLES, 3, weights)
    return [row.rate for row in loop.history[:3]]


def test_known_weights_are_gone_on_from_at_the_rate_of_the_plan() -> None:
    fresh = np.array(rates(PLAN, known=False))
    for share in (0.5, 0.1):
        assert rates(replace(PLAN, known_rate=share), known=True) == pytest.approx(share * fresh)


def starts(monkeypatch: pytest.MonkeyPatch, losses: Callable[[int], float], **changes: Any) -> list[int]:
    """The steps of each start of a training with 200 steps of patience, whose loss is this share of the entropy of the
    labels at each step of a start."""
    steps: list[int] = []
    loop = Loop(architectures.find("small"), PLAN, Clock(1e6), seed=0, say=lambda _: None, tick=lambda _: None)

    def fresh(*_: Any) -> None:
        steps.append(0)

    def train(batches: Batches, *_: Any) -> None:
        steps[-1] += 1
        loop._loss = losses(steps[-1]) * label_entropy(batches.labels)

    monkeypatch.setattr(loop, "_fresh_network", fresh)
    monkeypatch.setattr(loop, "_train", train)
    loop.start(SAMPLES, 200, **changes)
    return steps


def test_a_start_that_stays_on_the_plateau_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert starts(monkeypatch, lambda step: 1.0) == [200] * 3
    assert starts(monkeypatch, lambda step: 5.0 - min(step, 90) / 30) == [200] * 3, "fast at first, as all losses"


def test_one_whose_loss_still_falls_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recurrent networks take thousands of steps."""
    assert starts(monkeypatch, lambda step: 0.93 ** (step / 100)) == [2218]
    assert starts(monkeypatch, lambda step: 0.98 ** (step / 100)) == [200] * 3, "that would take too long"
    assert starts(monkeypatch, lambda step: max(0.6, 0.93 ** (step / 100))) == [800] * 3


def test_a_start_that_finds_no_time_left_takes_one_step() -> None:
    """Without one there would be no weights to keep."""
    loop = Loop(architectures.find("small"), PLAN, Clock(0.0), seed=0, say=lambda _: None, tick=lambda _: None)
    loop.start(SAMPLES, 200)
    assert len(loop.history) == 1


def test_no_start_takes_more_steps_than_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert starts(monkeypatch, lambda step: 0.9 ** (step / 100), most=250) == [250] * 3


@pytest.mark.parametrize(
    ("exact", "log_probability", "by_heart"),
    [(0.0, -12.0, True), (0.3, -5.0, True), (0.3, -3.0, False), (0.8, -12.0, False)],
)
def test_texts_known_by_heart_are_told_by_the_loss_of_others(
    exact: float, log_probability: float, by_heart: bool
) -> None:
    loop = Loop(architectures.find("small"), PLAN, Clock(1e6), seed=0, say=lambda _: None, tick=lambda _: None)
    loop._loss = 2.0
    assert loop.knows_by_heart(Fit([], Score(exact, log_probability))) == by_heart


def test_another_beginning_has_other_weights() -> None:
    def weights(again: int) -> Any:
        loop = Loop(architectures.find("small"), PLAN, Clock(0.0), seed=0, say=lambda _: None, tick=lambda _: None)
        loop.start(SAMPLES, 200, again=again)
        return loop.model.get_weights()[0]

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(0), weights(1))
