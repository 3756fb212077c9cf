"""Sure readings of unlabelled pictures serve as labels, and never drown those that people gave."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PIL import Image

from dataset.hashing import Fingerprint
from ocr.recognizer import Prediction, Recognizer
from ocr.training import pseudo
from ocr.training.data import Labelled, load, load_unlabelled
from ocr.training.session import Options, train
from tests.ocr.drawn import clean, draw_folder


class Fixed:
    """Reads what it is told to."""

    def __init__(self, *predictions: Prediction) -> None:
        self.predictions = predictions

    def read(self, images: Sequence[Any]) -> list[Prediction]:
        return list(self.predictions[: len(images)])


def sample(name: str, label: str = "") -> Labelled:
    return Labelled(name, Image.new("L", (8, 8)), label, None, Fingerprint(name, 0))


def unlabel(folder: Path, kept: int) -> None:
    """Leaves only the first rows of labels.csv: the other pictures lie there without a label."""
    index = folder / "labels.csv"
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with index.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[: kept + 1])


def test_only_sure_readings_with_a_text_are_taken() -> None:
    reader = Fixed(Prediction("ab", 0.95, type="x"), Prediction("cd", 0.5), Prediction("", 0.99))
    read = pseudo.readings(cast(Recognizer, reader), [sample("1"), sample("2"), sample("3")])
    assert [(one.name, one.label, one.type) for one in read] == [("1", "ab", "x")]


def test_given_labels_stay_a_third() -> None:
    own, read = [sample("a", "a")] * 10, [sample("b", "b")] * 100
    both = pseudo.mixed(own, read)
    assert both.count(own[0]) == 50 and both.count(read[0]) == 100
    assert pseudo.mixed(own, read[:4]) == [*own, *read[:4]]


def test_a_training_learns_from_unlabelled_pictures_and_can_be_told_not_to(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 120, seed=1, painter=clean)
    unlabel(folder, 50)
    (folder / "images" / "0100.png").write_bytes(b"no picture")
    data = load(folder)
    assert len(data.samples) == 50 and len(data.unlabelled) == 70
    assert len(load_unlabelled(data, 1000, seed=1)) == 69
    few = load_unlabelled(data, 9, seed=1)
    assert [one.name for one in few] == [one.name for one in load_unlabelled(data, 9, seed=1)] and len(few) <= 9

    options = Options(epochs=30, seed=1, refit=False)
    told: list[str] = []
    train(folder, tmp_path / "m.onnx", options, say=told.append)
    assert [line for line in told if "of 69 unlabelled pictures that were read surely" in line], told
    told.clear()
    train(folder, tmp_path / "m.onnx", replace(options, self_training=False), say=told.append)
    assert not [line for line in told if "unlabelled" in line], told
