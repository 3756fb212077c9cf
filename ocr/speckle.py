"""Dots of noise all over a picture, and the median that takes them away.

The median of 3 x 3 pixels (Tukey, "Exploratory Data Analysis", 1977) leaves edges of strokes where they are, which no
blurring does: resizing mixes dots with the strokes beside them, and no network parts them again.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STANDS_OUT = 0.4  # of the range of a picture's values: pixels so far from the median around them are dots,
_LEAST = 24  # grey values, and at least so far
_LOOKED_AT = (400, 200)  # pixels in the middle of a picture: noise is everywhere
_RANGE = (1, 99)  # percentiles
_TILE = 10  # pixels: pictures are looked at in squares of that side
_DOTTED = 0.02  # share of the pixels of a square that are dots, from which it is dotted; three squares in four must be
_CLUMPED = 0.2  # correlation of neighbours being dots, from which they are strokes, lines or a texture

Bytes = NDArray[np.uint8]


def speckled(image: Image.Image) -> bool:
    """Whether dots lie all over a picture ("L" or "RGB"), each for itself as noise does."""
    left, top = max(0, image.width - _LOOKED_AT[0]) // 2, max(0, image.height - _LOOKED_AT[1]) // 2
    middle = image.crop((left, top, image.width - left, image.height - top))
    values = np.asarray(middle.convert("L"))
    low, high = np.percentile(values, _RANGE)
    away = np.abs(values.astype(np.int16) - median(values))
    dots = (away > max(_STANDS_OUT * (high - low), _LEAST)).astype(np.float32)
    high_tiles, wide_tiles = (side // _TILE for side in dots.shape)
    if not high_tiles or not wide_tiles:
        return False
    tiles = dots[: high_tiles * _TILE, : wide_tiles * _TILE].reshape(high_tiles, _TILE, wide_tiles, _TILE)
    if np.percentile(tiles.mean(axis=(1, 3)), 25) < _DOTTED:
        return False
    neighbours = (
        (dots[1:], dots[:-1]),
        (dots[:, 1:], dots[:, :-1]),
        (dots[1:, 1:], dots[:-1, :-1]),
        (dots[1:, :-1], dots[:-1, 1:]),
    )
    beside = np.mean([(one * other).mean() for one, other in neighbours])
    share = dots.mean()
    return bool(beside - share**2 < _CLUMPED * (share - share**2))


def despeckled(image: Image.Image) -> Image.Image:
    """An "L" or "RGB" picture without its dots."""
    return Image.fromarray(median(np.asarray(image)))


def median(values: Bytes) -> Bytes:
    """H x W (x C) uint8: the median of the 3 x 3 pixels around each, of each channel for itself.

    By sorting columns of three, then rows of the lowest, middle and highest (Paeth, "Median finding on a 3x3 grid",
    Graphics Gems, 1990): exact, and several times as fast as Pillow's.
    """
    rim = [(1, 1), (1, 1)] + [(0, 0)] * (values.ndim - 2)
    wide = np.pad(values, rim, mode="edge")
    low, middle, high = _sorted(wide[:-2], wide[1:-1], wide[2:])
    lowest = np.maximum(np.maximum(low[:, :-2], low[:, 1:-1]), low[:, 2:])
    highest = np.minimum(np.minimum(high[:, :-2], high[:, 1:-1]), high[:, 2:])
    between = _sorted(middle[:, :-2], middle[:, 1:-1], middle[:, 2:])[1]
    return _sorted(lowest, between, highest)[1]


def _sorted(a: Bytes, b: Bytes, c: Bytes) -> tuple[Bytes, Bytes, Bytes]:
    low, high = np.minimum(a, b), np.maximum(a, b)
    return np.minimum(low, c), np.maximum(low, np.minimum(high, c)), np.maximum(high, c)
