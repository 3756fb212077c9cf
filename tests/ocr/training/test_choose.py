from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image

from dataset.hashing import Fingerprint
from ocr.training.choose import choose
from ocr.training.data import Labelled
from ocr.training.view import Look


@pytest.mark.parametrize(
    ("size", "lengths", "width"),
    [
        ((200, 80), [4], 176),  # eleven time steps of four columns for each character, which may overlap
        ((150, 60), [4], 152),  # no more columns than there are
        ((50, 20), [4], 104),
        ((256, 80), [4], 128),  # as it is, from eight time steps
        ((600, 80), [4], 160),  # ten
        ((200, 80), [2, 4, 4, 6], 176),
        ((200, 80), range(1, 17), 320),  # five for each of the longest text
    ],
    ids=str,
)
def test_each_character_has_its_time_steps(size: tuple[int, int], lengths: Sequence[int], width: int) -> None:
    """Where pictures are of one size."""
    samples = [
        Labelled(f"{n}-{again}", Image.new("L", size, again), "0123456789abcdef"[:n], None, Fingerprint("", 0))
        for n in lengths
        for again in range(2)
    ]
    assert choose([*samples, replace(samples[0], label="f" * min(lengths))], 4).input.width == width


@pytest.mark.parametrize("mirror", [True, False])
def test_pictures_of_a_script_written_from_right_to_left_are_mirrored(mirror: bool) -> None:
    picture = Image.new("L", (120, 40), "white")
    samples = [Labelled(text, picture, text, None, Fingerprint(text, 0)) for text in ("שלום", "אבגד", "הוזח")]
    plan = choose(samples, 4, look=Look(mirror=mirror))
    assert plan.input.mirrored == mirror
    assert any("from right to left: pictures are mirrored" in reason for reason in plan.reasons) == mirror
