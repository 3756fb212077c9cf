"""Sources as other programs write them, and how a format is found out."""

import json
from pathlib import Path

import pytest

from dataset.errors import DatasetError
from dataset.exchange import FORMATS, Problem, detect_format
from dataset.exchange.format import Row
from dataset.store import Store
from tests.dataset.exchange.support import png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for number, name in enumerate("abc"):
        (tmp_path / "images" / f"{name}.png").write_bytes(png(number))
    return tmp_path


def rows(name: str, source: Path) -> list[tuple[str, str | None]]:
    """(file, label) of good rows, (place, sentence) of bad ones."""
    found: list[tuple[str, str | None]] = []
    for row in FORMATS[name].read(source):
        if isinstance(row, Problem):
            found.append((row.place, row.sentence))
        else:
            assert isinstance(row, Row)
            assert isinstance(row.content, Path)
            found.append((row.content.name, row.label))
    return found


def test_label_studio_tasks(folder: Path) -> None:
    def annotation(text: object, **more: object) -> dict[str, object]:
        return {"result": [{"type": "choices"}, {"type": "textarea", "value": {"text": text}}], **more}

    tasks = [
        {"data": {"image": "/data/local-files/?d=images/a.png"}, "annotations": [annotation(["x"])]},
        {"data": {"image": "images/b.png"}, "annotations": [annotation("old"), annotation("new")]},
        {
            "data": {"image": "images/b.png"},
            "annotations": [annotation("kept"), annotation("dropped", was_cancelled=True)],
        },
        {"image": "images/c.png", "text": "short form"},
        {"data": {"image": "images/c.png"}, "annotations": []},
        {"data": {"image": "/data/local-files/?d=../c.png"}},
        {"data": {"image": "/data/local-files/"}},
        {"data": {"text": "no image"}},
        {"data": {"image": 5}},
        {"data": {"image": "images/a.png"}, "annotations": [{"result": [{"type": "textarea", "value": {"text": []}}]}]},
        "not a task",
    ]
    (folder / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    bad = "not a task with an image"
    assert rows("labelstudio", folder) == [
        ("a.png", "x"),
        ("b.png", "new"),
        ("b.png", "kept"),
        ("c.png", "short form"),
        ("c.png", None),
        ("export.json, task 6", "'../c.png' lies outside the folder"),
        *((f"export.json, task {number}", bad) for number in range(7, 12)),
    ]
    assert detect_format(folder).name == detect_format(folder / "export.json").name == "labelstudio"


@pytest.mark.parametrize("text", ["{", "5", '{"a": 1}', "[" * 100_000])
def test_json_of_another_kind_is_one_sentence(folder: Path, text: str) -> None:
    (folder / "x.json").write_text(text)
    with pytest.raises(DatasetError, match=r"x\.json: not a"):
        rows("labelstudio", folder)
    assert detect_format(folder).name == "folder"


def test_paddleocr_lists(folder: Path) -> None:
    (folder / "rec_gt_train.txt").write_bytes(b"\xef\xbb\xbfimages/a.png\tx y\r\n\r\nimages/b.png\t\nno tab\n")
    (folder / "rec_gt_test.txt").write_bytes(b"images/c.png\t\xff\nimages/c.png\t a\tb ")
    assert rows("paddleocr", folder) == [
        ("rec_gt_test.txt, line 1", "not UTF-8: save the file again as UTF-8"),
        ("c.png", " a\tb "),
        ("a.png", "x y"),
        ("b.png", ""),
        ("rec_gt_train.txt, line 4", "no tab between file name and label"),
    ]
    (folder / "rec_gt_train.txt").rename(folder / "list.txt")
    assert detect_format(folder / "list.txt").name == "paddleocr"


def test_image_folders_with_splits(folder: Path) -> None:
    for split in ("train", "test"):
        (folder / split).mkdir()
        (folder / split / "1.png").write_bytes(png(50))
        (folder / split / "metadata.csv").write_text(f"file_name,text\n1.png,{split}\n")
    assert rows("imagefolder", folder) == [("1.png", "test"), ("1.png", "train")]
    assert detect_format(folder).name == "imagefolder"


def test_a_csv_of_any_name_and_column_order(folder: Path) -> None:
    (folder / "mine.csv").write_text('score,label,filename\n1,"a,""b",images/a.png\n')
    assert rows("csv", folder / "mine.csv") == [("a.png", 'a,"b')]
    assert detect_format(folder / "mine.csv").name == "csv"
    (folder / "mine.csv").write_text("file_name,text\nimages/a.png,x\n")
    assert detect_format(folder / "mine.csv").name == "imagefolder"


def test_a_dataset_is_a_folder_whatever_else_lies_in_it(folder: Path) -> None:
    with Store.open(folder) as store:
        store.label(next(store.samples()).id, "AB", by="me")
    (folder / "labels.csv").write_text("filename,label\n")
    assert detect_format(folder).name == "folder"
    assert rows("folder", folder) == [("AB.png", "AB"), ("b.png", None), ("c.png", None)]


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"folder"}))
def test_a_folder_without_the_named_formats_list_is_told(name: str, folder: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds no .*; give the folder that does"):
        rows(name, folder)


def test_a_file_of_no_format_is_told(folder: Path) -> None:
    for name in ("notes.txt", "x.bin", "y.json", "z.csv"):
        (folder / name).write_bytes(b"hello\0\xff")
        with pytest.raises(DatasetError, match="no pictures with labels found"):
            detect_format(folder / name)
