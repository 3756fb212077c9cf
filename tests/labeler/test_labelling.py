from pathlib import Path

import pytest

from labeler.draft import Change
from labeler.rules import Rules
from tests.labeler.support import Desk


def test_enter_stores_and_goes_on(desk: Desk) -> None:
    desk.write("  ab1 ")
    assert desk.labels()[0] == "ab1" and desk.session.position == 1
    assert desk.controller.draft.text == "" and desk.controller.work is not None
    assert desk.controller.work.saved == "ab1.png"


def test_an_empty_text_is_no_label(desk: Desk) -> None:
    desk.run("confirm")
    desk.write("   ")
    assert desk.labels() == [None] * 6 and desk.controller.note.kind == "warn"


def test_texts_are_stored_in_one_unicode_form(desk: Desk) -> None:
    desk.write("e\u0301")
    assert desk.labels()[0] == "\u00e9"


def test_a_proposal_stands_selected_and_enter_takes_it(desk: Desk) -> None:
    desk.predict([("abc", 0.9), ("def", 0.8)])
    assert desk.controller.draft.text == "abc" and desk.controller.draft.select == (0, 3)
    desk.run("confirm")
    desk.write("xyz")
    assert desk.labels()[:2] == ["abc", "xyz"]
    assert desk.controller.work is not None and desk.controller.work.pace.acceptance == 0.5


def test_escape_brings_the_proposal_back(desk: Desk) -> None:
    desk.predict([("abc", 0.9)])
    desk.write("zzz", "restore")
    assert desk.controller.draft.text == "abc"
    assert any(Change.FIELD in change for change in desk.changes)


def test_the_doubtful_characters_in_turn(desk: Desk) -> None:
    first = desk.session.ids[0]
    desk.session.predicted([(first, "abcd", 0.3, (0.9, 0.2, 0.99, 0.5))], "model-1")
    desk.controller.arrive()
    seen = []
    for _press in range(5):
        desk.run("doubt")
        seen.append(desk.controller.draft.select)
    assert seen == [(1, 2), (3, 4), (0, 1), (2, 3), (1, 2)]


def test_other_readings(desk: Desk) -> None:
    from labeler.proposals import Proposal, Proposed

    assert desk.controller.work is not None
    rows = ((desk.session.ids[0], Proposal("abc", 0.9, (0.9,) * 3, (("abd", 0.05), ("a6c", 0.01)))),)
    desk.controller.load_model(Path("missing.onnx"))
    desk.controller.handle(Proposed(rows, "model-1", turn=1))
    desk.run("take_2")
    assert desk.controller.draft.text == "a6c"
    desk.run("take_3")
    assert "no other" in desk.controller.note.text
    desk.run("take_1", "confirm")
    assert desk.labels()[0] == "abd"


def test_a_label_that_the_model_contradicts_has_its_reading_at_hand(desk: Desk) -> None:
    desk.predict([("right", 0.99)])
    desk.write("wrong")
    desk.run("previous")
    assert desk.controller.draft.text == "wrong"
    assert desk.controller.labelling.readings == [("right", 0.99)]
    desk.run("take_1", "confirm")
    assert desk.labels()[0] == "right"
    desk.run("previous")
    assert desk.controller.labelling.readings == [], "the label is what the model reads"


def test_setting_aside(desk: Desk) -> None:
    desk.run("skip")
    desk.controller.attempt(lambda: desk.controller.labelling.unreadable("it is cut off"))
    assert desk.statuses()[:2] == ["skipped", "unreadable"]
    assert desk.session.store.get(desk.session.ids[1]).reason == "it is cut off"
    desk.run("undo", "undo")
    assert desk.statuses() == ["new"] * 6 and desk.session.position == 0


def test_what_is_unusual_is_asked_once(desk: Desk) -> None:
    desk.controller.set_rules(Rules("abc"))
    desk.write("xyz")
    assert desk.labels()[0] is None and "again" in desk.controller.note.text
    desk.controller.typed("xyy")
    desk.run("confirm")
    assert desk.labels()[0] is None, "another text is asked about anew"
    desk.run("confirm")
    assert desk.labels()[0] == "xyy"


def test_after_the_last_one_it_says_so(desk: Desk) -> None:
    for number in range(6):
        desk.write(f"t{number}")
    assert "Well done" in desk.controller.note.text and desk.session.open_count() == 0


def test_a_store_that_refuses_keeps_the_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataset.errors import DatasetError

    def full(*_arguments: object, **_options: object) -> None:
        raise DatasetError("pictures: the disk is full; nothing was changed: free some space and try again")

    monkeypatch.setattr(desk.session.store, "label", full)
    desk.write("abc")
    assert desk.controller.note.kind == "error" and "disk is full" in desk.controller.note.text
    assert desk.controller.draft.text == "abc" and desk.session.position == 0


def test_a_second_pass_in_blind(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        desk.write(text)
    desk.run("review", "blind")
    assert desk.session.position == 0 and desk.controller.draft.text == ""
    desk.write("one")
    assert desk.statuses()[0] == "reviewed"
    desk.write("tvvo")
    assert "two" in desk.controller.note.text and desk.statuses()[1] == "labelled"
    desk.run("restore")
    assert desk.controller.draft.text == "two"
    desk.run("confirm")
    desk.write("threee", "confirm", "confirm")
    assert desk.labels()[:3] == ["one", "two", "threee"] and desk.statuses()[:3] == ["reviewed"] * 3


def test_without_a_folder_nothing_happens() -> None:
    from labeler.controller import Controller

    controller = Controller(lambda change: None, lambda message: None)
    for name in list(controller.actions):
        controller.run(name)
    assert controller.sample is None and not controller.enabled("folder") and controller.enabled("")


def test_late_readings_do_not_disturb_what_is_typed(desk: Desk) -> None:
    from labeler.proposals import Proposal, Proposed

    desk.controller.load_model(Path("missing.onnx"))
    first, second = desk.session.ids[:2]
    desk.controller.typed("mine")
    desk.controller.handle(Proposed(((first, Proposal("late", 0.9)),), "m", turn=1))
    assert desk.controller.draft.text == "mine"
    desk.run("confirm")
    desk.controller.handle(Proposed(((second, Proposal("soon", 0.9)),), "m", turn=1))
    assert desk.controller.draft.text == "soon"
