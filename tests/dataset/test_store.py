"""The store: adding, labelling, statuses, predictions, sources and runs."""

from pathlib import Path

import pytest

from dataset import edits
from dataset.errors import DatasetError, DatasetReadOnly, ImageRefused, LabelError
from dataset.hashing import fingerprint
from dataset.sample import STATUSES, Source
from dataset.store import Store
from tests.dataset.support import (
    cases_are_two_names,
    contents,
    disagreements,
    named,
    plain_folder,
    png,
)


def test_a_plain_folder_becomes_a_dataset_in_place(tmp_path: Path) -> None:
    plain_folder(tmp_path, "b.png", "a.PNG", "sub/c.jpeg", "sub/deeper/d.webp")
    (tmp_path / "notes.txt").write_text("no picture")
    before = contents(tmp_path)
    with Store.open(tmp_path) as store:
        assert named(store) == dict.fromkeys(["a.PNG", "b.png", "sub/c.jpeg", "sub/deeper/d.webp"], "new:")
        assert all(sample.sha256 is None for sample in store.samples())  # only names were read
    assert contents(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.PNG", "b.png", "captcha.db", "notes.txt", "sub"]


def test_a_missing_folder_is_made_only_when_asked(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such folder"):
        Store.open(tmp_path / "x", create=False)
    with pytest.raises(DatasetError, match="no such folder"):
        Store.open(tmp_path / "x", read_only=True)
    assert not (tmp_path / "x").exists()
    Store.open(tmp_path / "x" / "y").close()
    assert (tmp_path / "x" / "y" / "captcha.db").is_file()
    (tmp_path / "file").write_text("")
    for options in ({}, {"create": False}, {"read_only": True}):
        with pytest.raises(DatasetError, match="is a file; give a folder"):
            Store.open(tmp_path / "file", **options)


def test_adding_keeps_the_bytes_once_and_every_provenance(tmp_path: Path) -> None:
    source = Source(profile="demo", image_url="http://127.0.0.1/c", http_status=200, attempt=1)
    with Store.open(tmp_path) as store:
        first = store.add(png(1), source=source, type="plain")
        again = store.add(png(1), source=Source(profile="demo", attempt=2))
        sample = first.sample
        assert (first.duplicate, again.duplicate) == (False, True)
        assert again.sample == sample
        assert store.read(sample) == png(1)
        assert Path(sample.file).parent.as_posix() == "images"
        assert (sample.sha256, sample.dhash) == fingerprint(png(1))
        assert (sample.width, sample.height, sample.format, sample.status, sample.type) == (
            12,
            6,
            "png",
            "new",
            "plain",
        )
        assert [s.attempt for s in store.sources(sample.id)] == [1, 2]
        assert store.sources(sample.id)[0] == source
        assert store.count() == 1
        assert disagreements(store) == []


def test_adding_with_a_label(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        sample = store.add(png(1), label="e\u0301?", by="key").sample
        assert (sample.label, sample.status, sample.labelled_by, sample.file) == (
            "é?",
            "labelled",
            "key",
            "images/é%3F.png",
        )
        with pytest.raises(LabelError):
            store.add(png(2), label="a\nb")
        assert store.count() == 1


def test_more_pictures_of_one_label_than_names_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "_NAMES_TRIED", 5)
    with Store.open(tmp_path) as store:
        for i in range(60):
            store.add(png(i), label="7", by="key")
        assert store.count() == 60
        assert disagreements(store) == []


def test_what_is_no_picture_is_refused_and_can_be_kept_aside(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with pytest.raises(ImageRefused) as refusal:
            store.add(b"<html>")
        assert store.count() == 0
        rejected = store.reject(b"<html>", refusal.value.reason, source=Source(attempt=1))
        assert store.reject(b"<html>", "again", source=Source(attempt=2)) == rejected
        assert (rejected.status, rejected.reason) == ("rejected", "not-an-image")
        assert rejected.file.startswith("rejected/")
        assert store.read(rejected) == b"<html>"
        assert len(store.sources(rejected.id)) == 2
        assert store.scan() == 0
        assert store.index() == 0


def test_a_file_that_has_gone_is_put_back_when_its_content_comes_again(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        sample = store.add(png(1), label="AB", by="key").sample
        store.path(sample).unlink()
        assert store.add(png(1)).duplicate
        assert store.read(sample) == png(1)


def test_labelling_moves_the_file_with_the_row(tmp_path: Path) -> None:
    plain_folder(tmp_path, "cap.2021.PNG", "sub/x.jpeg", "c.png")
    with Store.open(tmp_path) as store:
        one, two, three = (store.find(name) for name in ("cap.2021.PNG", "sub/x.jpeg", "c.png"))
        assert one and two and three
        labelled = store.label(one.id, "XK7P2", by="me")
        assert labelled.file == "XK7P2.PNG"
        assert (labelled.status, labelled.label, labelled.labelled_by) == ("labelled", "XK7P2", "me")
        assert labelled.labelled_at and labelled.labelled_at.endswith("Z")
        assert store.label(two.id, "53+6=?", by="me", status="reviewed").file == "sub/53+6=%3F.jpeg"
        assert store.label(three.id, "xk7p2", by="me").file.startswith("xk7p2__")  # the same name on some systems
        assert disagreements(store) == []


@pytest.mark.parametrize(
    "label", ["../x", "a/b", "/etc/passwd", "..", ".", "CON", "a.", "a ", "x" * 300, "\u202eabc", "😀", "שלום"]
)
def test_no_label_leads_out_of_the_folder(tmp_path: Path, label: str) -> None:
    folder = plain_folder(tmp_path / "d", "sub/a.png")
    with Store.open(folder) as store:
        sample = store.label(1, label, by="me")
        assert sample.label == label
        assert store.path(sample).parent == folder / "sub"
        assert store.read(sample) == png(0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d"]


def test_two_pictures_of_one_text_both_keep_a_readable_name(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png", "c.png")
    with Store.open(tmp_path) as store:
        files = [store.label(i, "XK7P2", by="me").file for i in (1, 2, 3)]
        assert files[0] == "XK7P2.png"
        assert len(set(files)) == 3
        assert all(file.startswith("XK7P2") and file.endswith(".png") for file in files)


def test_a_label_that_changes_case_only(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path) as store:
        store.label(1, "ab", by="me")
        assert store.label(1, "AB", by="me").file == "AB.png"
        assert contents(tmp_path).keys() == {"AB.png"}


@cases_are_two_names
def test_a_case_change_beside_a_stray_file_of_that_name(tmp_path: Path) -> None:
    plain_folder(tmp_path, "ab.png")
    with Store.open(tmp_path) as store:
        store.label(1, "ab", by="me")
        (tmp_path / "AB.png").touch(exist_ok=False)
        sample = store.label(1, "AB", by="me")
        assert store.read(sample) == png(0)
        assert sample.file.startswith("AB__")
        assert (tmp_path / "AB.png").stat().st_size == 0


@pytest.mark.parametrize("stray", [b"", b"somebody's"])
def test_stray_files_are_never_overwritten(tmp_path: Path, stray: bytes) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path) as store:
        (tmp_path / "XK7P2.png").write_bytes(stray)
        sample = store.label(1, "XK7P2", by="me")
        assert sample.file.startswith("XK7P2__")
        assert (tmp_path / "XK7P2.png").read_bytes() == stray
        store.undo()
        assert (tmp_path / "XK7P2.png").read_bytes() == stray


def test_a_file_that_has_gone_cannot_be_labelled(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store:
        (tmp_path / "a.png").unlink()
        with pytest.raises(DatasetError, match=r"a\.png: the file is not there any more"):
            store.label_many([(2, "B"), (1, "A")], by="me")
        assert named(store) == {"a.png": "new:", "b.png": "new:"}
        assert contents(tmp_path).keys() == {"b.png"}
        with pytest.raises(DatasetError, match="the file is gone"):
            store.read(store.get(1))


def test_wrong_words_change_nothing(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path) as store:
        for wrong in (
            lambda: store.label(1, "", by="me"),
            lambda: store.label(99, "x", by="me"),
            lambda: store.label(1, "x", by="me", status="unheard-of"),
            lambda: store.set_status(1, "unheard-of", by="me"),
            lambda: store.set_status(99, "skipped", by="me"),
            lambda: store.get(99),
            lambda: store.mend_name(99),
        ):
            with pytest.raises(DatasetError):
                wrong()
        assert store.find("nothing.png") is None
        assert named(store) == {"a.png": "new:"}
        assert store.undo() is None


def test_statuses_types_and_counts(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png", "c.png")
    with Store.open(tmp_path) as store:
        skipped = store.set_status(1, "skipped", by="me", reason="too dark")
        assert (skipped.status, skipped.reason, skipped.file) == ("skipped", "too dark", "a.png")
        assert store.set_type([1, 2], "sums", by="me") == 2
        assert store.set_type([1, 2], "sums", by="me") == 0
        assert store.counts() == {**dict.fromkeys(STATUSES, 0), "new": 2, "skipped": 1}
        assert [store.get(i).type for i in (1, 2, 3)] == ["sums", "sums", None]


def test_predictions(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store:
        assert store.set_predictions([(1, "AB", 0.5, [0.25, 0.75123456], "m1"), (99, "x", 0.1, [], "m1")]) == 2
        sample = store.get(1)
        assert (sample.prediction, sample.confidence, sample.model_version) == ("AB", 0.5, "m1")
        assert sample.character_confidences == (0.25, 0.7512)
        assert store.get(2).prediction is None
        assert store.undo() is None


def test_runs(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        first = store.start_run("scraper", {"count": 5})
        store.start_run("labeler", {})
        store.finish_run(first, {"stored": 5})
        one, two = store.runs()
        assert (one["program"], one["settings"], one["outcome"]) == ("scraper", {"count": 5}, {"stored": 5})
        assert one["finished_at"] is not None
        assert (two["outcome"], two["finished_at"]) == (None, None)


def test_a_row_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(9))
    folder = plain_folder(tmp_path / "d", "a.png")
    with Store.open(folder) as store:
        store._db.execute("UPDATE samples SET file = '../secret.png'")
        with pytest.raises(DatasetError, match="leads out"):
            store.read(store.get(1))
        with pytest.raises(DatasetError, match="leads out"):
            store.label(1, "x", by="me")
    assert (tmp_path / "secret.png").exists()


def test_reading_only_changes_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.add(png(1), label="AB", by="key")
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file()}
    with Store.open(tmp_path, read_only=True) as store:
        assert store.count() == 1
        assert store.read(store.get(1)) == png(1)
        for change in (
            lambda: store.label(1, "x", by="me"),
            lambda: store.add(png(2)),
            lambda: store.undo(),
            lambda: store.start_run("x", {}),
        ):
            with pytest.raises(DatasetReadOnly, match="reading only"):
                change()
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file()}
    assert after == before


def test_closing_twice_and_using_a_closed_store(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.close()
    store.close()
    with pytest.raises(DatasetError):
        store.get(1)
    with pytest.raises(DatasetError):
        store.add(png(1))


def test_changes_made_together_are_one_transaction(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as store:
        with store.together():
            store.label(1, "A", by="me")
            store.add(png(9), label="N", by="me")
            with store.together():
                store.label(2, "B", by="me")
        before = contents(tmp_path)
        assert named(store) == {"A.png": "labelled:A", "B.png": "labelled:B", "images/N.png": "labelled:N"}
        with pytest.raises(LabelError), store.together():
            store.label(1, "C", by="me")
            store.add(png(10))
            store.label(2, "", by="me")
        assert contents(tmp_path) == before
        assert disagreements(store) == []
        store.label(1, "D", by="me")
        assert "D.png" in named(store)
