"""The program's icon: two bent letters behind a stray line, and the field in which somebody types them.

Drawn, so that every size is sharp; small sizes leave out what would only be dirt there.
"""

import math
import tkinter as tk
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageTk

_UNITS = 64  # the side of the drawing that the numbers below are in
_OVER = 8  # drawn larger and averaged
_GROUND, _LETTERS, _STRAY, _FIELD, _CARET = "#2255cc", "#ffffff", "#ffc23d", "#16398c", "#ffffff"
_SMALL = 32  # pixels; below there is one letter, and no stray line
_ON_WINDOWS = (16, 32, 48, 96)
_Points = tuple[tuple[float, float], ...]
_K: tuple[_Points, ...] = (((0, 0), (0, 24)), ((14, 0), (1, 13)), ((5, 10), (15, 24)))
_SEVEN: tuple[_Points, ...] = (((0, 0), (15, 0), (6, 24)),)


def emblem(pixels: int) -> Image.Image:
    """The icon as an RGBA picture of `pixels` x `pixels`, transparent around its rounded corners."""
    over = _OVER if pixels <= 128 else 4 if pixels <= 512 else 2
    unit = pixels * over / _UNITS
    image = Image.new("RGBA", (pixels * over, pixels * over))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((unit, unit, 63 * unit - 1, 63 * unit - 1), 13 * unit, fill=_GROUND)
    if pixels < _SMALL:
        _letter(pen, unit, _K, (21, 9), 1.45, 0.0, 8)
        _bar(pen, unit, (12, 50, 52, 57), _CARET)
    else:
        _letter(pen, unit, _K, (12, 12), 1.0, -0.16, 5.5)
        _letter(pen, unit, _SEVEN, (36, 10), 1.0, 0.14, 5.5)
        wave = [(6 + x, 25 + 5 * math.sin(x / 8.5)) for x in range(53)]
        _stroke(pen, unit, wave, 2.2, _STRAY)
        _bar(pen, unit, (9, 43, 55, 56), _FIELD)
        _bar(pen, unit, (14, 46, 16.5, 53), _CARET)
    small = image.resize((pixels, pixels), Image.Resampling.BOX)
    image.close()
    return small


def wear(root: tk.Tk) -> None:
    """Gives the window and its dialogs the icon; Tk keeps a copy."""
    root.iconphoto(True, *(ImageTk.PhotoImage(emblem(pixels), master=root) for pixels in _ON_WINDOWS))  # type: ignore[arg-type]


def _letter(
    pen: ImageDraw.ImageDraw, unit: float, strokes: tuple[_Points, ...], at: tuple[float, float], size: float,
    lean: float, width: float,
) -> None:  # fmt: skip
    """Strokes of a letter, turned by `lean` (radians) and set down at `at`."""
    sine, cosine = math.sin(lean), math.cos(lean)
    for points in strokes:
        turned = [(at[0] + size * (x * cosine - y * sine), at[1] + size * (x * sine + y * cosine)) for x, y in points]
        _stroke(pen, unit, turned, width, _LETTERS)


def _stroke(
    pen: ImageDraw.ImageDraw, unit: float, points: Iterable[tuple[float, float]], width: float, colour: str
) -> None:
    scaled = [(x * unit, y * unit) for x, y in points]
    pen.line(scaled, fill=colour, width=round(width * unit), joint="curve")
    for x, y in (scaled[0], scaled[-1]):
        pen.circle((x, y), width * unit / 2, fill=colour)


def _bar(pen: ImageDraw.ImageDraw, unit: float, box: tuple[float, float, float, float], colour: str) -> None:
    left, top, right, bottom = (number * unit for number in box)
    pen.rounded_rectangle((left, top, right - 1, bottom - 1), min(right - left, bottom - top) * 0.3, fill=colour)
