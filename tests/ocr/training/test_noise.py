"""Texts under dots of noise, learned and read."""

from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFont

from dataset.synth import fonts
from ocr.recognizer import Recognizer
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.noise import dotted

DIGITS = "0123456789"
STEP = 26  # pixels from one digit to the next


def drawn(place: Path, count: int, seed: int) -> Path:
    """Pictures named as their texts, a third of whose pixels are dots."""
    place.mkdir()
    rng = Random(seed)
    font = ImageFont.truetype(fonts.covering(fonts.ALL, DIGITS)[0], 30)
    for number in range(count):
        text = "".join(rng.choices(DIGITS, k=4))
        picture = Image.new("L", (4 * STEP + 20, 50), 210)
        pen = ImageDraw.Draw(picture)
        for position, digit in enumerate(text):
            pen.text((10 + position * STEP + rng.randint(-2, 2), rng.randint(2, 10)), digit, fill=60, font=font)
        dotted(picture, 0.33, seed=1000 * seed + number).save(place / f"{text}.png")
    return place


@pytest.mark.full
def test_text_under_dots_is_learned_and_read(tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    done = train(drawn(tmp_path / "d", 200, 1), out, Options(seconds=60, refit=False))
    assert done.card.input.despeckled and any(told.startswith("dots of noise lie all over") for told in done.told)
    assert done.card.metrics["exact_match"] >= 0.9
    fresh = sorted(drawn(tmp_path / "again", 20, 2).iterdir())
    assert sum(p.text == f.stem for p, f in zip(Recognizer.load(out).read(fresh), fresh, strict=True)) >= 18
