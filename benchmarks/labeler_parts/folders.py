"""Folders of drawn pictures to label."""

import io
import os
from pathlib import Path
from random import Random

from PIL import Image

from dataset.synth import draw

SIZE = (160, 48)  # fills 800 x 240 at the zoom of five that the window chooses


def distinct(folder: Path, count: int) -> None:
    """Pictures of which no two have one colour in common at any pixel, so that every change is seen."""
    folder.mkdir(parents=True)
    for number in range(count):
        colour = (40 + number * 53 % 200, 40 + number * 97 % 200, 40 + number // 7 * 31 % 200)
        image = Image.effect_noise(SIZE, 30).convert("RGB")
        Image.blend(image, Image.new("RGB", SIZE, colour), 0.7).save(folder / f"p{number:06}.png")


def many(folder: Path, count: int) -> None:
    """So many names with few contents: hard links, as far as the file system lets one file have them."""
    folder.mkdir(parents=True)
    data = io.BytesIO()
    Image.effect_noise(SIZE, 60).save(data, "PNG")
    original = folder / "p.png"
    for number in range(count):
        path = folder / f"p{number:06}.png"
        if number % 20_000 == 0:
            original = path
            original.write_bytes(data.getvalue())
        else:
            os.link(original, path)


def readable(folder: Path, count: int, seed: int, *, labelled: bool) -> None:
    """Classic captchas of five digits; with their text as the name, or without."""
    folder.mkdir(parents=True)
    rng = Random(seed)
    for number in range(count):
        text = "".join(rng.choice("0123456789") for _ in range(5))
        draw("classic", text, seed + number).save(folder / (f"{text}.png" if labelled else f"p{number:05}.png"))
