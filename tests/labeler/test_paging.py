from pathlib import Path

import pytest

from labeler.rules import Rules
from tests.labeler.conftest import draw
from tests.labeler.support import Desk


@pytest.fixture
def pages(tmp_path: Path) -> Desk:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        draw(str(number)).save(folder / f"p{number:02}.png")
    desk = Desk(folder)
    desk.predict([(f"t{number}", 0.99 - number / 100) for number in range(28)])
    desk.controller.paging.resize(12)
    desk.run("page")
    return desk


def test_one_key_accepts_a_page_and_undo_takes_it_back(pages: Desk) -> None:
    first = pages.controller.paging.ids
    assert len(first) == 12 and pages.controller.paging.text(first[3]) == "t3"
    pages.run("confirm")
    assert sum(label is not None for label in pages.labels()) == 12
    assert pages.controller.paging.ids[0] == first[-1] + 1
    pages.run("undo")
    assert pages.labels() == [None] * 30


def test_a_correction_is_kept_and_stored_with_the_page(pages: Desk) -> None:
    first = pages.controller.paging.ids
    pages.controller.go(pages.session.index(first[2]))
    pages.write("mine")
    assert pages.labels() == [None] * 30 and pages.session.current_id == first[3]
    assert pages.controller.paging.text(first[2]) == "mine"
    pages.run("confirm")
    assert pages.labels()[:4] == ["t0", "t1", "mine", "t3"]
    assert pages.controller.work is not None
    assert pages.controller.work.pace.accepted == 11 and pages.controller.work.pace.proposed == 12


def test_what_is_typed_on_the_last_cell_is_not_lost(pages: Desk) -> None:
    last = pages.controller.paging.ids[-1]
    pages.controller.go(pages.session.index(last))
    pages.controller.typed("end")
    pages.run("confirm", "confirm")
    assert pages.labels()[11] == "end"


def test_cells_can_be_left_out(pages: Desk) -> None:
    first = pages.controller.paging.ids
    pages.run("skip")
    pages.controller.go(pages.session.index(first[5]))
    pages.run("skip")
    pages.controller.go(pages.session.index(first[5]))
    pages.run("skip")
    pages.run("confirm")
    labels = pages.labels()[:12]
    assert labels[0] is None and labels.count(None) == 1


def test_pictures_without_a_reading_stay_open(pages: Desk) -> None:
    for _page in range(3):
        pages.run("confirm")
    assert pages.labels().count(None) == 2
    pages.run("confirm")
    assert "Nothing is proposed" in pages.controller.note.text


def test_unusual_ones_are_asked_about_once(pages: Desk) -> None:
    pages.controller.set_rules(Rules("t0123456789", 2, 2))
    pages.run("confirm")
    assert pages.labels() == [None] * 30 and "2 of these" in pages.controller.note.text
    pages.run("confirm")
    assert pages.labels().count(None) == 18


def test_the_cells_in_doubt_in_turn(pages: Desk) -> None:
    first = pages.controller.paging.ids
    seen = []
    for _press in range(3):
        pages.run("doubt")
        seen.append(pages.session.current_id)
    assert seen == [first[11], first[10], first[9]]


def test_another_number_of_cells_keeps_to_the_limits(pages: Desk) -> None:
    pages.controller.paging.resize(500)
    assert len(pages.controller.paging.ids) == 30
    pages.controller.paging.resize(1)
    assert len(pages.controller.paging.ids) == 12


def test_leaving_the_mode_leaves_the_page(pages: Desk) -> None:
    pages.run("single")
    assert pages.controller.paging.ids == () and not pages.controller.paging.active
    pages.write("one")
    assert "one" in pages.labels()


def test_a_page_says_the_same_as_long_as_it_is_shown(desk: Desk) -> None:
    desk.predict([("a", 0.9), ("b", 0.8), ("c", 0.7)])
    desk.run("page")
    first, second, *_rest = desk.controller.paging.ids
    shown = [desk.controller.paging.text(i) for i in (first, second)]
    desk.session.predicted([(first, "x", 0.99, [1.0]), (second, "y", 0.99, [1.0])], "model-2")
    desk.run("next")
    assert [desk.controller.paging.text(i) for i in (first, second)] == shown, "a person has looked at it"
    assert desk.controller.draft.text == shown[1]
    desk.run("confirm")
    assert set(desk.labels()) >= {"a", "b"} and not {"x", "y"} & set(desk.labels())
