"""Taking up new files of a folder, and measuring them in the background."""

from pathlib import Path

from dataset.hashing import sha256_of
from dataset.store import Store
from tests.dataset.support import (
    named,
    names_are_bytes,
    plain_folder,
    png,
)


def test_scan_takes_up_new_files(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.scan() == 0
        plain_folder(tmp_path, "a.png", "sub/b.png")
        (tmp_path / ".hidden.png").write_bytes(png(5))
        (tmp_path / "folder.png").mkdir()
        (tmp_path / "link.png").symlink_to(tmp_path / "a.png")
        (tmp_path / "elsewhere").symlink_to(tmp_path / "sub", target_is_directory=True)
        (tmp_path / "rejected").mkdir()
        (tmp_path / "rejected" / "c.png").write_bytes(png(6))
        assert store.scan() == 2
        assert store.scan() == 0
        assert named(store).keys() == {"a.png", "sub/b.png"}


@names_are_bytes
def test_a_name_that_is_no_unicode_does_not_stop_the_rest(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    (tmp_path / "caf\udce9.png").write_bytes(png(7))
    with Store.open(tmp_path) as store:
        assert named(store).keys() == {"a.png"}


def test_indexing_measures_and_finds_duplicates(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    (tmp_path / "c.png").write_bytes(png(0))
    (tmp_path / "d.png").write_bytes(b"")
    (tmp_path / "e.png").write_bytes(b"<html>")
    with Store.open(tmp_path) as store:
        store.label(2, "B", by="me")
        assert [store.index(limit=2) for _ in range(4)] == [2, 2, 1, 0]
        samples = {s.id: s for s in store.samples()}
        assert [samples[i].status for i in range(1, 6)] == ["new", "labelled", "duplicate", "rejected", "rejected"]
        assert samples[3].duplicate_of == 1
        assert samples[1].sha256 == samples[3].sha256 == sha256_of(png(0))
        assert "empty" in (samples[4].reason or "")
        assert (tmp_path / "d.png").exists()


def test_indexing_goes_on_past_files_that_cannot_be_read(tmp_path: Path) -> None:
    plain_folder(tmp_path, *(f"{i}.png" for i in range(6)))
    with Store.open(tmp_path) as store:
        for i in range(4):
            (tmp_path / f"{i}.png").unlink()
        assert store.index(limit=2) == 2
        assert store.index(limit=2) == 0
        plain_folder(tmp_path, "0.png")
        assert store.index(limit=2) == 1


def test_indexing_does_not_disturb_a_label_given_meanwhile(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    (tmp_path / "b.png").write_bytes(png(0))
    with Store.open(tmp_path) as store:
        store.label(1, "X", by="me")
        store.label(2, "X", by="me")
        store.index()
        assert store.counts()["labelled"] == 2
