"""Folders of drawn pictures for the recogniser's tests."""

import csv
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from dataset.synth import draw, fonts

ALPHABET = "2ae7"
Painter = Callable[[str, Random], Image.Image]


def lined(text: str, rng: Random) -> Image.Image:
    """Crossed by lines: takes a hundred pictures to learn."""
    return draw("lines", text, rng.getrandbits(32))


def clean(text: str, rng: Random) -> Image.Image:
    """Dark on a little noise: a few dozen pictures suffice."""
    size = (32, 24 * len(text) + 8)
    noise = np.random.default_rng(rng.getrandbits(32)).integers(170, 256, size, dtype=np.uint8)
    picture = Image.fromarray(noise)
    pen, font = ImageDraw.Draw(picture), fonts.load("DejaVuSans", 22)
    for place, character in enumerate(text):
        where = (6 + 24 * place + rng.randint(-3, 3), rng.randint(0, 5))
        pen.text(where, character, fill=rng.randint(0, 60), font=font)
    return picture


def draw_folder(
    folder: Path, count: int, seed: int, *, length: int = 3, alphabet: str = ALPHABET, painter: Painter = lined
) -> Path:
    """A folder with labels.csv and `count` pictures of `length` characters of the alphabet."""
    (folder / "images").mkdir(parents=True)
    rng = Random(seed)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label"])
        for number in range(count):
            label = "".join(rng.choices(alphabet, k=length))
            name = f"images/{number:04d}.png"
            painter(label, rng).save(folder / name)
            writer.writerow([name, label])
    return folder
