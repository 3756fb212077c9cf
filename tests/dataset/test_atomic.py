"""Files that are whole or not there."""

from pathlib import Path

import pytest

from dataset.atomic import atomic_write
from dataset.errors import DatasetError


def test_the_new_file_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / ("字" * 80 + ".csv")
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_and_no_trace(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(error), atomic_write(path) as file:
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").touch()
    for path in (tmp_path / "gone" / "a.csv", tmp_path / "folder"):
        with pytest.raises(DatasetError, match="cannot be written"), atomic_write(path) as file:
            file.write(b"new")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["folder", "x"]
