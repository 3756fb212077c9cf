"""Labels that are probably wrong: those that networks which never saw them contradict with confidence.

Cross-validation in the manner of "confident learning" (Northcutt et al., JAIR 2021): the labelled pictures are dealt
into folds, each fold is read by a network trained on the others, and a sure reading other than the label is a suspect.
"""

import csv
import io
import logging
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset import imagefile
from dataset.atomic import atomic_write
from dataset.errors import ImageRefused, UsageError
from dataset.folder import LABELS_CSV, Item, read_folder
from dataset.hashing import fingerprint
from dataset.split import near_groups
from ocr.errors import OcrError, TrainingError
from ocr.training.session import Options, train
from ocr.training.sheet import Cell, contact_sheet

_LOG = logging.getLogger(__name__)

COLUMNS = ("file", "label", "proposed", "confidence")
_FEWEST = 20
_MOST_SHOWN = 200


@dataclass(frozen=True)
class Suspect:
    """A picture whose label was contradicted, `name` being its path inside the folder; confidence in 0..1."""

    name: str
    path: Path
    label: str
    proposed: str
    confidence: float

    def row(self) -> dict[str, object]:
        """As a row of the table."""
        return dict(zip(COLUMNS, (self.name, self.label, self.proposed, round(self.confidence, 5)), strict=True))


def find(
    folder: Path,
    options: Options,
    *,
    folds: int = 5,
    sure: float = 0.9,
    say: Callable[[str], None] = _LOG.info,
    quiet: bool = True,
) -> list[Suspect]:
    """The suspects among the labelled pictures of a folder, surest first; nothing in it is changed.

    `options` are those of each training. Raises ToolkitError with a sentence.
    """
    if folds < 2:
        raise UsageError(f"{folds} folds cannot check each other; give --folds 2 or more")
    items, groups = _labelled(Path(folder))
    if len(items) < _FEWEST:
        raise TrainingError(
            f"{folder}: {len(items)} labelled pictures are too few to check each other; label {_FEWEST}"
        )
    fold_of = _dealt(groups, folds, options.seed)
    found: list[Suspect] = []
    for fold in sorted(set(fold_of)):
        held = [item for item, own in zip(items, fold_of, strict=True) if own == fold]
        others = [item for item, own in zip(items, fold_of, strict=True) if own != fold]
        contradicted = _contradicted(held, others, options, sure, quiet)
        say(f"fold {fold + 1} of {folds}: {len(held)} pictures read, {len(contradicted)} labels contradicted")
        found += contradicted
    return sorted(found, key=lambda suspect: (-suspect.confidence, suspect.name))


def write(suspects: Sequence[Suspect], out: Path) -> None:
    """suspects.csv and the contact sheet suspects.png in the folder `out`, which is made. Raises ToolkitError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "suspects.png").unlink(missing_ok=True)
    except OSError as error:
        raise OcrError(f"{out}: cannot be made a folder ({error.strerror or error}); choose another --out") from error
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(suspect.row() for suspect in suspects)
    with atomic_write(out / "suspects.csv") as file:
        file.write(table.getvalue().encode("utf-8"))
    if suspects:
        with atomic_write(out / "suspects.png") as file:
            contact_sheet([_cell(suspect) for suspect in suspects[:_MOST_SHOWN]]).save(file, "PNG")


def _cell(suspect: Suspect) -> Cell:
    lines = (suspect.name, f"label {suspect.label}", f"read {suspect.proposed} ({suspect.confidence:.3f})")
    return Cell(imagefile.load(suspect.path), lines)


def _labelled(folder: Path) -> tuple[list[Item], list[int]]:
    """The labelled pictures that can be decoded, and the number of the group of near-duplicates of each."""
    items, hashes = [], []
    for item in read_folder(folder):
        if item.label:
            try:
                hashes.append(fingerprint(imagefile.read_file(item.path)).dhash)
            except ImageRefused:
                continue
            items.append(item)
    return items, near_groups(hashes)


def _dealt(groups: Sequence[int], folds: int, seed: int) -> list[int]:
    """A fold for each picture; near-duplicates share one, lest a wrong label vouch for its copy."""
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    fold = {name: number % folds for number, name in enumerate(names)}
    return [fold[group] for group in groups]


def _contradicted(
    held: Sequence[Item], others: Sequence[Item], options: Options, sure: float, quiet: bool
) -> list[Suspect]:
    with tempfile.TemporaryDirectory() as place:
        there = {f"{number:06d}{item.path.suffix}": item for number, item in enumerate(held)}
        learn = _copied(others, Path(place) / "learn")
        test = _copied(held, Path(place) / "test")
        trained = train(learn, Path(place) / "model.onnx", options, test=test, say=_LOG.debug, quiet=quiet)
    return [
        Suspect(item.name, item.path, outcome.case.label, outcome.prediction.text, outcome.prediction.confidence)
        for outcome in trained.outcomes
        if not outcome.right and outcome.prediction.confidence >= sure
        for item in [there[outcome.case.name]]
    ]


def _copied(items: Sequence[Item], folder: Path) -> Path:
    """A folder of its own with these pictures, numbered, and their labels."""
    folder.mkdir()
    with (folder / LABELS_CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label", "type"])
        for number, item in enumerate(items):
            name = f"{number:06d}{item.path.suffix}"
            shutil.copyfile(item.path, folder / name)
            writer.writerow([name, item.label, item.type or ""])
    return folder
