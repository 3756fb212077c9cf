"""The icons, drawn by us: strokes on a grid of 24 x 24, smooth at every size and in every colour."""

import tkinter as tk

from PIL import Image, ImageDraw, ImageTk

_OVER = 4  # drawn this much larger, then averaged down
_STROKE = 2.0
Shape = tuple[str, tuple[float, ...]]

_ICONS: dict[str, tuple[Shape, ...]] = {
    "folder": (("line", (3, 19, 3, 6, 9, 6, 11, 8.5, 21, 8.5, 21, 19, 3, 19)),),
    "undo": (("line", (9, 5, 4, 10, 9, 15)), ("line", (4, 10, 15, 10)), ("arc", (10, 10, 20, 20, 270, 90)),
             ("line", (15, 20, 9, 20))),
    "redo": (("line", (15, 5, 20, 10, 15, 15)), ("line", (20, 10, 9, 10)), ("arc", (4, 10, 14, 20, 90, 270)),
             ("line", (9, 20, 15, 20))),
    "skip": (("line", (5, 5, 14, 12, 5, 19, 5, 5)), ("line", (18.5, 5, 18.5, 19))),
    "unreadable": (("circle", (12, 12, 8.5)), ("line", (6, 6, 18, 18))),
    "zoom_in": (("circle", (10.5, 10.5, 6.5)), ("line", (15.5, 15.5, 20.5, 20.5)), ("line", (7.5, 10.5, 13.5, 10.5)),
                ("line", (10.5, 7.5, 10.5, 13.5))),
    "zoom_out": (("circle", (10.5, 10.5, 6.5)), ("line", (15.5, 15.5, 20.5, 20.5)),
                 ("line", (7.5, 10.5, 13.5, 10.5))),
    "contrast": (("circle", (12, 12, 8.5)), ("half", (12, 12, 8.5))),
    "threshold": (("line", (4, 5, 20, 5, 20, 19, 4, 19, 4, 5)), ("fill", (4, 5, 20, 19, 4, 19))),
    "invert": (("line", (4, 5, 20, 5, 20, 19, 4, 19, 4, 5)), ("fill", (12, 5, 20, 5, 20, 19, 12, 19))),
    "sliders": (("line", (4, 8, 20, 8)), ("dot", (15, 8, 3)), ("line", (4, 16, 20, 16)), ("dot", (9, 16, 3))),
    "theme": (("circle", (12, 12, 4)), *(("line", points) for points in (
        (12, 2.5, 12, 4.5), (12, 19.5, 12, 21.5), (2.5, 12, 4.5, 12), (19.5, 12, 21.5, 12),
        (5.3, 5.3, 6.7, 6.7), (17.3, 17.3, 18.7, 18.7), (5.3, 18.7, 6.7, 17.3), (17.3, 6.7, 18.7, 5.3)))),
    "help": (("circle", (12, 12, 8.5)), ("arc", (9.3, 7.2, 14.7, 12.6, 180, 60)), ("line", (12, 12.4, 12, 14)),
             ("dot", (12, 17, 1.1))),
    "pencil": (("line", (4, 20, 5, 15.5, 16, 4.5, 19.5, 8, 8.5, 19, 4, 20)), ("line", (13.5, 7, 17, 10.5))),
    "grid": tuple(("line", (x, y, x + 6, y, x + 6, y + 6, x, y + 6, x, y)) for x in (4, 14) for y in (4, 14)),
    "check": (("line", (5, 12.5, 10, 17.5, 19, 7)),),
    "reviewed": (("line", (2, 12.5, 7, 17.5, 16, 7)), ("line", (11.5, 17, 12, 17.5, 21, 7))),
    "cross": (("line", (6, 6, 18, 18)), ("line", (6, 18, 18, 6))),
    "dash": (("line", (6, 12, 18, 12)),),
    "ring": (("circle", (12, 12, 4.5)),),
    "copies": (("line", (4, 8, 15, 8, 15, 20, 4, 20, 4, 8)), ("line", (8, 4, 19, 4, 19, 16))),
    "warn": (("line", (12, 4, 21, 20, 3, 20, 12, 4)), ("line", (12, 10, 12, 14)), ("dot", (12, 17, 1.1))),
}  # fmt: skip


class Icons:
    """Icons as Tk images, each drawn once for its size and colour."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._made: dict[tuple[str, int, str], ImageTk.PhotoImage] = {}

    def get(self, name: str, pixels: int, colour: str) -> ImageTk.PhotoImage:
        """The icon `name`, `pixels` wide and high."""
        key = (name, pixels, colour)
        if key not in self._made:
            self._made[key] = ImageTk.PhotoImage(draw(name, pixels, colour), master=self._root)
        return self._made[key]


def draw(name: str, pixels: int, colour: str) -> Image.Image:
    """The icon as an RGBA picture of `pixels` x `pixels`."""
    unit = pixels * _OVER / 24
    mask = Image.new("L", (pixels * _OVER, pixels * _OVER), 0)
    pen = ImageDraw.Draw(mask)
    for kind, numbers in _ICONS[name]:
        _shape(pen, kind, [n * unit for n in numbers], numbers, max(1, round(_STROKE * unit)))
    mask = mask.resize((pixels, pixels), Image.Resampling.BOX)
    icon = Image.new("RGBA", (pixels, pixels), colour)
    icon.putalpha(mask)
    return icon


def _shape(pen: ImageDraw.ImageDraw, kind: str, at: list[float], raw: tuple[float, ...], width: int) -> None:
    if kind == "line":
        pen.line(at, fill=255, width=width, joint="curve")
        for x, y in zip(at[::2], at[1::2], strict=True):
            pen.circle((x, y), width / 2, fill=255)
    elif kind == "fill":
        pen.polygon(at, fill=255)
    elif kind == "arc":
        pen.arc(at[:4], raw[4], raw[5], fill=255, width=width)
    elif kind == "circle":
        pen.circle(at[:2], at[2] + width / 2, outline=255, width=width)
    elif kind == "dot":
        pen.circle(at[:2], at[2], fill=255)
    elif kind == "half":
        x, y, r = at
        pen.pieslice((x - r, y - r, x + r, y + r), 270, 90, fill=255)
