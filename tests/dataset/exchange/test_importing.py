"""Bad rows are told by line and cost no good one; what is there already is never replaced."""

import os
from pathlib import Path

import pytest

from dataset.errors import DatasetError, UsageError
from dataset.exchange import Report, import_into
from dataset.store import Store
from tests.dataset.exchange.support import listed_folder, png


def told(report: Report) -> dict[str, str]:
    return {problem.place: problem.sentence for problem in report.problems}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number, name in enumerate(("a.png", "b.png", "c.png")):
        (folder / name).write_bytes(png(number))
    (folder / "cut.png").write_bytes(png(9)[:45])
    (tmp_path / "outside.png").write_bytes(png(7))
    return folder


def test_csv_rows_with_every_kind_of_trouble(source: Path, tmp_path: Path) -> None:
    lines = [
        b"filename,label,type",
        b"a.png,one,x",
        b"missing.png,two,x",
        b"../outside.png,three,x",
        str(tmp_path / "outside.png").encode() + b",four,x",
        b"b.png,,x",
        b"cut.png,five,x",
        b"",
        b"b.png,six,seven,x",
        b"b.png,\xff\xfe,x",
        b'b.png,"two',
        b'lines",x',
        b",eight,x",
        b"c.png,nine,",
        b"C:\\x.png,ten,",
        b"..\\outside.png,eleven,",
        b"b\0.png,twelve,",
    ]
    (source / "labels.csv").write_bytes(b"\r\n".join(lines))
    report = import_into(tmp_path / "d", source)
    assert report.counts == {"added": 2, "labelled": 0, "already": 0}
    problems = told(report)
    words = {
        3: "'missing.png' is missing",
        4: "outside the folder",
        5: "outside the folder",
        6: "no label",
        7: "cut off",
        9: "4 cells, but 3 columns",
        10: "not UTF-8",
        12: "U+000D",
        13: "names no file",
        15: "outside the folder",
        16: "outside the folder",
        17: "missing",
    }
    assert len(problems) == len(words)
    for line, word in words.items():
        assert word in problems[f"labels.csv, line {line}"]
    with Store.open(tmp_path / "d") as store:
        assert [(sample.label, sample.type) for sample in store.samples()] == [("one", "x"), ("nine", None)]


@pytest.mark.skipif(os.name == "nt", reason="Windows gives the right to make links to few")
def test_a_link_that_leads_outside_is_outside(source: Path, tmp_path: Path) -> None:
    (source / "link.png").symlink_to(tmp_path / "outside.png")
    (source / "labels.csv").write_text("filename,label\nlink.png,x\na.png,y\n")
    report = import_into(tmp_path / "d", source)
    assert "outside the folder" in told(report)["labels.csv, line 2"]
    assert report.counts["added"] == 1


def test_names_written_on_windows_are_found(source: Path, tmp_path: Path) -> None:
    (source / "images").mkdir()
    (source / "a.png").rename(source / "images" / "a.png")
    (source / "labels.csv").write_bytes(b"\xef\xbb\xbffilename,label\r\nimages\\a.png,x\r\n")
    assert import_into(tmp_path / "d", source).counts["added"] == 1


def test_pictures_that_are_there_keep_their_labels_or_get_their_first(tmp_path: Path) -> None:
    source = listed_folder(tmp_path / "source", [("ab", "t"), ("cd", "t"), ("ef", "t")])
    with Store.open(tmp_path / "d") as store:
        store.add(png(0), label="AB", by="me")
        skipped = store.add(png(1)).sample
        store.set_status(skipped.id, "skipped", by="me")
    report = import_into(tmp_path / "d", source, "csv")
    assert report.counts == {"added": 1, "labelled": 1, "already": 0}
    assert "says 'ab'" in told(report)["labels.csv, line 2"]
    with Store.open(tmp_path / "d") as store:
        assert {(s.label, s.status, s.type) for s in store.samples()} == {
            ("AB", "labelled", None),
            ("cd", "labelled", "t"),
            ("ef", "labelled", "t"),
        }


def test_a_plain_folder_becomes_a_dataset_before_pictures_are_compared(tmp_path: Path) -> None:
    """Pictures that only lie in the folder, not hashed yet, are known by their content all the same."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x.png").write_bytes(png(0))
    source = listed_folder(tmp_path / "source", [("ab", None)])
    assert import_into(tmp_path / "d", source).counts == {"added": 0, "labelled": 1, "already": 0}


def test_sources_that_cannot_be_read_make_no_dataset(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "d"
    (source / "labels.csv").write_text("file,text\na.png,x\n")
    with pytest.raises(DatasetError, match="column filename and the column label"):
        import_into(target, source, "csv")
    with pytest.raises(DatasetError, match="no such file"):
        import_into(target, tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=r"holds no labels\.csv; give the folder that does"):
        import_into(target, tmp_path, "csv")
    with pytest.raises(UsageError, match="did you mean tfrecord"):
        import_into(target, source, "tfrecords")
    with pytest.raises(UsageError, match="is the dataset itself"):
        import_into(source, source)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="name the format: csv, folder"):
        import_into(target, tmp_path / "empty")
    assert not target.exists()
