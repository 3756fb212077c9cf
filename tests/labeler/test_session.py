import threading
from pathlib import Path

import pytest

from dataset.sample import Query
from dataset.store import Store
from labeler.session import Session
from tests.labeler.conftest import draw


@pytest.fixture
def session(folder: Path) -> Session:
    return Session(Store.open(folder))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.png"))


def test_a_label_renames_the_file_and_is_stored(session: Session, folder: Path) -> None:
    session.label("k9xx2")
    assert "k9xx2.png" in names(folder) and "p0.png" not in names(folder)
    assert session.current is not None and session.current.label == "k9xx2"
    assert session.open_count() == 5 and session.next_open(0) == 1


def test_next_open_wraps_and_ends(session: Session) -> None:
    session.go(3)
    for _sample in range(5):
        session.label("x")
        following = session.next_open(session.position + 1)
        assert following is not None
        session.go(following)
    assert session.position == 2
    session.set_status("skipped")
    assert session.next_open(0) is None


def test_undo_goes_back_through_pictures_and_restarts(session: Session, folder: Path) -> None:
    for text in ("one", "two", "three"):
        session.label(text)
        session.go(session.position + 1)
    assert session.undo() is not None and session.position == 2
    session.store.close()
    again = Session(Store.open(folder))
    assert again.undo() is not None and again.position == 1
    assert again.undo() is not None and again.position == 0
    assert again.undo() is None
    assert names(folder) == [f"p{n}.png" for n in range(6)]
    assert again.redo() is not None and again.current is not None and again.current.label == "one"


def test_an_undone_decision_is_open_again(session: Session) -> None:
    session.set_status("unreadable", "cut off")
    assert session.open_count() == 5
    session.undo()
    assert session.open_count() == 6


def test_other_samples_keep_the_current_one(session: Session) -> None:
    session.label("ab")
    session.go(4)
    here = session.current_id
    session.choose(Query(statuses=("new",)))
    assert session.current_id == here and session.position == 3
    session.choose(Query(statuses=("labelled",)))
    assert session.position == 0 and session.current is not None and session.current.label == "ab"


def test_nothing_to_show_is_no_trouble(tmp_path: Path) -> None:
    session = Session(Store.open(tmp_path))
    assert session.current is None and session.next_open(0) is None and session.following(3) == []
    session.go(5)
    assert session.position == 0
    with pytest.raises(LookupError):
        session.label("x")


def test_new_files_join_at_the_end_and_the_cursor_stays(session: Session, folder: Path) -> None:
    session.go(2)
    here = session.current_id
    draw("new").save(folder / "a_new.png")
    thread = threading.Thread(target=lambda: Store.open(folder).close())
    thread.start()
    thread.join()
    fresh = [i for i in session.store.ids() if i not in session.ids]
    assert session.grow(fresh) == 1 and session.grow(fresh) == 0
    assert session.current_id == here and len(session.ids) == 7 and session.open_count() == 7


def test_what_follows_leaves_out_what_is_decided(session: Session) -> None:
    session.go(1)
    session.label("x")
    session.go(0)
    assert session.following(3) == list(session.ids[2:5])


def test_predictions_are_stored_and_unread_ones_found(session: Session) -> None:
    first, second = session.ids[:2]
    session.row(first)
    session.predicted([(first, "abc", 0.5, (0.5, 0.9, 0.9))], "model-1")
    assert session.row(first).prediction == "abc"
    assert session.store.get(first).character_confidences == (0.5, 0.9, 0.9)
    assert [sample.id for sample in session.unread("model-1", 1)] == [second]
    assert len(session.unread("model-1", 99)) == 4 and session.unread("model-1", 99) == []
    session.read_again()
    assert len(session.unread("model-2", 99)) == 6


def test_ten_thousand_rows_do_not_stay_in_memory(tmp_path: Path) -> None:
    for number in range(700):
        (tmp_path / f"{number}.png").write_bytes(b"x")
    session = Session(Store.open(tmp_path))
    for sample_id in session.ids:
        session.row(sample_id)
    assert len(session._rows) <= 256


def test_copies_that_are_found_are_waited_for_no_longer(session: Session) -> None:
    copy = session.ids[3]
    session.store.set_status(copy, "duplicate", by="test")
    session.grow((), (copy,))
    assert session.open_count() == 5 and session.row(copy).status == "duplicate" and session.total == 5
