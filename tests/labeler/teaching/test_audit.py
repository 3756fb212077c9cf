"""How far readings can be trusted, from what a person made of them."""

import random

import pytest

from labeler.teaching.audit import Judged, Trust, acceptable, audited, bound, estimate, trust


def judged(
    confidence: float, right: bool, model: int = 0, *, number: int = 0, page: bool = False, by_chance: bool = False
) -> Judged:
    return Judged(number, "read", confidence, "read" if right else "other", model, page, by_chance)


def test_nothing_judged_means_as_the_model_says() -> None:
    for confidence in (0.02, 0.5, 0.97):
        assert trust([], 0).probability(confidence) == pytest.approx(confidence, abs=1e-6)


def test_a_model_that_says_too_much_is_believed_less() -> None:
    rng = random.Random(1)
    rows = [judged(0.95, rng.random() < 0.6) for _ in range(100)]
    assert 0.5 < trust(rows, 0).probability(0.95) < 0.72


def test_a_modest_one_that_is_always_right_is_believed_more() -> None:
    rows = [judged(0.8, True) for _ in range(60)]
    assert trust(rows, 0).probability(0.8) > 0.93


def test_older_models_count_less_and_the_oldest_not_at_all() -> None:
    old = [judged(0.95, False, model=0) for _ in range(30)]
    believed = [trust(old, model).probability(0.95) for model in (0, 1, 2, 9)]
    assert believed == sorted(believed) and believed[0] < 0.4
    assert believed[-1] == pytest.approx(0.95, abs=1e-6)


def test_more_confidence_never_means_less_trust() -> None:
    backwards = [judged(0.99, False) for _ in range(50)] + [judged(0.1, True) for _ in range(50)]
    curve = trust(backwards, 0)
    assert curve.probability(0.9) >= curve.probability(0.2)
    assert 0 <= Trust(9, 9).probability(1.0) <= 1


def test_the_surest_are_taken_as_long_as_enough_are_right() -> None:
    chances = [0.5, 0.999, 0.97, 0.999, 0.2]
    assert acceptable(chances, 0.99) == 2
    assert acceptable(chances, 0.98) == 3
    assert acceptable(chances, 0.0) == 5
    assert acceptable([], 0.99) == 0


def test_the_estimate_has_an_interval_that_holds_it() -> None:
    found = estimate([judged(0.9, number != 0) for number in range(20)])
    assert found is not None and (found.right, found.n) == (19, 20)
    assert 0.7 < found.low < 0.95 < found.high < 1
    sure = estimate([judged(0.9, True)] * 20)
    assert sure is not None and sure.high > 0.9999 and sure.low < 0.9
    assert estimate([]) is None


def test_pages_are_not_offered_before_some_came_by_chance() -> None:
    single = [judged(0.9, True) for _ in range(30)]
    chance = [judged(0.9, True, by_chance=True) for _ in range(3)]
    assert not audited(single)
    assert not audited(chance)
    assert audited(single + chance)
    assert not audited([judged(0.9, True, page=True, by_chance=True) for _ in range(50)])


def test_the_bound_is_where_what_was_judged_above_was_right() -> None:
    sure = [judged(0.99, True)] * 30
    doubtful = [judged(0.8, True)] * 10 + [judged(0.7, False)] * 5
    found = bound(sure + doubtful, 0, 0.999)
    assert found is not None and found.confidence == 0.8
    assert (found.estimate.right, found.estimate.n) == (40, 40) and found.estimate.low < 0.95
    tied = bound([*sure, judged(0.99, False)], 0, 0.999)
    assert tied is None, "a confidence cannot part what is equally sure"
    assert bound(sure[:10], 0, 0.999) is None, "too little"
    assert bound(sure, 5, 0.999) is None, "of models long gone"
