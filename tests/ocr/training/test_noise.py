"""Texts under dots of noise, learned and read."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from ocr.recognizer import Recognizer
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.drawn import clean, draw_folder, draw_texts
from tests.ocr.noise import dotted

DIGITS = "0123456789"


def under_dots(text: str, rng: Random) -> Image.Image:
    """A third of the pixels are dots."""
    return dotted(clean(text, rng, size=30), 0.33, seed=rng.getrandbits(32))


def of_dots(text: str, rng: Random) -> Image.Image:
    """Dots show the text where they stand denser."""
    strokes = np.asarray(clean(text, rng, size=34)) < 120
    dark = np.random.default_rng(rng.getrandbits(32)).random(strokes.shape) < np.where(strokes, 0.5, 0.05)
    return Image.fromarray(np.where(dark, 30, 255).astype(np.uint8))


@pytest.mark.full
def test_dots_that_are_the_text_are_not_taken_away(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "d", 300, 1, length=4, alphabet=DIGITS, painter=of_dots)
    done = train(folder, tmp_path / "model.onnx", Options(seconds=60, refit=False))
    assert any(told.startswith("dots of noise lie all over") for told in done.told)
    assert any(told.endswith("is read so: trying the pictures as they are") for told in done.told)
    assert not done.card.input.despeckled and done.card.metrics["exact_match"] >= 0.8


@pytest.mark.full
def test_text_under_dots_is_learned_and_read(tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    folder = draw_folder(tmp_path / "d", 200, 1, length=4, alphabet=DIGITS, painter=under_dots)
    done = train(folder, out, Options(seconds=60, refit=False))
    assert done.card.input.despeckled and any(told.startswith("dots of noise lie all over") for told in done.told)
    assert done.card.metrics["exact_match"] >= 0.9
    texts, fresh = zip(*draw_texts(DIGITS, 4, 20, 2, under_dots), strict=True)
    assert sum(found.text == text for found, text in zip(Recognizer.load(out).read(fresh), texts, strict=True)) >= 18
