"""A contact sheet: pictures in a grid, each with lines of text below it."""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageOps

from dataset.synth import fonts

_COLUMNS = 4
_PICTURE = (320, 110)  # pixels that each picture may fill
_MARGIN = 12
_LINE = 22
_TEXT = 16


class Cell(NamedTuple):
    """A decoded picture and what stands below it."""

    picture: Image.Image
    lines: tuple[str, ...]


def contact_sheet(cells: Sequence[Cell]) -> Image.Image:
    """An RGB picture of all cells (at least one), four in a row."""
    lines = max(len(cell.lines) for cell in cells)
    width, height = _PICTURE[0] + _MARGIN, _PICTURE[1] + _MARGIN + lines * _LINE
    columns = min(_COLUMNS, len(cells))
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (columns * width + _MARGIN, rows * height + _MARGIN), "white")
    pen, font = ImageDraw.Draw(sheet), fonts.load("DejaVuSans", _TEXT)
    for number, cell in enumerate(cells):
        left = _MARGIN + number % columns * width
        top = _MARGIN + number // columns * height
        sheet.paste(ImageOps.contain(cell.picture.convert("RGB"), _PICTURE), (left, top))
        for line, text in enumerate(cell.lines):
            pen.text((left, top + _PICTURE[1] + line * _LINE), text, fill="black", font=font)
    return sheet
