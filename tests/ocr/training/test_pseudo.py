"""Sure readings of unlabelled pictures serve as labels, and never drown those that people gave."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from dataset.hashing import Fingerprint
from ocr.artefact import Card, TypeCard
from ocr.preprocess import InputSpec
from ocr.recognizer import Prediction, Recognizer
from ocr.training import pseudo, session
from ocr.training.choose import FEW
from ocr.training.data import Labelled, load, load_unlabelled
from ocr.training.loop import Fit
from ocr.training.session import Options, train
from ocr.training.watch import Score
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


@pytest.mark.parametrize(("own", "lengths"), [(10, [1, 1, 2, 1]), (FEW, [1, 1])])
def test_a_round_without_gain_is_followed_by_a_longer_one_where_labels_are_few(
    monkeypatch: pytest.MonkeyPatch, own: int, lengths: list[int]
) -> None:
    """The second of the rounds gains nothing."""
    asked: list[int] = []

    def more(samples: object, watcher: object, before: Fit, *, times: int) -> Fit:
        asked.append(times)
        return before if len(asked) == 2 else Fit([], Score(len(asked) / 10, -1.0))

    def readings(recognizer: object, unlabelled: Sequence[Labelled]) -> list[Labelled]:
        return list(unlabelled)

    monkeypatch.setattr(session, "temperature", lambda *_: 1.0)
    monkeypatch.setattr(session.export, "artefact_bytes", lambda *_: b"")
    monkeypatch.setattr(session.Recognizer, "from_bytes", lambda _: None)
    monkeypatch.setattr(session.pseudo, "readings", readings)
    work = cast(Any, SimpleNamespace(model=None, more=more, interrupted=False))
    card = Card("ab", InputSpec(40, 80, 1), (TypeCard(None, "ab"),), "small", "0", "now")
    learn, rest = [sample("a", "a")] * own, [sample("b", "b")]
    first = Fit([], Score(0.0, -1.0))
    best = session._self_trained(work, card, first, learn, cast(Any, None), rest, lambda _: None)
    assert asked == lengths
    assert best.score.exact == (0.4 if len(lengths) == 4 else 0.1)
