"""What the window invites to: the right thing at the right time, and not again when it was put off."""

from pathlib import Path
from typing import Any

import pytest

from labeler.inviting import Invitation
from labeler.teaching.coach import Decision
from labeler.teaching.pages import Pages
from labeler.teaching.record import Lesson, Point, Record
from tests.labeler.support import Desk


class Coach:
    """Offers what a test wants."""

    def __init__(self) -> None:
        self.offer: Pages | None = None
        self.doubtful: list[int] = []
        self.ended = False
        self.record = Record(Path(), 6)
        self.asked = 0
        self.decisions: list[Decision] = []

    def suspects(self) -> list[int]:
        self.asked += 1
        return self.doubtful

    def decided(self, decisions: list[Decision]) -> None:
        self.decisions += decisions
        self.record.points.append(Point(len(self.record.points) + 1, 0, 0.0))

    def undone(self) -> None: ...
    def close(self) -> None: ...


@pytest.fixture
def coach(desk: Desk) -> Coach:
    made: Any = Coach()
    assert desk.controller.work is not None
    desk.controller.work.coach = made
    return made  # type: ignore[no-any-return]


def invited(desk: Desk) -> Invitation | None:
    return desk.controller.inviting.current


def command(desk: Desk) -> str:
    found = invited(desk)
    return found.command if found else ""


def label_all(desk: Desk) -> None:
    for number in range(len(desk.session.ids)):
        desk.write(f"t{number}")


def test_nothing_without_a_coach_or_an_offer(desk: Desk) -> None:
    assert invited(desk) is None
    desk.run("decline")
    desk.controller.close()
    assert invited(desk) is None


def test_to_the_rest_by_pages_until_one_is_there(desk: Desk, coach: Coach) -> None:
    assert invited(desk) is None
    coach.offer = Pages((2, 3, 4), 1.4)
    found = invited(desk)
    assert found is not None
    assert (found.command, found.title) == ("rest", "By pages")
    assert found.text.startswith("3 pictures are read well (mistakes expected: 1)")
    desk.run("page")
    assert invited(desk) is None


def test_what_was_put_off_comes_again_after_the_next_lesson(desk: Desk, coach: Coach) -> None:
    coach.offer = Pages((2, 3, 4), 1.4)
    assert command(desk) == "rest"
    desk.run("decline")
    assert invited(desk) is None
    coach.record.lessons.append(Lesson(3, 20, 30.0))
    assert command(desk) == "rest"


def test_to_a_second_look_when_everything_is_labelled_then_to_the_report(desk: Desk, coach: Coach) -> None:
    coach.doubtful = [2, 1]
    desk.write("x")
    assert invited(desk) is None
    label_all(desk)
    found = invited(desk)
    assert found is not None
    assert (found.command, "model reads: 2." in found.text) == ("second_look", True)
    coach.ended = True
    assert command(desk) == "second_look"
    desk.run("second_look")
    asked = coach.asked
    assert invited(desk) is None
    desk.run("confirm")
    assert invited(desk) is None
    desk.write("y")
    assert command(desk) == "report"
    assert coach.asked == asked, "looking through everything takes too long for each key"
    coach.doubtful = []
    desk.run("single")
    assert command(desk) == "report"


def test_suspects_are_not_asked_for_at_every_redraw(desk: Desk, coach: Coach) -> None:
    coach.doubtful = [1]
    label_all(desk)
    for _redraw in range(20):
        assert command(desk) == "second_look"
    assert coach.asked <= 2


def test_nobody_who_did_nothing_is_invited_to_a_report(desk: Desk, coach: Coach) -> None:
    label_all(desk)
    coach.record.points.clear()
    coach.ended = True
    assert invited(desk) is None


def test_a_second_look_tells_whether_the_label_is_another_now(desk: Desk, coach: Coach) -> None:
    desk.write("x")
    desk.write("y")
    coach.doubtful = [1, 2]
    desk.run("second_look", "confirm")
    desk.write("z")
    assert [(d.label, d.again, d.changed) for d in coach.decisions] == [
        ("x", False, False), ("y", False, False), ("x", True, False), ("z", True, True),
    ]  # fmt: skip
