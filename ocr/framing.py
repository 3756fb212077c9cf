"""Where the text lies on a page much larger than it.

Pictures of one height may show coloured text of very different sizes: ink is what is more coloured than the page, since
lines and dots that should hide it are mostly black or grey. Small text of any colour lies in the band of rows where
values change most from left to right: there are most strokes, while long lines and edges of the page change little.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

_COLOURED = 30  # grey values between the channels from which a pixel is ink
_LEAST_INK = 12  # pixels, fewer are no text
_DOT = 8  # pixels, fewer are no character
_STRAY = 0.002  # share of the ink above and below the text, and beside it, that is not text
_ABOVE = 0.12  # heights of the text kept above and below it
_BESIDE = 1.2  # heights of the text kept beside it, where a character without colour may stand, at least
_ROOM = 0.3  # heights of the text kept beyond such a character where characters stand far apart
_GAP = 0.1  # heights of the text that part two characters
_LOWEST = 8  # pixels: lower text is not to be told from dirt

_WRITTEN = 0.4  # of the most that a row changes: rows that change more are written on
_GRID = 100  # rows as which pictures are compared
_MIDDLE = (0.3, 0.7)  # of the height, where two rows of text may part
_SMOOTH = 20  # rows are looked at with their neighbours: so many such groups a height

Box = tuple[int, int, int, int]


def text_box(image: Image.Image) -> Box | None:
    """Left, top, right and bottom (pixels) of the coloured text of an "RGB" picture with some room around it, None
    where there is none."""
    ink = _ink(image)
    count = int(ink.sum())
    if count < _LEAST_INK:
        return None
    top, bottom = _span(ink.sum(axis=1), count)
    left, right = _span(ink.sum(axis=0), count)
    height = bottom - top
    if height < _LOWEST:
        return None
    beside = round(max(_BESIDE * height, _pitch(ink[:, left:right].sum(axis=0), height) + _ROOM * height))
    above = max(2, round(_ABOVE * height))
    return (
        max(0, left - beside),
        max(0, top - above),
        min(image.width, right + beside),
        min(image.height, bottom + above),
    )


def framed(image: Image.Image) -> Image.Image:
    """The part of an "RGB" picture that shows its text, or all of it."""
    box = text_box(image)
    return image if box is None or box == (0, 0, *image.size) else image.crop(box)


def written_share(image: Image.Image) -> float:
    """The share of the height that is written on, 0..1; 1 where nothing is to be told."""
    changes = _changes(image)
    size = max(1, len(changes) // _SMOOTH)
    smooth = np.convolve(_without_lone_rows(changes), np.full(size, 1.0 / size), "same")
    smooth -= np.percentile(smooth, 10)  # what dirt changes in any row
    return float((smooth > _WRITTEN * smooth.max()).mean()) or 1.0


def band(image: Image.Image, share: float) -> Image.Image:
    """The rows (that share of the height, 0..1) in whose middle most is written."""
    height = max(1, round(share * image.height))
    if height >= image.height:
        return image
    top = int(np.convolve(_changes(image), np.hanning(height + 2)[1:-1], "valid").argmax())
    return image.crop((0, top, image.width, top + height))


def between_rows(images: Sequence[Image.Image]) -> float:
    """Where two rows of text part, as a share of the height: least changes there, in the middle of the pictures."""
    grid = np.linspace(0, 1, _GRID)
    rows = [np.interp(grid, np.linspace(0, 1, image.height), _changes(image)) for image in images if image.height > 1]
    if not rows:
        return 0.5
    middle = slice(int(_MIDDLE[0] * _GRID), int(_MIDDLE[1] * _GRID))
    smooth = np.convolve(np.mean(rows, axis=0), np.hanning(_GRID // 10 + 2)[1:-1], "same")[middle]
    least = np.flatnonzero(smooth <= smooth.min() * 1.001)
    return float(grid[middle][least[len(least) // 2]])


def side_by_side(image: Image.Image, fold: float, *, leftwards: bool) -> Image.Image:
    """What lies below that share of the height (0..1) beside what lies above, or before it where texts run `leftwards`.

    Both have the height of the higher one.
    """
    width, height = image.size
    size = min(height, max(1, round(max(fold, 1 - fold) * height)))
    parts = [image.crop((0, top, width, top + size)) for top in (0, height - size)]
    both = Image.new(image.mode, (2 * width, size))
    for place, part in enumerate(reversed(parts) if leftwards else parts):
        both.paste(part, (place * width, 0))
    return both


def _changes(image: Image.Image) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How much the values of each row change from left to right, in all."""
    grey = image.convert("L")
    width, height = grey.size
    # Differences of pictures, not of arrays: a byte a pixel, however large the picture.
    changes = ImageChops.difference(grey.crop((1, 0, width, height)), grey.crop((0, 0, width - 1, height)))
    return np.asarray(changes, dtype=np.uint8).reshape(height, width - 1).sum(axis=1, dtype=np.int64)


def _without_lone_rows(changes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each row as the median of it and its neighbours: text is higher than a row, the dirty edge of a page is not."""
    rows = np.pad(changes, 1, mode="reflect")
    return np.median([rows[:-2], rows[1:-1], rows[2:]], axis=0)


def _ink(image: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    values = np.asarray(image)
    ground = np.median(np.concatenate([values[0], values[-1]]), axis=0).astype(np.uint8)
    page = Image.new("RGB", image.size, tuple(int(value) for value in ground))
    red, green, blue = ImageChops.difference(image, page).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    least = ImageChops.darker(ImageChops.darker(red, green), blue)
    return np.asarray(ImageChops.subtract(most, least)) > _COLOURED


def _pitch(sums: np.ndarray[tuple[int], np.dtype[np.int_]], height: int) -> float:
    """From the middle of one character to that of the next, usually: columns (how much ink each has) without any part
    them. 0 where nothing parts any."""
    inked = np.flatnonzero(sums)
    after = np.flatnonzero(np.diff(inked) > max(1.0, _GAP * height))
    starts, ends = np.append(inked[:1], inked[after + 1]), np.append(inked[after], inked[-1:])
    middles = [
        (start + end) / 2 for start, end in zip(starts, ends, strict=True) if sums[start : end + 1].sum() >= _DOT
    ]
    return float(np.median(np.diff(middles))) if len(middles) > 1 else 0.0


def _span(sums: np.ndarray[tuple[int], np.dtype[np.int_]], count: int) -> tuple[int, int]:
    """First position and end of the rows or columns of ink, without strays."""
    so_far = np.cumsum(sums)
    stray = _STRAY * count
    return int(np.searchsorted(so_far, stray, "right")), int(np.searchsorted(so_far, count - stray, "left")) + 1
