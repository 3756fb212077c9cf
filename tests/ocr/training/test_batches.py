"""Batches of pictures of many widths."""

import numpy as np
import pytest
from PIL import Image

from dataset.hashing import Fingerprint
from ocr.training.batches import Batches
from ocr.training.choose import choose
from ocr.training.data import Labelled

PITCH = 20  # pixels a character


def texts(pitch: int = PITCH) -> list[Labelled]:
    """Pages of 40 pixels height, with 1 to 16 characters each."""
    labels = ["0123456789abcdef"[start : start + length] for length in range(1, 17) for start in (0, 16 - length)]
    return [
        Labelled(f"{n}.png", Image.new("L", (pitch * len(label) + 8, 40), n), label, None, Fingerprint(f"{n}", 0))
        for n, label in enumerate(labels)
    ]


def test_short_texts_are_not_drawn_out_to_the_width_of_long_ones() -> None:
    spec = choose(texts(), 4).input
    assert spec.width is None
    widths = [spec.width_for(sample.image.size) for sample in texts()]
    assert widths == pytest.approx([sample.image.width for sample in texts()], abs=4)


def test_pages_too_narrow_for_their_texts_are_widened() -> None:
    crowded = texts(pitch=6)
    spec = choose(crowded, 4).input
    assert all(spec.width_for(s.image.size) >= 4 * (2 * len(s.label) + 1) for s in crowded)


@pytest.mark.parametrize("pitch", [PITCH, 6])
def test_each_text_of_a_batch_gets_the_time_steps_that_it_needs(pitch: int) -> None:
    samples = texts(pitch)
    plan = choose(samples, 4)
    batches = Batches(samples, plan, 8, seed=1)
    for _ in range(20):
        pictures, labels, _ = batches.draw(0.0)
        longest = int((labels > 0).sum(axis=1).max())
        assert pictures.shape[2] % 8 == 0
        assert pictures.shape[2] // plan.stride >= 2 * longest + 1
    assert np.isfinite(pictures).all()
