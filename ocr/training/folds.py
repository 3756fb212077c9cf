"""Labelled pictures dealt into folds, and folders made of some of them."""

import csv
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from dataset.errors import ImageRefused
from dataset.folder import LABELS_CSV, Item, read_folder
from dataset.hashing import fingerprint
from dataset.imagefile import read_file
from dataset.split import near_groups_of


def labelled(folder: Path) -> tuple[list[Item], list[int]]:
    """The labelled pictures that can be decoded, and the number of the group of near-duplicates of each."""
    items, hashes = [], []
    for item in read_folder(folder):
        if item.label:
            try:
                hashes.append(fingerprint(read_file(item.path)).dhash)
            except ImageRefused:
                continue
            items.append(item)
    return items, near_groups_of([item.label or "" for item in items], hashes)


def dealt(groups: Sequence[int], folds: int, seed: int) -> list[int]:
    """A fold for each picture; near-duplicates share one, lest a wrong label vouch for its copy."""
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    fold = {name: number % folds for number, name in enumerate(names)}
    return [fold[group] for group in groups]


def copied(items: Sequence[Item], folder: Path) -> Path:
    """A folder of its own with these pictures, numbered in their order (`copied_name`), and their labels, if any."""
    folder.mkdir()
    with (folder / LABELS_CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label", "type"])
        for number, item in enumerate(items):
            name = copied_name(number, item)
            shutil.copyfile(item.path, folder / name)
            writer.writerow([name, item.label or "", item.type or ""])
    return folder


def copied_name(number: int, item: Item) -> str:
    """The name that `copied` gives to the picture at this position."""
    return f"{number:06d}{item.path.suffix}"
