from dataclasses import replace
from pathlib import Path

from dataset.folder import read_folder
from ocr.training.folds import copied, copied_name, dealt, labelled
from tests.ocr.drawn import draw_folder


def test_near_duplicates_share_a_fold() -> None:
    groups = [1, 1, 2, 3, 3, 4, 5, 6]
    folds = dealt(groups, 3, seed=1)
    assert folds[0] == folds[1]
    assert folds[3] == folds[4]
    assert set(folds) == {0, 1, 2}
    assert folds == dealt(groups, 3, seed=1)


def test_only_labelled_pictures_that_decode_are_dealt(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "d", 6, seed=1)
    (folder / "images" / "0002.png").write_bytes(b"broken")
    (folder / "labels.csv").write_text((folder / "labels.csv").read_text().replace("0003.png,", "0003.png,\nx,"))
    items, groups = labelled(folder)
    assert [item.path.name for item in items] == ["0000.png", "0001.png", "0004.png", "0005.png"]
    assert len(groups) == 4


def test_a_copy_holds_the_unlabelled_pictures_without_a_label(tmp_path: Path) -> None:
    first, second, third = read_folder(draw_folder(tmp_path / "d", 3, seed=1))
    problems: list[str] = []
    there = read_folder(copied([first, replace(second, label=None, type="b"), third], tmp_path / "copy"), problems)
    assert [(item.label, item.type) for item in there] == [(first.label, None), (None, "b"), (third.label, None)]
    assert not problems


def test_a_copy_holds_the_same_pictures_labels_and_types(tmp_path: Path) -> None:
    items = read_folder(draw_folder(tmp_path / "d", 3, seed=1))
    there = read_folder(copied(items, tmp_path / "copy"))
    assert [item.name for item in there] == [copied_name(number, item) for number, item in enumerate(items)]
    assert [(i.label, i.type, i.path.read_bytes()) for i in there] == [
        (i.label, i.type, i.path.read_bytes()) for i in items
    ]
