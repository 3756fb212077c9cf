"""Which case a set shows is found from its pictures, not from its labels."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from ocr import BACKBONE
from ocr.training.data import Labelled, load
from ocr.training.glyphs import shown_as
from tests.ocr.drawn import clean, draw_folder

LETTERS = "abdefghrt"


def samples_of(folder: Path, painter: Callable[[str, Random], Image.Image]) -> list[Labelled]:
    return list(load(draw_folder(folder, 30, seed=4, alphabet=LETTERS + "27", length=4, painter=painter)).samples)


def capitals(text: str, rng: Random) -> Image.Image:
    return clean(text.upper(), rng)


def test_capitals_under_small_labels_are_found(tmp_path: Path) -> None:
    found = shown_as(BACKBONE, LETTERS + "27", samples_of(tmp_path / "drawn", capitals))
    assert found == {letter: letter.upper() for letter in LETTERS}


def test_small_letters_stay_what_they_are(tmp_path: Path) -> None:
    assert shown_as(BACKBONE, LETTERS + "27", samples_of(tmp_path / "drawn", clean)) == {}


@pytest.mark.parametrize("charset", ["0123456789+=?", "aAbB", "漢字"])
def test_where_nothing_is_in_doubt_no_picture_is_read(charset: str) -> None:
    assert shown_as(BACKBONE, charset, []) == {}


def test_without_pictures_nothing_is_changed() -> None:
    assert shown_as(BACKBONE, "abc", []) == {}


def test_a_set_that_shows_both_is_told_letter_by_letter(tmp_path: Path) -> None:
    def both(text: str, rng: Random) -> Image.Image:
        return clean("".join(c.upper() if c in "ade" else c for c in text), rng)

    samples = samples_of(tmp_path / "drawn", both)
    found = shown_as(BACKBONE, LETTERS + "27", samples)
    assert {"a", "d", "e"} <= set(found) and not {"b", "g", "h"} & set(found)
