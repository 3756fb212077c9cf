"""A folder of pairs: `dirty/NAME` and `clean/NAME` of equal size, with the text in labels.csv where it is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from dataset import imagefile
from dataset.errors import DatasetError, ImageRefused, no_folder
from dataset.folder import LABELS_CSV, read_folder
from dataset.scanning import picture_names
from ocr.errors import OcrError

DIRTY, CLEAN = "dirty", "clean"


@dataclass(frozen=True, slots=True)
class PairFiles:
    """Two files of one name; `label` is the text that both show, where labels.csv says so."""

    name: str
    dirty: Path
    clean: Path
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two decoded pictures ("L" or "RGB") of equal size."""

    files: PairFiles
    dirty: Image.Image
    clean: Image.Image


def find_pairs(folder: Path, problems: list[str] | None = None) -> list[PairFiles]:
    """The pairs of a folder, sorted by name; a sentence on each picture without its other half goes to `problems`.

    Raises DatasetError or OcrError when the folder, its two parts or all pairs are missing.
    """
    notes = [] if problems is None else problems
    if not folder.is_dir():
        raise no_folder(folder)
    if not ((folder / DIRTY).is_dir() and (folder / CLEAN).is_dir()):
        raise OcrError(f"{folder}: has no folders {DIRTY} and {CLEAN}; put pictures of equal names into these two")
    names = {part: set(picture_names(folder / part)) for part in (DIRTY, CLEAN)}
    for part, other in ((DIRTY, CLEAN), (CLEAN, DIRTY)):
        notes += [f"{folder / part / name}: has no partner in {other}" for name in sorted(names[part] - names[other])]
    labels = _labels(folder, notes)
    pairs = [
        PairFiles(name, folder / DIRTY / name, folder / CLEAN / name, labels.get(name))
        for name in sorted(names[DIRTY] & names[CLEAN])
    ]
    if not pairs:
        raise OcrError(f"{folder}: no picture in {DIRTY} has the name of one in {CLEAN}; give both the same names")
    return pairs


def load_pairs(files: Iterable[PairFiles], problems: list[str]) -> Iterator[Pair]:
    """Decodes pairs one by one; a sentence on each broken or unequal one goes to `problems`."""
    for each in files:
        try:
            pair = Pair(each, imagefile.load(each.dirty), imagefile.load(each.clean))
        except ImageRefused as error:
            problems.append(str(error))
            continue
        if pair.dirty.size == pair.clean.size:
            yield pair
        else:
            problems.append(f"{each.dirty}: is not as large as its clean version")


def _labels(folder: Path, problems: list[str]) -> dict[str, str]:
    """Texts by the name of the pair."""
    if not (folder / LABELS_CSV).is_file():
        return {}
    try:
        items = read_folder(folder, problems)
    except DatasetError as error:
        problems.append(str(error))
        return {}
    start = f"{DIRTY}/"
    return {item.name.removeprefix(start): item.label for item in items if item.label and item.name.startswith(start)}
