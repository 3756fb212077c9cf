"""Background removal: the interface that a trained cleaner fills, and a classical method for when none is given."""

import io
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from api_stub.errors import EndpointError
from api_stub.model import PICTURE_LIMITS
from dataset.imagefile import decode
from ocr.cleaners import find

Grey = NDArray[np.float32]
TRAINED_MODULE = "ocr.cleaner"
_TILE = 12
"""Pixels: larger than strokes are wide, smaller than stains."""
_WHITE_FROM = 0.9
_BLACK_TO = 0.2


class Cleaner(Protocol):
    """Takes a decoded "L" or "RGB" picture and returns one of the same size without its background."""

    def clean(self, image: Image.Image) -> Image.Image: ...


class Cleaning(NamedTuple):
    """The cleaner in use and what `/info` says of it."""

    cleaner: Cleaner
    description: str


def classical() -> Cleaning:
    """What works without any training."""
    return Cleaning(MedianCleaner(), "classical: median background estimate")


def trained(path: Path) -> Cleaning:
    """A trained cleaner (its file, or the name of one that ships), tried on one blank picture.

    Raises `EndpointError`, or the cleaner's own error for the file. The module is looked up by its name: an endpoint
    without a trained cleaner needs nothing of it.
    """
    try:
        cleaner: Cleaner = import_module(TRAINED_MODULE).Cleaner.load(find(path))
    except ImportError as error:
        raise EndpointError(f"{path}: cannot be used as a cleaner here, {error.name} is missing") from None
    blank = Image.new("L", (161, 61), "white")
    if cleaner.clean(blank).size != blank.size:
        raise EndpointError(f"{path}: is no cleaner, it changes a picture's size; name one of `ocr train-cleaner`")
    return Cleaning(cleaner, f"trained: {path}")


class MedianCleaner:
    """Divides the picture by an estimate of its background: the medians of small tiles, smoothed.

    Where most of a tile is background, its median is the background's grey, however dark the stain; text is darker
    than that and stays. A picture of light text on dark ground is inverted first: what comes out is dark on white.
    """

    def clean(self, image: Image.Image) -> Image.Image:
        """A grey picture of the same size, text dark on white."""
        grey = np.asarray(image.convert("L"), dtype=np.float32) / 255.0
        if np.median(grey) < 0.5:
            grey = 1.0 - grey
        ratio = grey / np.maximum(_background(grey), 0.02)
        clean = np.clip((ratio - _BLACK_TO) / (_WHITE_FROM - _BLACK_TO), 0.0, 1.0)
        return Image.fromarray((clean * 255.0 + 0.5).astype(np.uint8))


def clean_bytes(cleaner: Cleaner, picture: bytes) -> bytes:
    """An encoded picture to a cleaned PNG of the same size; raises `ImageRefused`."""
    target = io.BytesIO()
    cleaner.clean(decode(picture, PICTURE_LIMITS)).save(target, "PNG")
    return target.getvalue()


def _background(grey: Grey) -> Grey:
    """The background of an H x W picture (0..1), H x W: medians of tiles, then of 3 x 3 tiles, interpolated."""
    height, width = grey.shape
    rows, columns = max(1, height // _TILE), max(1, width // _TILE)
    medians = np.array(
        [
            [np.median(tile) for tile in np.array_split(strip, columns, axis=1)]
            for strip in np.array_split(grey, rows, axis=0)
        ],
        dtype=np.float32,
    )
    around = np.pad(medians, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, (3, 3))
    smooth = np.median(windows, axis=(2, 3)).astype(np.float32)
    spread = Image.fromarray(smooth).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(spread, dtype=np.float32)
