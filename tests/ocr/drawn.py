"""Folders of drawn pictures for the recogniser's tests."""

import csv
from collections.abc import Callable, Iterator
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


def clean(text: str, rng: Random, *, size: int = 22) -> Image.Image:
    """Dark on a little noise, `size` pixels high: a few dozen pictures suffice."""
    step = size + 2
    shape = (size + 10, step * len(text) + 8)
    picture = Image.fromarray(np.random.default_rng(rng.getrandbits(32)).integers(170, 256, shape, dtype=np.uint8))
    pen, font = ImageDraw.Draw(picture), fonts.load("DejaVuSans", size)
    for place, character in enumerate(text):
        where = (6 + step * place + rng.randint(-3, 3), rng.randint(0, 5))
        pen.text(where, character, fill=rng.randint(0, 60), font=font)
    return picture


def draw_texts(
    alphabet: str, length: int, count: int, seed: int, painter: Painter = lined
) -> Iterator[tuple[str, Image.Image]]:
    """So many texts of the alphabet, each with its picture."""
    rng = Random(seed)
    for _ in range(count):
        text = "".join(rng.choices(alphabet, k=length))
        yield text, painter(text, rng)


def draw_folder(
    folder: Path, count: int, seed: int, *, length: int = 3, alphabet: str = ALPHABET, painter: Painter = lined
) -> Path:
    """A folder with labels.csv and `count` pictures of `length` characters of the alphabet."""
    (folder / "images").mkdir(parents=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label"])
        for number, (label, picture) in enumerate(draw_texts(alphabet, length, count, seed, painter)):
            name = f"images/{number:04d}.png"
            picture.save(folder / name)
            writer.writerow([name, label])
    return folder
