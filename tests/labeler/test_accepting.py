import pytest

from labeler.accepting import Candidate, Candidates
from tests.labeler.support import Desk


def some(*confidences: float) -> Candidates:
    return Candidates([Candidate(number, f"t{number}", c) for number, c in enumerate(confidences)])


def test_how_many_and_how_wrong() -> None:
    candidates = some(0.5, 0.99, 0.9, 0.95)
    assert [candidates.count(t) for t in (1.0, 0.99, 0.95, 0.9, 0.91, 0.0)] == [0, 1, 2, 3, 2, 4]
    assert candidates.expected_errors(0.9) == pytest.approx(0.16)
    assert [row.id for row in candidates.above(0.9)] == [1, 3, 2]


def test_what_is_checked_first_spans_the_whole_range() -> None:
    candidates = some(*(1 - number / 200 for number in range(100)))
    checked = candidates.to_check(0.5, 10)
    assert len({row.id for row in checked}) == 10
    assert all(10 * place <= row.id < 10 * place + 10 for place, row in enumerate(checked))
    assert candidates.to_check(0.98, 10) == candidates.above(0.98)


def test_nothing_to_accept() -> None:
    assert some().count(0.0) == 0 and some().expected_errors(0.0) == 0 and some().to_check(0.5) == []


def test_all_above_are_labelled_in_one_step_to_undo(desk: Desk) -> None:
    desk.predict([("a", 0.5), ("b", 0.9), ("c", 0.99), ("d", 0.95)])
    accepting = desk.controller.accepting
    candidates = accepting.candidates()
    desk.controller.attempt(lambda: accepting.accept(candidates, 0.9))
    assert desk.labels() == [None, "b", "c", "d", None, None]
    assert "3 pictures" in desk.controller.note.text
    desk.run("undo")
    assert desk.labels() == [None] * 6


def test_some_are_looked_at_first(desk: Desk) -> None:
    desk.predict([("a", 0.5), ("b", 0.9), ("c", 0.99)])
    accepting = desk.controller.accepting
    accepting.check(accepting.candidates(), 0.9)
    assert desk.controller.paging.active and len(desk.controller.paging.ids) == 2
    desk.run("confirm", "single")
    assert desk.labels()[:3] == [None, "b", "c"] and len(desk.session.ids) == 6
