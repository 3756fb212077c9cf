"""Dots of noise are told from strokes, lines and textures, and taken away."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from ocr.preprocess import InputSpec, pixels
from ocr.speckle import despeckled, median, speckled
from tests.ocr.hidden_text import text
from tests.ocr.noise import dotted


def written(mode: str = "L") -> Image.Image:
    picture = Image.new(mode, (160, 60), "white")
    mask = text("AB12").resize((130, 40))
    picture.paste((20, 40, 120) if mode == "RGB" else 40, (15, 10), mask)
    return picture


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from([(), (1,), (3,)]), st.integers(0, 9))
def test_the_median_is_that_of_numpy(height: int, width: int, channels: tuple[int, ...], seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, *channels), dtype=np.uint8)
    rim = np.pad(values, [(1, 1), (1, 1), (0, 0)][: values.ndim], mode="edge")
    around = [rim[row : row + height, column : column + width] for row in range(3) for column in range(3)]
    assert (median(values) == np.median(around, axis=0)).all()


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("share", [0.06, 0.15, 0.35])
def test_dots_are_seen_and_taken_away(mode: str, share: float) -> None:
    picture = dotted(written(mode), share)
    assert speckled(picture)
    clean = despeckled(picture)
    assert (clean.mode, clean.size) == (mode, picture.size)
    was, now = (np.abs(np.asarray(p, np.int16) - np.asarray(written(mode), np.int16)).mean() for p in (picture, clean))
    assert now < was / 2


def lined(picture: Image.Image) -> Image.Image:
    pen = ImageDraw.Draw(picture)
    for row in range(2, 60, 6):
        pen.line([(0, row), (159, 60 - row)], fill=90)
    return picture


def soft(picture: Image.Image) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 20, (60, 160))
    return Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    "picture",
    [
        written(),
        lined(written()),
        soft(written()),
        dotted(written(), 0.4).filter(ImageFilter.GaussianBlur(2)),
        Image.new("L", (160, 60), 200),
        dotted(Image.new("L", (9, 9)), 0.3),
        Image.new("RGB", (1, 1)),
    ],
    ids=["text", "lines", "soft noise", "blurred", "empty", "too small to tell", "one pixel"],
)
def test_nothing_else_is_taken_for_dots(picture: Image.Image) -> None:
    assert not speckled(picture)


def test_a_large_picture_is_judged_by_its_middle() -> None:
    page = Image.new("L", (2000, 1000), "white")
    page.paste(dotted(Image.new("L", (400, 200), "white"), 0.2), (800, 400))
    assert speckled(page)


@pytest.mark.parametrize("channels", [1, 3])
def test_dots_go_before_a_picture_loses_its_pixels(channels: int) -> None:
    spec = InputSpec(30, 80, channels)
    calm = pixels(written(), spec).astype(np.int16)
    kept, gone = (
        np.abs(pixels(dotted(written(), 0.15), InputSpec(30, 80, channels, despeckled=flag)) - calm).mean()
        for flag in (False, True)
    )
    assert gone < kept / 2
