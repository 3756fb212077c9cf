"""Draws what a backbone is pre-trained with, in as many processes as there are cores."""

import multiprocessing
import os
from collections.abc import Sequence
from functools import partial
from random import Random

from PIL import Image

from dataset import console
from dataset.hashing import Fingerprint
from ocr.preprocess import InputSpec
from ocr.training import drawn, drawn_hands
from ocr.training.data import Labelled

LONGEST = 8
"""Characters of the longest text."""
INPUT = InputSpec(height=40, width=None, channels=3, multiple=8, min_width=48, max_width=560)
"""Size and colour of what is drawn."""
CHARACTERS = {"small": drawn.CHARACTERS, "large": drawn_hands.CHARACTERS}
"""What is drawn for each architecture that has a backbone."""

_DRAWERS: dict[str, type[drawn.Drawer] | type[drawn_hands.HandDrawer]] = {
    "small": drawn.Drawer,
    "large": drawn_hands.HandDrawer,
}
_STRETCH = (0.75, 1.3)  # change of the width, since trainings that follow bring pictures to widths of their own
_LEAST_PER_CHARACTER = 8  # columns: a time step of four for each character and each blank
_AT_ONCE = 500  # pictures of one seed: the result does not depend on the number of processes


def draw(architecture: str, count: int, seed: int, faces: Sequence[str] = (), *, quiet: bool = False) -> list[Labelled]:
    """So many pictures at the height of `INPUT`; the same arguments give the same ones."""
    seeds = _seeds(seed, -(-count // _AT_ONCE))
    some = partial(_some, architecture, tuple(faces), min(count, _AT_ONCE))
    samples: list[Labelled] = []
    with console.progress(count, "drawing", unit="pictures", quiet=quiet) as shown:
        if len(seeds) == 1:
            return some(seeds[0])
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            for part in pool.imap(some, seeds):
                samples += part
                shown.advance(len(part))
    return samples[:count]


def _seeds(seed: int, count: int) -> list[int]:
    rng = Random(seed)
    return [rng.getrandbits(40) for _ in range(count)]


def _some(architecture: str, faces: tuple[str, ...], count: int, seed: int) -> list[Labelled]:
    drawer, rng = _DRAWERS[architecture](seed, faces), Random(seed)
    samples: list[Labelled] = []
    while len(samples) < count:
        text, picture = drawer.draw()
        width = INPUT.width_for((round(picture.width * rng.uniform(*_STRETCH)), picture.height))
        if width >= (len(text) + 0.5) * _LEAST_PER_CHARACTER:
            resized = picture.resize((width, INPUT.height), Image.Resampling.BILINEAR)
            samples.append(Labelled(f"{seed}-{len(samples)}", resized, text, None, Fingerprint("", 0)))
    return samples
