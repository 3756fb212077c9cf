"""How well an artefact reads labelled pictures."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dataset.charset import normalise
from dataset.console import progress
from dataset.errors import ImageRefused
from dataset.folder import read_folder
from dataset.imagefile import read_file
from ocr.errors import OcrError
from ocr.recognizer import Picture, Prediction, Recognizer

_BATCH = 64
_BINS = 10
PRECISIONS = (0.99, 0.999, 1.0)


class Case(NamedTuple):
    """One labelled picture to be read; `name` is for the list of mistakes."""

    name: str
    label: str
    type: str | None
    picture: Picture


@dataclass(frozen=True)
class Outcome:
    """A case and what was read."""

    case: Case
    prediction: Prediction

    @property
    def right(self) -> bool:
        """Exactly the label, case included."""
        return self.prediction.text == self.case.label

    @property
    def right_ignoring_case(self) -> bool:
        """Equal after case folding."""
        return self.prediction.text.casefold() == self.case.label.casefold()


def evaluate_folder(
    recognizer: Recognizer, folder: Path, *, quiet: bool = True
) -> tuple[dict[str, Any], list[Outcome]]:
    """The figures (see `figures`) and outcomes for the labelled pictures of a folder, plus `ms_per_image`: the median
    CPU milliseconds from file bytes to text, one picture at a time; `skipped` counts pictures that cannot be decoded.

    Raises DatasetError or OcrError with a sentence when there is nothing to evaluate.
    """
    items = [item for item in read_folder(folder) if item.label]
    if not items:
        raise OcrError(f"{folder}: no picture has a label to compare with; label some first")
    outcomes: list[Outcome] = []
    times: list[float] = []
    skipped = 0
    with progress(len(items), "reading", unit="pictures", quiet=quiet) as shown:
        for item in items:
            shown.advance()
            try:
                data = read_file(item.path)
                started = time.thread_time()
                prediction = recognizer.read([data])[0]
                times.append(time.thread_time() - started)
            except ImageRefused:
                skipped += 1
                continue
            outcomes.append(Outcome(Case(item.name, normalise(item.label or ""), item.type, data), prediction))
    if not outcomes:
        raise OcrError(f"{folder}: none of its {len(items)} labelled pictures can be decoded")
    return figures(outcomes) | {"ms_per_image": round(1000 * float(np.median(times)), 4), "skipped": skipped}, outcomes


def read_cases(recognizer: Recognizer, cases: Sequence[Case]) -> list[Outcome]:
    """Outcomes of decodable cases, read in batches."""
    outcomes: list[Outcome] = []
    for start in range(0, len(cases), _BATCH):
        chunk = cases[start : start + _BATCH]
        outcomes += map(Outcome, chunk, recognizer.read([case.picture for case in chunk]))
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All rates as fractions: exact match with its 95 % interval, character error rate, by length and by type,
    calibration, and the share that could be accepted unseen at a given precision. `outcomes` must not be empty."""
    right = [outcome.right for outcome in outcomes]
    sure = np.array([outcome.prediction.confidence for outcome in outcomes])
    typed = [outcome for outcome in outcomes if outcome.case.type is not None and outcome.prediction.type is not None]
    result: dict[str, Any] = {
        "n": len(outcomes),
        "exact_match": _share(right),
        "exact_match_interval_95": wilson(sum(right), len(right)),
        "exact_match_case_insensitive": _share([outcome.right_ignoring_case for outcome in outcomes]),
        "cer": character_error_rate((outcome.case.label, outcome.prediction.text) for outcome in outcomes),
        "mean_confidence": round(float(sure.mean()), 5),
        "expected_calibration_error": calibration_error(sure, np.array(right)),
        "auto_accept": {f"{p:g}": accepted_share(sure, np.array(right), p) for p in PRECISIONS},
        "by_length": _grouped(outcomes, lambda outcome: len(outcome.case.label)),
        "by_type": _grouped(typed, lambda outcome: str(outcome.case.type)),
    }
    if typed:
        result["type_accuracy"] = _share([outcome.case.type == outcome.prediction.type for outcome in typed])
    return result


def mistakes(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The wrong readings, the surest first: those point at wrong labels."""
    return sorted((o for o in outcomes if not o.right), key=lambda outcome: -outcome.prediction.confidence)


def wilson(successes: int, n: int, z: float = 1.96) -> list[float]:
    """95 % interval of a share (Wilson, 1927), as [low, high]."""
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return [round(max((centre - spread) / whole, 0.0), 5), round(min((centre + spread) / whole, 1.0), 5)]


def edit_distance(a: str, b: str) -> int:
    """Insertions, deletions and substitutions from `a` to `b`."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def character_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Edits a character of the true texts; pairs are (true, read)."""
    edits = length = 0
    for true, read in pairs:
        edits += edit_distance(true, read)
        length += len(true)
    return round(edits / max(length, 1), 5)


def calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten bins of equal width: how far confidence and truth lie apart."""
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(sure[bins == b].sum() - right[bins == b].sum()) for b in range(_BINS)]
    return round(float(sum(gaps)) / len(sure), 5)


def accepted_share(sure: np.ndarray, right: np.ndarray, precision: float) -> float:
    """The largest share, taken from the surest down to one confidence, of which at least `precision` is right."""
    order = np.argsort(-sure, kind="stable")
    correct = np.cumsum(right[order]) / np.arange(1, len(sure) + 1)
    # A threshold cannot part pictures of equal confidence.
    last_of_equals = np.append(np.diff(sure[order]) != 0, True)
    good = np.flatnonzero((correct >= precision) & last_of_equals)
    return round(float(good[-1] + 1) / len(sure), 5) if len(good) else 0.0


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 5)


def _grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], Hashable]) -> dict[str, dict[str, Any]]:
    groups: dict[Any, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome.right)
    return {str(k): {"n": len(groups[k]), "exact_match": _share(groups[k])} for k in sorted(groups)}
