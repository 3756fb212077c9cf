import csv
from pathlib import Path

import pytest
from PIL import Image

from dataset.errors import UsageError
from ocr import cli
from ocr.errors import OcrError, TrainingError
from tests.ocr.drawn import clean, draw_folder


def mislabel(folder: Path, names: list[str], characters: str) -> dict[str, str]:
    """Gives pictures of a drawn folder another first character and returns their true labels."""
    index = folder / "labels.csv"
    with index.open(encoding="utf-8", newline="") as file:
        rows = dict(csv.reader(file))
    true = {name: rows[name] for name in names}
    wrong = {name: characters.replace(label[0], "")[0] + label[1:] for name, label in true.items()}
    with index.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((rows | wrong).items())
    return true


def test_planted_mistakes_are_found(tmp_path: Path) -> None:
    from ocr.training import backend

    backend.prepare()
    from ocr.training.options import Options
    from ocr.training.suspects import find, write

    folder = draw_folder(tmp_path / "drawn", 80, seed=5, length=2, alphabet="27", painter=clean)
    true = mislabel(folder, ["images/0003.png", "images/0030.png", "images/0050.png"], "27")
    before = sorted(path.name for path in folder.rglob("*"))
    told: list[str] = []
    found = find(folder, Options(epochs=50, refit=False, seed=3), folds=2, sure=0.5, say=told.append)
    write(found, tmp_path / "out")

    assert len(told) == 2
    proposed = {suspect.name: suspect.proposed for suspect in found}
    assert len(true.items() & proposed.items()) >= 2
    # Right labels are seldom suspected; how seldom depends on the machine's floating point.
    assert len(proposed.keys() - true.keys()) <= 77 // 4
    assert [s.confidence for s in found] == sorted((s.confidence for s in found), reverse=True)
    with (tmp_path / "out" / "suspects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["label"], row["proposed"]) for row in rows] == [
        (suspect.name, suspect.label, suspect.proposed) for suspect in found
    ]
    with Image.open(tmp_path / "out" / "suspects.png") as sheet:
        assert sheet.width > 320
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_no_suspects_leave_a_table_and_no_old_sheet(tmp_path: Path) -> None:
    from ocr.training import backend

    backend.prepare()
    from ocr.training.suspects import write

    (tmp_path / "suspects.png").write_bytes(b"of last time")
    write([], tmp_path)
    assert (tmp_path / "suspects.csv").read_text() == "file,label,proposed,confidence\n"
    assert not (tmp_path / "suspects.png").exists()
    with pytest.raises(OcrError, match="cannot be made a folder"):
        write([], tmp_path / "suspects.csv" / "below")


def test_too_few_labels_and_too_few_folds(tmp_path: Path) -> None:
    folder = str(draw_folder(tmp_path / "drawn", 10, seed=5))
    with pytest.raises(TrainingError, match="10 labelled pictures are too few"):
        cli.main(["suspects", folder, "--out", str(tmp_path / "out")])
    with pytest.raises(UsageError, match="1 folds"):
        cli.main(["suspects", folder, "--out", str(tmp_path / "out"), "--folds", "1"])
    assert not (tmp_path / "out").exists()
