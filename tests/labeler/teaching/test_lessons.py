"""What a lesson learns from, what measures it, and what becomes of its model."""

from pathlib import Path

import pytest

from labeler.teaching.aide import Verdict
from labeler.teaching.lessons import Lessons
from labeler.teaching.trainer import Job
from tests.labeler.support import Desk


class Teacher:
    """Keeps what it is asked for."""

    busy = False

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def missing(self) -> str:
        return ""

    def start(self, job: Job) -> None:
        self.jobs.append(job)

    def close(self) -> None:
        self.busy = False


@pytest.fixture
def lessons(desk: Desk) -> Lessons:
    made = Lessons(desk.session, Teacher(), seed=7)
    made.begin(None, 0)
    return made


def label_all(desk: Desk, lessons: Lessons) -> list[int]:
    ids = list(desk.session.ids)
    for number in range(len(ids)):
        desk.write(f"t{number}")
    lessons.labelled(ids)
    return ids


def job_of(lessons: Lessons) -> Job:
    teacher = lessons._teacher
    assert isinstance(teacher, Teacher)
    return teacher.jobs[-1]


def verdict(lessons: Lessons, old: Path | None, new: dict[int, str], before: dict[int, str]) -> Verdict:
    wanted = lessons.trained({"cpu_seconds": 2.0, "held_out": []}, old, None)
    assert wanted is not None
    return Verdict(wanted, {i: (t, 0.9) for i, t in new.items()}, {i: (t, 0.9) for i, t in before.items()})


def test_a_quarter_is_held_out_by_content_whatever_the_order(desk: Desk, lessons: Lessons) -> None:
    ids = label_all(desk, lessons)
    lessons.start(6, last=False)
    first = job_of(lessons).held_out
    assert len(first) == 1 and len(first[0]) == 64
    other = Lessons(desk.session, Teacher(), seed=7)
    other.begin(None, 0)
    other.labelled(reversed(ids))
    other.start(6, last=False)
    assert job_of(other).held_out == first
    assert job_of(other)._replace(out=Path()) == job_of(lessons)._replace(out=Path())


def test_doubtful_labels_are_held_out_of_the_last_lesson_but_never_most(desk: Desk, lessons: Lessons) -> None:
    ids = label_all(desk, lessons)
    lessons.start(6, last=True, doubtful=ids)
    assert len(job_of(lessons).held_out) == 3


def test_the_new_model_is_taken_when_it_reads_no_less_on_what_neither_has_seen(desk: Desk, lessons: Lessons) -> None:
    lessons.start(0, last=False)
    a, b, *_rest = label_all(desk, lessons)
    outcome = lessons.compared(verdict(lessons, Path("old"), {a: "t0", b: "no"}, {a: "no", b: "t1"}))
    assert outcome is not None and outcome.taken and outcome.exact == 0.5
    assert lessons.model == outcome.job.out and lessons.number == 1


def test_a_worse_one_is_not(desk: Desk, lessons: Lessons) -> None:
    lessons.start(0, last=False)
    a, b, *_rest = label_all(desk, lessons)
    outcome = lessons.compared(verdict(lessons, Path("old"), {a: "t0", b: "no"}, {a: "t0", b: "t1"}))
    assert outcome is not None and not outcome.taken
    assert lessons.model is None and lessons.number == 0
    assert outcome.readings[b] == ("no", 0.9), "what it read may still contradict a label"


def test_pictures_that_the_old_model_has_learned_from_say_nothing(desk: Desk, lessons: Lessons) -> None:
    a, b, *_rest = label_all(desk, lessons)
    lessons.start(6, last=False)
    taken = lessons.compared(verdict(lessons, None, {a: "t0"}, {}))
    assert taken is not None and taken.taken
    lessons.start(6, last=True)
    outcome = lessons.compared(verdict(lessons, lessons.model, {a: "no", b: "no"}, {a: "t0", b: "t1"}))
    assert outcome is not None and outcome.taken and outcome.exact is None
    assert (taken.again, outcome.again) == (frozenset(), {a, b})


def test_a_model_that_cannot_be_read_is_not_taken(desk: Desk, lessons: Lessons) -> None:
    lessons.start(0, last=False)
    wanted = lessons.trained({}, None, None)
    assert wanted is not None
    outcome = lessons.compared(Verdict(wanted, {}, {}, "is damaged"))
    assert outcome is not None and not outcome.taken
    assert not lessons.busy


def test_late_messages_change_nothing(lessons: Lessons) -> None:
    assert lessons.trained({}, None, None) is None
