"""Sliders, check boxes and round choices, drawn by us: clam's own are coarse at every scale but one."""

from tkinter import ttk
from typing import Any

from PIL import Image, ImageDraw, ImageTk

from labeler.palette import Palette, rgb

_OVER = 4


class Elements:
    """Makes the ttk elements for a look; the images live as long as this object."""

    def __init__(self, style: ttk.Style) -> None:
        self._style = style
        self._images: list[ImageTk.PhotoImage] = []
        self._made: set[str] = set()

    def apply(self, palette: Palette, scale: float) -> None:
        """Lays the widgets out with elements of this look, made the first time it is seen."""
        mark = f"{palette.name}{round(100 * scale)}"
        if mark not in self._made:
            self._made.add(mark)
            self._make(mark, palette, scale)
        indicator = {"Check": "TCheckbutton", "Round": "TRadiobutton"}
        for name, widget in indicator.items():
            kind = widget.removeprefix("T")
            label: Any = (f"{kind}.label", {"side": "left", "sticky": "nswe"})
            box = (f"{mark}.{name}.indicator", {"side": "left", "sticky": ""})
            padding: Any = (f"{kind}.padding", {"sticky": "nswe", "children": [box, label]})
            self._style.layout(widget, [padding])
        slider = (f"{mark}.Scale.slider", {"side": "left", "sticky": ""})
        trough: Any = (f"{mark}.Scale.trough", {"sticky": "we", "children": [slider]})
        self._style.layout("Horizontal.TScale", [trough])

    def _make(self, mark: str, palette: Palette, scale: float) -> None:
        side, gap = round(16 * scale), round(8 * scale)
        for name, draw in (("Check", _check), ("Round", _round)):
            off, on = (self._keep(draw(side, gap, palette, chosen)) for chosen in (False, True))
            self._style.element_create(f"{mark}.{name}.indicator", "image", off, ("selected", on))
        thumb = self._keep(_disc(round(15 * scale), palette.accent))
        track = self._keep(_track(round(15 * scale), max(2, round(4 * scale)), palette))
        self._style.element_create(f"{mark}.Scale.slider", "image", thumb)
        edge = round(3 * scale)
        self._style.element_create(f"{mark}.Scale.trough", "image", track, border=(edge, 0), sticky="we")

    def _keep(self, image: Image.Image) -> ImageTk.PhotoImage:
        self._images.append(ImageTk.PhotoImage(image, master=self._style.master))
        return self._images[-1]


def _blank(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", (width * _OVER, height * _OVER))
    return image, ImageDraw.Draw(image)


def _smooth(image: Image.Image) -> Image.Image:
    return image.resize((image.width // _OVER, image.height // _OVER), Image.Resampling.BOX)


def _check(side: int, gap: int, palette: Palette, chosen: bool) -> Image.Image:
    image, pen = _blank(side + gap, side)
    edge, s = _OVER, side * _OVER
    fill = palette.accent if chosen else palette.surface
    outline = palette.accent if chosen else palette.muted
    pen.rounded_rectangle((edge / 2, edge / 2, s - edge, s - edge), s / 5, rgb(fill), rgb(outline), edge + 1)
    if chosen:
        points = [(0.25 * s, 0.52 * s), (0.43 * s, 0.7 * s), (0.76 * s, 0.32 * s)]
        pen.line(points, rgb(palette.on_accent), round(0.12 * s), joint="curve")
    return _smooth(image)


def _round(side: int, gap: int, palette: Palette, chosen: bool) -> Image.Image:
    image, pen = _blank(side + gap, side)
    edge, s = _OVER, side * _OVER
    outline = palette.accent if chosen else palette.muted
    pen.ellipse((edge / 2, edge / 2, s - edge, s - edge), rgb(palette.surface), rgb(outline), edge + 1)
    if chosen:
        pen.circle((s / 2 - edge / 4, s / 2 - edge / 4), 0.24 * s, rgb(palette.accent))
    return _smooth(image)


def _disc(side: int, colour: str) -> Image.Image:
    image, pen = _blank(side, side)
    pen.circle((side * _OVER / 2, side * _OVER / 2), side * _OVER / 2 - 1, rgb(colour))
    return _smooth(image)


def _track(height: int, thickness: int, palette: Palette) -> Image.Image:
    image, pen = _blank(height * 2, height)
    middle, half = height * _OVER / 2, thickness * _OVER / 2
    pen.rounded_rectangle((0, middle - half, image.width - 1, middle + half), half, rgb(palette.line))
    return _smooth(image)
