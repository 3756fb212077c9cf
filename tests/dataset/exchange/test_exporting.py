"""What an export leaves out, refuses and cleans up."""

import errno
from collections.abc import Iterable
from pathlib import Path

import pytest

from dataset.errors import DatasetError, UsageError
from dataset.exchange import FORMATS, Format, Problem, export_dataset, import_into
from dataset.exchange.format import Picture
from dataset.store import Store
from tests.dataset.exchange.support import listed_folder, png


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_source_stays_as_it_is_and_bytes_are_copied(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", None), ("cd", None)])
    before = snapshot(source)
    export_dataset(source, "folder", tmp_path / "out")
    assert snapshot(source) == before
    assert snapshot(tmp_path / "out") == {"ab.png": png(0), "cd.png": png(1)}


def test_names_are_unique_on_any_file_system(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [(label, None) for label in ("ab", "AB", "ab", "Ab", "ab__000001")])
    export_dataset(source, "csv", tmp_path / "out")
    names = sorted(path.name.lower() for path in (tmp_path / "out" / "images").iterdir())
    assert len(set(names)) == 5
    assert "ab__000001.png" in names


def test_pictures_that_cannot_be_exported_are_told_and_the_others_kept(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", None), ("two\nlines", None), ("cd", None), ("ef", None)])
    (source / "2.png").unlink()
    (source / "3.png").rename(source / "3.odd")
    table = source / "labels.csv"
    table.write_bytes(table.read_bytes().replace(b"3.png", b"3.odd") + b"4.dat,gh,\r\n")
    (source / "4.dat").write_bytes(b"no picture")
    report = export_dataset(source, "paddleocr", tmp_path / "out")
    assert report.counts == {"exported": 2, "unlabelled": 0}
    told = [f"{problem.place}: {problem.sentence}" for problem in report.problems]
    assert len(told) == 3
    for words in ("'2.png' is missing", "U+000A", "4.dat"):
        assert [sentence for sentence in told if words in sentence], words
    assert snapshot(tmp_path / "out" / "images") == {"ab.png": png(0), "ef.png": png(3)}


def test_what_is_no_picture_is_told_and_left_out(tmp_path: Path) -> None:
    """A plain folder is not measured: nobody has looked into its files before they are passed on."""
    source = listed_folder(tmp_path / "source", [("ab", None), ("cd", None), ("ef", None)])
    (source / "0.png").write_bytes(b"")
    (source / "1.png").write_bytes(b"<html>")
    report = export_dataset(source, "csv", tmp_path / "out")
    assert report.counts["exported"] == 1
    assert [problem.place for problem in report.problems] == ["0.png", "1.png"]
    assert snapshot(tmp_path / "out" / "images") == {"ef.png": png(2)}


def test_a_label_too_long_for_a_file_name_is_left_out_of_a_folder_only(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("x" * 300, None), ("ab", None)])
    report = export_dataset(source, "folder", tmp_path / "folder")
    assert report.counts["exported"] == 1
    assert ["export as csv" in problem.sentence for problem in report.problems] == [True]
    assert export_dataset(source, "csv", tmp_path / "csv").problems == []


@pytest.mark.parametrize("place", ["full", "file", "source/inside", "source"])
def test_an_unusable_place_is_refused(place: str, tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", None)])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")
    (tmp_path / "file").write_text("keep")
    before = snapshot(tmp_path)
    with pytest.raises(UsageError):
        export_dataset(source, "csv", tmp_path / place)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", ["csv", "imagefolder", "labelstudio", "paddleocr"])
def test_a_list_alone_names_the_pictures_where_they_lie(name: str, tmp_path: Path) -> None:
    with Store.open(tmp_path / "source") as store:
        for number, label in enumerate(["a,b", 'say "hi"', "53+6=?"]):
            store.add(png(number), label=label, by="me", type="sums")
        store.add(png(9))
    before = snapshot(tmp_path / "source" / "images")
    report = export_dataset(tmp_path / "source", name, tmp_path / "out", list_only=True)
    assert report.counts == {"exported": 3, "unlabelled": 1}
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_dir() or path.suffix == ".png"] == []
    back = import_into(tmp_path / "back", tmp_path / "out", pictures=tmp_path / "source")
    assert (back.format, back.counts["added"], back.problems) == (name, 3, [])
    with Store.open(tmp_path / "back") as store:
        found = {store.read(sample): sample.label for sample in store.samples()}
    assert found == {png(0): "a,b", png(1): 'say "hi"', png(2): "53+6=?"}
    assert snapshot(tmp_path / "source" / "images") == before


@pytest.mark.parametrize("name", ["folder", "tfrecord"])
def test_a_format_without_a_list_cannot_be_listed(name: str, tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", None)])
    with pytest.raises(UsageError, match=r"keeps no list .* choose from csv, imagefolder, labelstudio, paddleocr"):
        export_dataset(source, name, tmp_path / "out", list_only=True)
    with pytest.raises(UsageError, match="keeps no list"):
        import_into(tmp_path / "new", source, name, pictures=source)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_list_of_labels_that_cannot_be_written_keeps_the_good_ones(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    for number, name in enumerate(["ab.png", "%0Acd.png", "ef.png"]):
        (tmp_path / "source" / name).write_bytes(png(number))
    report = export_dataset(tmp_path / "source", "csv", tmp_path / "out", list_only=True)
    assert report.counts["exported"] == 2
    assert [(problem.place, "U+000A" in problem.sentence) for problem in report.problems] == [("%0Acd.png", True)]
    lines = (tmp_path / "out" / "labels.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["filename,label,type", "ab.png,ab,", "ef.png,ef,"]


def test_an_empty_folder_is_taken_and_missing_parents_are_made(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", None)])
    (tmp_path / "empty").mkdir()
    export_dataset(source, "folder", tmp_path / "empty")
    export_dataset(source, "folder", tmp_path / "a" / "b")
    assert snapshot(tmp_path / "empty") == snapshot(tmp_path / "a" / "b") == {"ab.png": png(0)}


def test_unknown_formats_and_folders(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'paddle': did you mean paddleocr"):
        export_dataset(tmp_path, "paddle", tmp_path / "out")
    with pytest.raises(UsageError, match="choose from csv, folder"):
        export_dataset(tmp_path, "&", tmp_path / "out")
    with pytest.raises(DatasetError, match="no such folder"):
        export_dataset(tmp_path / "nowhere", "csv", tmp_path / "out")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failed_export_leaves_no_trace(error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(out: Path, items: Iterable[Picture]) -> list[Problem]:
        (out / "begun").write_bytes(next(iter(items)).data)
        raise error

    ours = FORMATS["csv"]
    monkeypatch.setitem(FORMATS, "failing", Format("failing", "fails", fail, ours.read, ours.recognises))
    source = listed_folder(tmp_path / "source", [("ab", None)])
    with pytest.raises((DatasetError, KeyboardInterrupt), match=r"No space left|^$"):
        export_dataset(source, "failing", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_place_below_a_file_is_one_sentence(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", None)])
    (tmp_path / "file").write_text("keep")
    with pytest.raises(DatasetError, match="cannot be written"):
        export_dataset(source, "csv", tmp_path / "file" / "out")
