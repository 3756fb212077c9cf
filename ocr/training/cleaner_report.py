"""A folder that tells how a cleaner's training went: report.json, curve.png, and pictures side by side."""

import io
import json
from dataclasses import asdict
from pathlib import Path

from PIL import Image, ImageDraw

from dataset.atomic import atomic_write
from dataset.errors import DatasetError
from dataset.synth import fonts
from ocr.cleaner import Cleaner
from ocr.errors import OcrError
from ocr.pairs import Pair
from ocr.training.cleaner_session import TrainedCleaner

_EXAMPLES = 6
_CROP = (360, 240)  # pixels of each picture that are shown
_LARGEST = 3  # times that a small picture is enlarged
_GAP, _HEAD, _NARROWEST = 8, 28, 120  # pixels
_TICKS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)  # of each decade


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
    """One row a pair, under headings: the corner of large pictures, small ones enlarged."""
    rows = [[_shown(image) for image in (pair.dirty, cleaner.clean(pair.dirty), pair.clean)] for pair in pairs]
    width = max(_NARROWEST, *(row[0].width for row in rows))
    size = (3 * (width + _GAP) + _GAP, _HEAD + sum(row[0].height + _GAP for row in rows))
    sheet = Image.new("RGB", size, (200, 205, 215))
    pen, font = ImageDraw.Draw(sheet), fonts.load("DejaVuSans", 14)
    lefts = [_GAP + column * (width + _GAP) for column in range(3)]
    for left, heading in zip(lefts, ("dirty", "cleaned", "as it should be"), strict=True):
        pen.text((left, _HEAD // 2), heading, fill="black", font=font, anchor="lm")
    top = _HEAD
    for row in rows:
        for left, picture in zip(lefts, row, strict=True):
            sheet.paste(picture, (left, top))
        top += row[0].height + _GAP
    return sheet


def _shown(image: Image.Image) -> Image.Image:
    """In colour, cut to what fits; each pixel of a small picture becomes a square."""
    part = image.convert("RGB").crop((0, 0, min(_CROP[0], image.width), min(_CROP[1], image.height)))
    times = max(1, min(_CROP[0] // part.width, _CROP[1] // part.height, _LARGEST))
    return part.resize((part.width * times, part.height * times), Image.Resampling.NEAREST)


def curve(trained: TrainedCleaner) -> bytes:
    """RMSE over the steps, on the crops (smoothed) and on the watched part, as PNG."""
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

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
    axes.yaxis.set_major_locator(LogLocator(subs=_TICKS))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("step")
    axes.set_ylabel("RMSE of brightness in 0..1")
    axes.grid(axis="y", color="#dde2ea")
    axes.legend(frameon=False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
