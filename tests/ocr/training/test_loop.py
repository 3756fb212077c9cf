"""What a loop takes from its plan."""

from dataclasses import replace

import numpy as np
import pytest

from dataset.charset import Charset
from ocr.artefact import TypeCard
from ocr.preprocess import InputSpec
from ocr.training import architectures
from ocr.training.augment import Amounts
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.loop import Loop
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
