"""Rows compared with files, and what can be mended without guessing."""

from pathlib import Path
from typing import Any

import pytest

from dataset.errors import DatasetError
from dataset.sample import Source
from dataset.store import Store
from dataset.verify import verify
from tests.dataset.support import (
    cases_are_two_names,
    contents,
    disagreements,
    named,
    names_are_bytes,
    plain_folder,
    png,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four measured pictures, two of them labelled."""
    plain_folder(tmp_path, "a.png", "b.png", "c.png", "d.png")
    with Store.open(tmp_path) as store:
        store.index()
        store.label(1, "A", by="me")
        store.label(2, "B", by="me")
    return tmp_path


def kinds(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(finding["kind"], finding["file"], finding["repair"] is not None) for finding in found["findings"]]


def test_nothing_to_find(folder: Path) -> None:
    before = contents(folder)
    assert verify(folder) == {"checked": 4, "ok": True, "findings": [], "repaired": 0}
    assert verify(folder, repair=True)["ok"]
    assert contents(folder) == before


def test_a_moved_file_is_followed(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "A.png").rename(folder / "sub" / "other.png")
    assert kinds(verify(folder)) == [("missing-file", "A.png", True)]
    assert verify(folder, repair=True)["repaired"] == 1
    with Store.open(folder) as store:
        assert store.get(1).file == "sub/A.png"
        assert store.count() == 4
        assert disagreements(store) == []
    assert verify(folder)["ok"]


@pytest.mark.parametrize("measured", [False, True])
def test_a_moved_file_that_was_taken_up_anew_is_followed_too(folder: Path, measured: bool) -> None:
    (folder / "A.png").rename(folder / "moved.png")
    with Store.open(folder) as store:
        store.index()
        assert store.counts()["duplicate"] == 1
        store.label(3, "C", by="me")
    assert kinds(verify(folder)) == [("missing-file", "A.png", True)]
    assert verify(folder, repair=True)["repaired"] == 1
    with Store.open(folder) as store:
        assert named(store) == {"A.png": "labelled:A", "B.png": "labelled:B", "C.png": "labelled:C", "d.png": "new:"}
        assert disagreements(store) == []


def test_provenance_of_a_file_taken_up_anew_is_kept(folder: Path) -> None:
    (folder / "A.png").rename(folder / "moved.png")
    with Store.open(folder) as store:
        store.index()
        twin = store.find("moved.png")
        assert twin is not None
        store._db.execute("INSERT INTO sources (sample_id, profile) VALUES (?, 'demo')", (twin.id,))
    verify(folder, repair=True)
    with Store.open(folder) as store:
        assert store.sources(1) == [Source(profile="demo")]


def test_files_without_rows_are_taken_up(folder: Path) -> None:
    (folder / "new.png").write_bytes(png(9))
    assert kinds(verify(folder)) == [("unknown-file", "new.png", True)]
    assert verify(folder, repair=True)["repaired"] == 1
    assert verify(folder)["ok"]


def test_a_lost_file_and_a_changed_one_are_only_told(folder: Path) -> None:
    (folder / "A.png").unlink()
    (folder / "B.png").write_bytes(png(9))
    for repair in (False, True):
        found = verify(folder, repair=repair)
        assert kinds(found) == [("changed-content", "B.png", False), ("missing-file", "A.png", False)]
        assert found["repaired"] == 0
        assert "'A'" in found["findings"][1]["sentence"]


def test_two_places_to_choose_from_is_guessing(folder: Path) -> None:
    data = (folder / "A.png").read_bytes()
    (folder / "A.png").unlink()
    for name in ("x.png", "y.png"):
        (folder / name).write_bytes(data)
    found = verify(folder, repair=True)
    assert ("missing-file", "A.png", False) in kinds(found)
    with Store.open(folder) as store:
        assert store.get(1).file == "A.png"


def test_two_lost_files_of_one_content_are_not_given_to_one(folder: Path) -> None:
    (folder / "c.png").write_bytes(png(0))
    with Store.open(folder) as store:
        store._db.execute("UPDATE samples SET sha256 = (SELECT sha256 FROM samples WHERE id = 1) WHERE id = 3")
    (folder / "A.png").unlink()
    (folder / "c.png").rename(folder / "x.png")
    assert verify(folder, repair=True)["repaired"] == 1  # taken up, for a person to decide
    with Store.open(folder) as store:
        assert store.get(1).label == "A"
        assert store.get(3).file == "c.png"


def test_a_name_that_does_not_tell_the_label(folder: Path) -> None:
    with Store.open(folder) as store:
        store._db.execute("UPDATE samples SET label = 'Q' WHERE id = 1")
    assert kinds(verify(folder)) == [("stale-name", "A.png", True)]
    assert verify(folder, repair=True)["repaired"] == 1
    assert (folder / "Q.png").exists()
    assert verify(folder)["ok"]


@cases_are_two_names
def test_names_that_clash_elsewhere(folder: Path) -> None:
    (folder / "C.PNG").write_bytes(png(7))
    with Store.open(folder):
        pass
    assert kinds(verify(folder, repair=True)) == [("name-clash", "c.png", False)]


@names_are_bytes
def test_a_name_that_is_no_unicode_is_told(folder: Path) -> None:
    (folder / "caf\udce9.png").write_bytes(png(7))
    found = verify(folder, repair=True)
    assert kinds(found) == [("unknown-file", "caf\ufffd.png", False)]
    assert found["repaired"] == 0


def test_what_was_rejected_is_no_finding(folder: Path) -> None:
    (folder / "e.png").write_bytes(b"<html>")
    with Store.open(folder) as store:
        store.index()
        store.reject(b"bytes", "not-an-image")
    assert verify(folder)["ok"]


def test_a_killed_writers_half_move_is_no_finding(folder: Path) -> None:
    with Store.open(folder) as store, store._writing() as transaction:
        transaction.moves.move("A.png", "half.png")
        assert verify(folder)["ok"]


def test_only_a_dataset_can_be_checked(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    for repair in (False, True):
        with pytest.raises(DatasetError, match="not a dataset"):
            verify(tmp_path, repair=repair)
    with pytest.raises(DatasetError, match="no such folder"):
        verify(tmp_path / "gone")
    with pytest.raises(DatasetError, match="is a file"):
        verify(tmp_path / "a.png")
    assert not (tmp_path / "captcha.db").exists()
