"""How near cleaned pictures come to the clean ones: RMSE, PSNR and SSIM of brightness in 0..1, at full resolution."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dataset.console import progress
from ocr.cleaner import Cleaner
from ocr.errors import OcrError
from ocr.evaluate import character_error_rate
from ocr.pairs import Pair, PairFiles, load_pairs
from ocr.recognizer import Recognizer

Values = NDArray[np.float64]
_WINDOW, _SIGMA = 11, 1.5  # of SSIM, as its authors have it: Wang, Bovik, Sheikh and Simoncelli, 2004
_C1, _C2 = 0.01**2, 0.03**2


class Tally:
    """Collects pairs of pictures that should be equal."""

    def __init__(self) -> None:
        self._squares = 0.0
        self._cells = 0
        self._rmse: list[float] = []
        self._ssim: list[float] = []

    def add(self, found: Image.Image, true: Image.Image) -> None:
        """Count one more picture; both are compared in grey unless one is "RGB"."""
        a, b = values(found, true), values(true, found)
        squares = np.square(a - b)
        self._squares += float(squares.sum())
        self._cells += squares.size
        self._rmse.append(math.sqrt(float(squares.mean())))
        self._ssim.append(similarity(a.mean(axis=-1), b.mean(axis=-1)))

    def figures(self) -> dict[str, Any]:
        """`rmse` and `psnr` (dB, null for no error) over all pixels, `rmse_mean` and `ssim` as means of pictures."""
        rmse = math.sqrt(self._squares / self._cells)
        return {
            "rmse": round(rmse, 6),
            "rmse_mean": round(float(np.mean(self._rmse)), 6),
            "psnr": round(-20 * math.log10(rmse), 3) if rmse > 0 else None,
            "ssim": round(float(np.mean(self._ssim)), 5),
        }


def values(image: Image.Image, other: Image.Image) -> Values:
    """H x W x C brightness in 0..1, with three channels when one of the two pictures has them."""
    mode = "RGB" if "RGB" in (image.mode, other.mode) else "L"
    converted = image.convert(mode)
    return np.asarray(converted, dtype=np.float64).reshape(image.height, image.width, -1) / 255.0


def similarity(a: Values, b: Values) -> float:
    """Mean structural similarity (at most 1) of two H x W pictures in 0..1."""
    window = min(_WINDOW, *a.shape)
    mean_a, mean_b = _smooth(a, window), _smooth(b, window)
    var_a = _smooth(a * a, window) - mean_a**2
    var_b = _smooth(b * b, window) - mean_b**2
    both = _smooth(a * b, window) - mean_a * mean_b
    map_of = (2 * mean_a * mean_b + _C1) * (2 * both + _C2)
    return float((map_of / ((mean_a**2 + mean_b**2 + _C1) * (var_a + var_b + _C2))).mean())


def evaluate_pairs(
    cleaner: Cleaner,
    files: Sequence[PairFiles],
    problems: list[str],
    *,
    recognizer: Recognizer | None = None,
    quiet: bool = True,
) -> dict[str, Any]:
    """Figures after cleaning and (`before`) of the dirty pictures; with a recogniser also the character error rate of
    labelled pairs. Raises OcrError when no pair can be used, or none has a label and a recogniser is given."""
    if recognizer and not any(each.label for each in files):
        raise OcrError("no pair has a label, so that nothing can be read and compared; add labels.csv or omit --model")
    dirty, cleaned = Tally(), Tally()
    read: list[tuple[str, str, str]] = []
    count = 0
    with progress(len(files), "cleaning", unit="pairs", quiet=quiet) as shown:
        for pair in load_pairs(files, problems):
            result = cleaner.clean(pair.dirty)
            dirty.add(pair.dirty, pair.clean)
            cleaned.add(result, pair.clean)
            if recognizer and pair.files.label:
                before, after = recognizer.read([pair.dirty, result])
                read.append((pair.files.label, before.text, after.text))
            count += 1
            shown.advance()
    if not count:
        raise OcrError(f"none of the {len(files)} pairs can be used ({problems[0]})")
    if recognizer and not read:
        raise OcrError(f"no pair that has a label can be used ({problems[0]})")
    found = {"n": count, **cleaned.figures(), "before": dirty.figures()}
    if read:
        found["labelled"] = len(read)
        found["cer"] = character_error_rate((label, after) for label, _, after in read)
        found["before"]["cer"] = character_error_rate((label, before) for label, before, _ in read)
    return found


def figures_of(cleaner: Cleaner, pairs: Sequence[Pair]) -> dict[str, Any]:
    """The same of decoded pairs, without readings."""
    dirty, cleaned = Tally(), Tally()
    for pair in pairs:
        dirty.add(pair.dirty, pair.clean)
        cleaned.add(cleaner.clean(pair.dirty), pair.clean)
    return {"n": len(pairs), **cleaned.figures(), "before": dirty.figures()}


def _smooth(picture: Values, window: int) -> Values:
    """Means weighted by a Gaussian window, where it lies wholly inside the picture."""
    places = np.arange(window) - (window - 1) / 2
    weights = np.exp(-np.square(places) / (2 * _SIGMA**2))
    weights /= weights.sum()
    height, width = (side - window + 1 for side in picture.shape)
    rows: Values = sum(weight * picture[i : i + height] for i, weight in enumerate(weights))
    return sum(weight * rows[:, i : i + width] for i, weight in enumerate(weights))
