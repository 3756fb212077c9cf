"""Texts of a script that is written from right to left, learned and read."""

from pathlib import Path
from random import Random

import pytest
from PIL import Image

from ocr.recognizer import Recognizer
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.drawn import Painter, clean, draw_folder, draw_texts

LETTERS = "אבגדהוחטלמ"


def leftwards(text: str, rng: Random) -> Image.Image:
    """Letter by letter as the script is written; `clean` draws them against it, as some programs do."""
    return clean(text[::-1], rng, size=28)


def rightwards(text: str, rng: Random) -> Image.Image:
    """Against the script."""
    return clean(text, rng, size=28)


@pytest.mark.full
@pytest.mark.parametrize("painter", [leftwards, rightwards], ids=["as written", "against its script"])
def test_either_direction_is_learned_and_read(tmp_path: Path, painter: Painter) -> None:
    out = tmp_path / "model.onnx"
    folder = draw_folder(tmp_path / "d", 200, 1, length=4, alphabet=LETTERS, painter=painter)
    done = train(folder, out, Options(seconds=60, refit=False))
    assert done.card.input.mirrored == (painter is leftwards)
    assert ("nothing is read from right to left: trying from left to right" in done.told) == (painter is rightwards)
    assert done.card.metrics["exact_match"] >= 0.9
    texts, fresh = zip(*draw_texts(LETTERS, 4, 20, 2, painter), strict=True)
    assert sum(found.text == text for found, text in zip(Recognizer.load(out).read(fresh), texts, strict=True)) >= 18
