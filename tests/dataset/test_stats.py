"""What a dataset holds, in numbers."""

import json
from pathlib import Path

import pytest

from dataset.errors import DatasetError
from dataset.stats import stats
from dataset.store import Store
from tests.dataset.support import plain_folder, png


def test_a_dataset(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png", "c.png")
    (tmp_path / "d.png").write_bytes(png(2))
    with Store.open(tmp_path) as store:
        store.index()
        store.label(1, "AB1", by="me")
        store.label(2, "B", by="me")
        store.set_type([1, 2], "plain", by="me")
        store.set_predictions([(1, "AB1", 0.9, [], "m"), (2, "8", 0.2, [], "m")])
        store.reject(b"x", "not-an-image")
    found = stats(tmp_path)
    json.dumps(found)
    assert found["samples"] == 5
    assert found["by_status"] == {
        "new": 1, "labelled": 2, "reviewed": 0, "skipped": 0, "unreadable": 0, "rejected": 1, "duplicate": 1,
    }  # fmt: skip
    assert found["by_type"] == {"": 2, "plain": 2}
    assert (found["labels"], found["distinct_labels"], found["charset"]) == (2, 2, "1AB")
    assert found["by_length"] == {"1": 1, "3": 1}
    assert found["by_character"] == {"1": 1, "A": 1, "B": 2}
    assert (found["duplicates"], found["near_duplicate_groups"], found["unreadable_files"]) == (1, 1, 0)
    assert found["by_format"] == {"png": 4}
    assert found["by_size"] == {"12x6": 4}
    assert (found["predicted"], found["disagreements"]) == (2, 1)


def test_pictures_that_were_not_measured_yet_are_read(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "c.png")
    (tmp_path / "b.png").write_bytes(png(0))
    (tmp_path / "d.png").write_bytes(b"")
    Store.open(tmp_path).close()
    found = stats(tmp_path)
    assert (found["duplicates"], found["unreadable_files"]) == (1, 1)


def test_a_plain_folder(tmp_path: Path) -> None:
    plain_folder(tmp_path, "one/AB.png", "two/CD.png")
    found = stats(tmp_path)
    assert (found["samples"], found["labels"], found["by_type"]) == (2, 2, {"one": 1, "two": 1})
    assert found["problems"] == []
    assert not (tmp_path / "captcha.db").exists()


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no pictures"):
        stats(tmp_path)
    with Store.open(tmp_path):
        pass
    assert stats(tmp_path)["samples"] == 0
