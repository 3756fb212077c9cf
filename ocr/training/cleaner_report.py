"""A folder that tells how a cleaner's training went: report.json, curve.png, and pictures side by side."""

import io
import json
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from dataset.atomic import atomic_write
from dataset.errors import DatasetError
from ocr.cleaner import Cleaner
from ocr.errors import OcrError
from ocr.pairs import Pair
from ocr.training.cleaner_session import TrainedCleaner

_EXAMPLES = 6
_CROP = (360, 240)  # pixels of each picture that are shown
_GAP = 8


def write(trained: TrainedCleaner, folder: Path) -> None:
    """Writes the three files into a folder that is there. Raises OcrError with a sentence."""
    contents = {
        "report.json": json.dumps(asdict(trained.card), ensure_ascii=False, indent=1).encode(),
        "curve.png": curve(trained),
        "side-by-side.png": _png(side_by_side(trained.cleaner, spread(trained.measured))),
    }
    try:
        for name, content in contents.items():
            with atomic_write(folder / name) as file:
                file.write(content)
    except DatasetError as error:
        raise OcrError(f"the cleaner is written, but its report is not: {error}") from error


def spread(pairs: list[Pair]) -> list[Pair]:
    """At most so many as are shown, evenly picked."""
    return pairs[:: max(1, -(-len(pairs) // _EXAMPLES))]


def side_by_side(cleaner: Cleaner, pairs: list[Pair]) -> Image.Image:
    """One row a pair: dirty, cleaned, and as it should be."""
    width = min(_CROP[0], max(pair.dirty.width for pair in pairs))
    height = min(_CROP[1], max(pair.dirty.height for pair in pairs))
    size = (3 * (width + _GAP) + _GAP, len(pairs) * (height + _GAP) + _GAP)
    sheet = Image.new("RGB", size, (200, 205, 215))
    for row, pair in enumerate(pairs):
        for column, picture in enumerate((pair.dirty, cleaner.clean(pair.dirty), pair.clean)):
            shown = picture.convert("RGB").crop((0, 0, min(width, picture.width), min(height, picture.height)))
            sheet.paste(shown, (_GAP + column * (width + _GAP), _GAP + row * (height + _GAP)))
    return sheet


def curve(trained: TrainedCleaner) -> bytes:
    """RMSE over the steps, on the crops (smoothed) and on the watched part, as PNG."""
    import numpy as np
    from matplotlib.figure import Figure

    steps = np.array([row.step for row in trained.history])
    rmse = np.array([row.rmse for row in trained.history])
    width = max(1, len(steps) // 50)
    smooth = np.sqrt(np.convolve(np.square(rmse), np.ones(width) / width, mode="valid"))
    looks = [(row.step, row.watched) for row in trained.history if row.watched is not None]
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(steps[width - 1 :], smooth, color="#2456c9", linewidth=1.4, label="crops that it learns from")
    if looks:
        axes.plot(*zip(*looks, strict=True), color="#1a6e47", marker="o", markersize=4, label="watched part")
    axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("RMSE of brightness in 0..1")
    axes.grid(axis="y", which="both", color="#dde2ea")
    axes.legend(frameon=False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
