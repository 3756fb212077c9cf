"""Texts of a script that is written from right to left, learned and read."""

from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFont

from dataset.synth import fonts
from ocr.recognizer import Recognizer
from ocr.training.options import Options
from ocr.training.session import train

LETTERS = "אבגדהוחטלמ"
STEP = 26  # pixels from one letter to the next


def drawn(place: Path, count: int, seed: int, *, leftwards: bool) -> Path:
    """Pictures named as their texts, letter by letter along their script or, as some programs do, against it."""
    place.mkdir()
    rng = Random(seed)
    font = ImageFont.truetype(fonts.covering(fonts.ALL, LETTERS)[0], 28)
    for _ in range(count):
        text = "".join(rng.choices(LETTERS, k=4))
        picture = Image.new("L", (4 * STEP + 20, 44), 230)
        pen = ImageDraw.Draw(picture)
        for position, letter in enumerate(reversed(text) if leftwards else text):
            pen.text((10 + position * STEP + rng.randint(-2, 2), rng.randint(2, 8)), letter, fill=40, font=font)
        picture.save(place / f"{text}.png")
    return place


@pytest.mark.full
@pytest.mark.parametrize("leftwards", [True, False], ids=["as written", "against its script"])
def test_either_direction_is_learned_and_read(tmp_path: Path, leftwards: bool) -> None:
    out = tmp_path / "model.onnx"
    done = train(drawn(tmp_path / "d", 200, 1, leftwards=leftwards), out, Options(seconds=60, refit=False))
    assert done.card.input.mirrored == leftwards
    assert ("nothing is read from right to left: trying from left to right" in done.told) == (not leftwards)
    assert done.card.metrics["exact_match"] >= 0.9
    fresh = sorted(drawn(tmp_path / "again", 20, 2, leftwards=leftwards).iterdir())
    assert sum(p.text == f.stem for p, f in zip(Recognizer.load(out).read(fresh), fresh, strict=True)) >= 18
