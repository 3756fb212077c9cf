from pathlib import Path

from dataset.store import Store
from labeler.modes import MODES, ORDERS, SHOWS, Selection
from labeler.rules import Rules
from tests.labeler.support import Desk


def test_every_filter_and_order_is_understood_by_the_store(desk: Desk) -> None:
    for show in SHOWS:
        for order in ORDERS:
            desk.controller.browsing.select(Selection(show.name, order.name))
    assert Selection("nonsense", "nonsense").query() == Selection().query()


def test_every_mode_has_a_filter_and_an_order() -> None:
    names = {choice.name for choice in SHOWS}
    assert all(mode.shows in names and mode.order in {o.name for o in ORDERS} for mode in MODES.values())


def test_filters_show_what_they_say(desk: Desk) -> None:
    desk.predict([("abc", 0.5), ("def", 0.99), ("ghi", 0.8)])
    desk.run("confirm", "skip")
    found = {}
    for show in SHOWS:
        desk.controller.browsing.select(Selection(show.name))
        found[show.name] = len(desk.session.ids)
    assert found == {
        "all": 6, "todo": 4, "labelled": 1, "reviewed": 0, "skipped": 1, "unreadable": 0, "suspects": 0,
        "doubtful": 0, "sure": 0, "duplicates": 0, "rejected": 0,
    }  # fmt: skip


def test_orders_by_confidence(desk: Desk) -> None:
    desk.predict([("a", 0.5), ("b", 0.9), ("c", 0.1), ("d", 0.7), ("e", 0.6), ("f", 0.2)])
    ids = list(desk.session.ids)
    desk.controller.browsing.select(Selection("all", "-confidence"))
    assert list(desk.session.ids) == [ids[n] for n in (1, 3, 4, 0, 5, 2)]


def test_searching_in_labels_and_readings(desk: Desk) -> None:
    desk.predict([("needle", 0.5)])
    desk.controller.go(3)
    desk.write("a NEEDLE too")
    desk.controller.browsing.search("needle")
    assert len(desk.session.ids) == 2
    desk.controller.browsing.search("")
    assert len(desk.session.ids) == 6
    desk.controller.browsing.search("nothing like it")
    assert desk.controller.sample is None and "No picture" in desk.controller.note.text


def test_going_to_a_number_a_name_and_a_label(desk: Desk) -> None:
    go = desk.controller.browsing.go_to
    assert go("4") and desk.session.position == 3
    desk.write("k9xx2")
    assert go("p1.png") and desk.session.position == 1
    assert go("K9X") and desk.session.position == 3
    assert not go("99") and not go("") and not go("nowhere") and desk.session.position == 3


def test_suspects_are_labels_that_the_model_doubts(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        desk.write(text)
    ids = list(desk.session.ids)
    rows = [(ids[0], "one", 0.9, (0.9,) * 3), (ids[1], "twa", 0.8, (0.9,) * 3), (ids[2], "thr33", 0.95, (0.9,) * 5)]
    desk.session.predicted(rows, "m")
    desk.run("suspects")
    assert list(desk.session.ids) == [ids[2], ids[1]] and desk.controller.draft.text == "three"
    desk.run("confirm")
    assert desk.statuses()[2] == "reviewed" and desk.session.position == 1


def test_near_duplicates_together_and_back(desk: Desk) -> None:
    desk.run("alike")
    if "compared" in desk.controller.note.text:
        with Store.open(desk.session.folder) as store:
            while store.index(100):
                pass
        desk.run("alike")
    assert desk.session.picked and 1 <= len(desk.session.ids) <= 6
    desk.run("alike")
    assert not desk.session.picked and len(desk.session.ids) == 6


def test_one_is_back_where_one_was_even_when_the_folder_moved(desk: Desk, tmp_path: Path) -> None:
    desk.run("review", "single", "zoom_in", "tool.invert")
    desk.controller.browsing.select(Selection("todo", "name"))
    desk.controller.go(4)
    desk.controller.set_rules(Rules("abc", 2, 3, "lower", "[a-c]+"))
    here, view = desk.session.current_id, desk.controller.viewing.view
    desk.controller.close()
    moved = desk.session.folder if desk.controller.session else tmp_path / "pictures"
    moved = moved.rename(tmp_path / "elsewhere")
    again = Desk(moved)
    assert again.session.current_id == here and again.controller.viewing.view == view
    assert again.controller.browsing.selection == Selection("todo", "name")
    assert again.controller.rules == Rules("abc", 2, 3, "lower", "[a-c]+")
    again.controller.close()


def test_a_place_that_makes_no_sense_is_not_gone_to(folder: Path) -> None:
    with Store.open(folder) as store:
        run = store.start_run("captcha-label", {})
        store.finish_run(
            run, {"sample": 999, "view": [1], "rules": {"case": "x", "shortest": "y"}, "mode": 5, "show": "?"}
        )
    desk = Desk(folder)
    assert desk.session.position == 0 and desk.controller.browsing.mode.name == "single"
    desk.controller.close()
