"""A dataset full of drawn pictures, or a folder full of pairs of a drawn picture and its text alone."""

import csv
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image

from dataset.atomic import new_folder
from dataset.errors import ToolkitError, UsageError
from dataset.folder import LABELS_CSV
from dataset.imagefile import decode
from dataset.names import unique_name
from dataset.store import Store
from dataset.synth.drawing import Length, draw_pair, encode, random_label

_ATTEMPTS = 100
DIRTY, CLEAN = "dirty", "clean"


class Drawing(NamedTuple):
    """One drawn picture: its file's bytes in the style's format, and the text alone (black on white, mode "L")."""

    style: str
    label: str
    data: bytes
    clean: Image.Image


def synthesise(
    folder: str | Path,
    count: int,
    *,
    styles: Sequence[str] = ("classic",),
    charset: str | None = None,
    length: Length | None = None,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Draws `count` different pictures, the styles in turn, into a dataset; returns how many are new there.

    The same arguments draw the same pictures: a second run adds nothing, an interrupted one is completed.
    The sample's type is the style's name. `progress` is called with 1 after each picture.
    Raises UsageError for what `random_label` refuses, and DatasetError when the folder cannot be written.
    """
    _check(count, styles, charset, length, seed)
    added = 0
    with Store.open(folder) as store:
        for drawing in _drawings(count, styles, charset, length, seed):
            added += not store.add(drawing.data, label=drawing.label, by="synth", type=drawing.style).duplicate
            if progress:
                progress(1)
    return added


def synthesise_pairs(
    folder: str | Path,
    count: int,
    *,
    styles: Sequence[str] = ("classic",),
    charset: str | None = None,
    length: Length | None = None,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Draws what `synthesise` draws as `dirty/NAME.png` and `clean/NAME.png`, the text alone at the same place.

    `labels.csv` names the dirty ones. `folder` must be new or empty, and appears when it is complete; returns `count`.
    A picture of a JPEG style has been through JPEG; both files are PNG, so that nothing is added to the clean one.
    Errors as in `synthesise`.
    """
    _check(count, styles, charset, length, seed)
    taken: dict[str, int] = {}
    with new_folder(Path(folder)) as fresh, (fresh / LABELS_CSV).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("filename", "label", "type"))
        for part in (DIRTY, CLEAN):
            (fresh / part).mkdir()
        for drawing in _drawings(count, styles, charset, length, seed):
            name = unique_name(drawing.label, ".png", taken)
            (fresh / DIRTY / name).write_bytes(encode(decode(drawing.data)))
            (fresh / CLEAN / name).write_bytes(encode(drawing.clean))
            rows.writerow((f"{DIRTY}/{name}", drawing.label, drawing.style))
            if progress:
                progress(1)
    return count


def _check(count: int, styles: Sequence[str], charset: str | None, length: Length | None, seed: int) -> None:
    """Refuse before a folder is made."""
    if count < 0:
        raise UsageError(f"cannot draw {count} pictures: give a count of 0 or more")
    if not styles:
        raise UsageError("no style is given: name at least one")
    for style in styles:
        random_label(style, Random(seed), charset, length)


def _drawings(
    count: int, styles: Sequence[str], charset: str | None, length: Length | None, seed: int
) -> Iterator[Drawing]:
    seen: set[bytes] = set()
    for index in range(count):
        yield _distinct(seen, f"{seed}/{index}", styles[index % len(styles)], charset, length)


def _distinct(seen: set[bytes], place: str, style: str, charset: str | None, length: Length | None) -> Drawing:
    """A picture that this run has not drawn yet: tiny black and white ones do repeat."""
    for attempt in range(_ATTEMPTS):
        rng = Random(f"{place}/{attempt}/{style}")
        label = random_label(style, rng, charset, length)
        clean, dirty = draw_pair(style, label, rng.getrandbits(64))
        data = encode(dirty, style)
        digest = sha256(data).digest()
        if digest not in seen:
            seen.add(digest)
            return Drawing(style, label, data, clean)
    raise ToolkitError(f"the style {style} has no more distinct pictures of these texts: ask for fewer or longer ones")
