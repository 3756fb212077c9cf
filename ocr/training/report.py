"""A folder that tells how a training went: report.html, report.json, learning-curve.png, worst.png.

The page holds everything in itself, follows the light or dark setting of the browser, and loads nothing.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from dataset.atomic import atomic_write
from dataset.errors import DatasetError
from ocr.confusions import counted, mistaken
from ocr.errors import OcrError
from ocr.evaluate import Outcome, mistakes
from ocr.training.loop import Row
from ocr.training.page import page
from ocr.training.session import Trained
from ocr.training.sheet import Cell, contact_sheet

_WORST = 24


def prepare(folder: Path) -> None:
    """Makes the folder. Raises OcrError before the training when a report could not be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"the page will be about this long" * 4096)
    except OSError as error:
        raise OcrError(
            f"{folder}: no report can be written there ({error.strerror or error}); choose another --report"
        ) from error


def write(trained: Trained, folder: Path, name: str) -> None:
    """Writes the four files; `name` is that of the artefact. Raises OcrError with a sentence."""
    from ocr.training.charts import learning_curve

    worst = worst_of(trained.outcomes)
    contents = {
        "report.json": json.dumps(document(trained), ensure_ascii=False, indent=1).encode(),
        "learning-curve.png": learning_curve(trained.history, "png"),
        "report.html": page(trained, worst, learning_curve(trained.history, "svg").decode(), name).encode(),
    }
    try:
        for file_name, content in contents.items():
            with atomic_write(folder / file_name) as file:
                file.write(content)
        with atomic_write(folder / "worst.png") as file:
            contact_sheet([_cell(outcome) for outcome in worst]).save(file, "PNG")
    except DatasetError as error:
        raise OcrError(f"the artefact is written, but its report is not: {error}") from error


def document(trained: Trained) -> dict[str, Any]:
    """Everything that is known of a training, for JSON: rates as fractions, seconds of CPU time."""
    counts = counted((o.case.label, o.prediction.text) for o in trained.outcomes)
    return {
        "card": asdict(trained.card),
        "told": trained.told,
        "history": [_step(row) for row in trained.history],
        "confusions": [{"true": a, "read": b, "count": n} for (a, b), n in mistaken(counts)],
        "outcomes": [
            {
                "file": outcome.case.name,
                "label": outcome.case.label,
                "text": outcome.prediction.text,
                "confidence": round(outcome.prediction.confidence, 5),
                "type": outcome.prediction.type,
            }
            for outcome in trained.outcomes
        ],
    }


def worst_of(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Wrong readings, the surest first (they point at wrong labels), then the least certain of the right ones."""
    doubtful = sorted((o for o in outcomes if o.right), key=lambda outcome: outcome.prediction.confidence)
    return [*mistakes(outcomes), *doubtful][:_WORST]


def _step(row: Row) -> dict[str, float]:
    found = {"step": row.step, "seconds": row.seconds, "loss": row.loss, "rate": row.rate, "strength": row.strength}
    if row.score is not None:
        found |= {"exact": row.score.exact, "log_probability": row.score.log_probability}
    return {key: round(value, 6) for key, value in found.items()}


def _cell(outcome: Outcome) -> Cell:
    assert isinstance(outcome.case.picture, Image.Image)
    found = outcome.prediction
    return Cell(outcome.case.picture, (f"label {outcome.case.label}", f"read {found.text} ({found.confidence:.3f})"))
