"""Datasets joined by content."""

from pathlib import Path

import pytest

from dataset.errors import DatasetError, UsageError
from dataset.merging import merge, size
from dataset.sample import Source
from dataset.store import Store
from tests.dataset.support import contents, disagreements, plain_folder, png


def dataset(folder: Path, pictures: dict[int, str | None], profile: str = "") -> Path:
    with Store.open(folder) as store:
        for seed, label in pictures.items():
            store.add(png(seed), source=Source(profile=profile) if profile else None, label=label, by=folder.name)
    return folder


def labels(folder: Path) -> dict[str, str | None]:
    with Store.open(folder) as store:
        assert disagreements(store) == []
        return {store.read(s).hex()[-40:]: s.label for s in store.samples()}


def key(seed: int) -> str:
    return png(seed).hex()[-40:]


def test_each_picture_once_and_every_provenance(tmp_path: Path) -> None:
    one = dataset(tmp_path / "one", {1: "A", 2: None, 3: "C"}, "first")
    two = dataset(tmp_path / "two", {2: "B", 3: "C", 4: "A"}, "second")
    before = contents(one), contents(two)
    report = merge([one, two], tmp_path / "out")
    assert {k: report[k] for k in ("samples", "new", "duplicate", "labelled", "conflict")} == {
        "samples": 4, "new": 4, "duplicate": 1, "labelled": 1, "conflict": 0,
    }  # fmt: skip
    assert labels(tmp_path / "out") == dict(zip(map(key, (1, 2, 3, 4)), "ABCA", strict=True))
    assert (contents(one), contents(two)) == before
    with Store.open(tmp_path / "out") as store:
        shared = next(s for s in store.samples() if s.label == "C")
        assert [source.profile for source in store.sources(shared.id)] == ["first", "second"]
        assert shared.labelled_by == "one"


def test_again_adds_nothing(tmp_path: Path) -> None:
    folders = [dataset(tmp_path / "one", {1: "A"}, "first"), dataset(tmp_path / "two", {1: None, 2: "B"}, "second")]
    merge(folders, tmp_path / "out")
    report = merge(folders, tmp_path / "out")
    assert (report["samples"], report["new"], report["duplicate"]) == (2, 0, 3)
    with Store.open(tmp_path / "out") as store:
        assert len(store.sources(1)) == 2


def test_of_two_labels_the_first_stands_and_both_are_told(tmp_path: Path) -> None:
    report = merge([dataset(tmp_path / "one", {1: "A"}), dataset(tmp_path / "two", {1: "B"})], tmp_path / "out")
    assert report["conflict"] == 1
    assert "'B'" in report["problems"][0]
    assert labels(tmp_path / "out") == {key(1): "A"}


def test_a_label_given_by_a_merge_can_be_undone(tmp_path: Path) -> None:
    merge([dataset(tmp_path / "one", {1: None}), dataset(tmp_path / "two", {1: "B"})], tmp_path / "out")
    with Store.open(tmp_path / "out") as store:
        assert store.undo() is not None
        assert store.get(1).label is None


def test_plain_folders_and_lists_too(tmp_path: Path) -> None:
    plain = plain_folder(tmp_path / "plain", "A.png", "B.png")
    (plain / "C.png").write_bytes(b"<html>")
    listed = plain_folder(tmp_path / "listed", "x.png")
    (listed / "labels.csv").write_text("filename,label\nx.png,A\ngone.png,G\n")
    report = merge([plain, listed], tmp_path / "out")
    assert (report["new"], report["duplicate"]) == (2, 1)
    assert len(report["problems"]) == 2
    assert size(plain) == 3
    assert size(tmp_path / "out") == 2


def test_everything_known_about_a_sample_is_taken_over(tmp_path: Path) -> None:
    one = dataset(tmp_path / "one", {1: None, 2: None})
    with Store.open(one) as store:
        store.set_predictions([(1, "Q", 0.5, [0.5], "m1")])
        store.set_status(2, "skipped", by="me", reason="dark")
        store.set_type([1, 2], "plain", by="me")
    merge([one], tmp_path / "out")
    with Store.open(tmp_path / "out") as store:
        first, second = store.samples()
        assert (first.prediction, first.confidence, first.character_confidences) == ("Q", 0.5, (0.5,))
        assert (second.status, second.reason, second.type) == ("skipped", "dark", "plain")


def test_a_picture_that_has_gone_is_told_and_the_others_are_taken(tmp_path: Path) -> None:
    one = dataset(tmp_path / "one", {1: "A", 2: "B"})
    (one / "images" / "A.png").unlink()
    report = merge([one, dataset(tmp_path / "two", {3: "C"})], tmp_path / "out")
    assert (report["new"], len(report["problems"])) == (2, 1)
    assert "A.png" in report["problems"][0]


def test_wrong_places(tmp_path: Path) -> None:
    one = dataset(tmp_path / "one", {1: "A"})
    with pytest.raises(UsageError, match="folder of its own"):
        merge([one, tmp_path], one)
    with pytest.raises(DatasetError, match="no such folder"):
        merge([one, tmp_path / "gone"], tmp_path / "out")
