"""When lessons are due: after so many labels, or when proposals are accepted less than before."""

import pytest

from labeler.teaching import schedule


@pytest.mark.parametrize(
    ("learned", "next_one"), [(0, 20), (20, 35), (27, 35), (35, 50), (50, 100), (120, 170), (400, 500)]
)
def test_the_next_lesson_waits_for(learned: int, next_one: int) -> None:
    assert schedule.following(learned) == next_one
    assert not schedule.due(next_one - 1, learned, [True] * 40)
    assert schedule.due(next_one, learned, [])


def test_a_fall_of_the_acceptance_rate_calls_for_a_lesson() -> None:
    fallen = [True] * 30 + [False, True] * 10
    assert schedule.due(140, 100, fallen)
    assert not schedule.due(110, 100, fallen), "too few new labels to learn from"
    assert not schedule.due(140, 100, [True] * 50)
    assert not schedule.due(15, 0, fallen), "the first one waits for its labels"


def test_time_grows_with_the_labels_and_ends_somewhere() -> None:
    assert schedule.seconds(20) < schedule.seconds(200) < schedule.seconds(1000) == schedule.seconds(100_000)
    assert schedule.seconds(200, last=True) > schedule.seconds(200)
