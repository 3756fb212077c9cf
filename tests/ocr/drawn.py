"""Folders of drawn pictures for the recogniser's tests."""

import csv
from pathlib import Path
from random import Random

from dataset.synth import draw

ALPHABET = "2ae7"


def draw_folder(
    folder: Path, count: int, seed: int, *, style: str = "lines", length: int = 3, alphabet: str = ALPHABET
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
            draw(style, label, rng.getrandbits(32)).save(folder / name)
            writer.writerow([name, label])
    return folder
