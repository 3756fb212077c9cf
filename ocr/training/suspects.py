"""Labels that are probably wrong: those that networks which never saw them contradict with confidence.

Cross-validation in the manner of "confident learning" (Northcutt et al., JAIR 2021): the labelled pictures are dealt
into folds, each fold is read by a network trained on the others, and a sure reading other than the label is a suspect.
"""

import csv
import io
import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset import imagefile
from dataset.atomic import atomic_write
from dataset.errors import UsageError
from dataset.folder import Item
from ocr.errors import OcrError, TrainingError
from ocr.training.folds import copied, copied_name, dealt, labelled
from ocr.training.options import Options
from ocr.training.session import train
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
    items, groups = labelled(Path(folder))
    if len(items) < _FEWEST:
        raise TrainingError(
            f"{folder}: {len(items)} labelled pictures are too few to check each other; label {_FEWEST}"
        )
    fold_of = dealt(groups, folds, options.seed)
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


def _contradicted(
    held: Sequence[Item], others: Sequence[Item], options: Options, sure: float, quiet: bool
) -> list[Suspect]:
    with tempfile.TemporaryDirectory() as place:
        there = {copied_name(number, item): item for number, item in enumerate(held)}
        learn = copied(others, Path(place) / "learn")
        test = copied(held, Path(place) / "test")
        trained = train(learn, Path(place) / "model.onnx", options, test=test, say=_LOG.debug, quiet=quiet)
    return [
        Suspect(item.name, item.path, outcome.case.label, outcome.prediction.text, outcome.prediction.confidence)
        for outcome in trained.outcomes
        if not outcome.right and outcome.prediction.confidence >= sure
        for item in [there[outcome.case.name]]
    ]
