"""What lies around the text and is the same in all pictures: a frame, bars, the page of a screenshot.

It says nothing, makes the text small, and misleads those who look for the text by its strokes or colours.
"""

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.preprocess import WHOLE, Part
from ocr.training.data import Labelled

_LOOKED_AT, _FEWEST = 128, 16  # pictures; fewer do not tell where texts may stand
_GLANCE = (256, 128)  # pixels, at most, as which they are looked at
_DIFFERENT = 24  # grey values of 255 from the usual one of a pixel
_SELDOM = 0.02  # share of the pictures that may differ in a row or column of the margins
_ROOM_ABOVE, _ROOM_BESIDE = 0.15, 0.5  # of the height that differs, kept around it: other texts may be wider
_WORTH = 0.7  # of the height or the width: to keep more gains nothing


def differing(samples: Sequence[Labelled]) -> tuple[Part, str]:
    """The part of pictures of one size that is not the same in all of them, with room around it; `WHOLE` where that is
    most of it, or cannot be told; and why.

    Characters with which all texts begin or end are the same in all pictures, too: nothing beside them is left out.
    """
    if len(samples) < _FEWEST or len({sample.image.size for sample in samples}) > 1:
        return WHOLE, ""
    looked = Random(0).sample(samples, min(len(samples), _LOOKED_AT))
    differs = _differs([sample.image for sample in looked])
    rows, columns = _span(differs, 1), _span(differs, 2)
    if rows is None or columns is None:
        return WHOLE, ""
    width, height = looked[0].image.size
    differing_height = rows[1] - rows[0]
    top, bottom = _with_room(rows, _ROOM_ABOVE * differing_height)
    left, right = _with_room(columns, _ROOM_BESIDE * differing_height * height / width)
    labels = [sample.label for sample in samples]
    if any(len({label[at] for label in labels}) == 1 for at in (0, -1)):
        left, right = 0.0, 1.0
    if min(right - left, bottom - top) > _WORTH:
        return WHOLE, ""
    return (left, top, right, bottom), (
        f"the pictures differ in {right - left:.0%} of their width and {bottom - top:.0%} of their height, "
        "nothing else is looked at"
    )


def _differs(images: Sequence[Image.Image]) -> NDArray[np.bool_]:
    """Picture x row x column: where each differs from what is usual there."""
    width, height = images[0].size
    size = (min(width, _GLANCE[0]), min(height, _GLANCE[1]))
    glances = np.stack([np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX)) for image in images])
    usual = np.median(glances, axis=0).astype(np.int16)
    return (np.abs(glances - usual) > _DIFFERENT).any(axis=3)


def _span(differs: NDArray[np.bool_], axis: int) -> tuple[float, float] | None:
    """First and end, in shares, of the rows (axis 1) or columns (2) in which more than a few pictures differ."""
    pictures = np.count_nonzero(differs.any(axis=3 - axis), axis=0)
    found = np.flatnonzero(pictures > _SELDOM * len(differs))
    return (float(found[0]) / len(pictures), float(found[-1] + 1) / len(pictures)) if len(found) else None


def _with_room(span: tuple[float, float], room: float) -> tuple[float, float]:
    return max(0.0, span[0] - room), min(1.0, span[1] + room)
