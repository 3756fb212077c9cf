"""Coloured text on concentric rings, often of low contrast."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from dataset.synth import noise
from dataset.synth.fonts import SERIF, TIMES
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_Floats = npt.NDArray[np.float32]
_HAND = Hand(pixels=(36, 46), gap=(1, 5), stretch=(1.0, 1.35))


def paint(page: Page) -> Drawn:
    """Rings of a pale colour around a point on the page, over ground and text; one colour for the text."""
    rng, size = page.rng, (page.width, page.height)
    text = text_layer(size, set_line(page, _HAND))
    cover = np.asarray(text, np.float32)[..., None] / 255.0
    ground = noise.colour(rng, (0.0, 0.15), (0.93, 1.0))
    # Strong ink is common, ink close to the rings is not rare: as on real pages of this kind.
    ink = noise.colour(rng, (0.25, 0.9), (0.35, 0.85))
    ring = noise.colour(rng, (0.15, 0.4), (0.75, 0.95))
    centre = rng.uniform(0.1, 0.9) * page.width, rng.uniform(0.2, 0.8) * page.height
    distance = np.hypot(
        np.arange(page.width, dtype=np.float32) - centre[0],
        np.arange(page.height, dtype=np.float32)[:, None] - centre[1],
    )
    period = rng.uniform(4.0, 6.5)
    rings = np.clip(0.5 + 0.9 * np.sin(distance * np.float32(2 * math.pi / period)), 0, 1)[..., None]
    over = rings * rng.uniform(0.25, 0.6)
    page_colour = _mix(_floats(ground), _floats(ring), rings)
    text_colour = _mix(_floats(ink), _floats(ring), over)
    values = _mix(page_colour, text_colour, cover) + noise.grain(rng, (page.height, page.width, 1), 2.0)
    return Drawn(text, Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)))


def _floats(colour: noise.Colour) -> _Floats:
    return np.array(colour, np.float32)


def _mix(first: _Floats, second: _Floats, share: _Floats) -> _Floats:
    return first + (second - first) * share


STYLE = Style(
    name="rings",
    sentence="coloured text on concentric rings, often of low contrast",
    charset="23456789ABCDEFGHJKLMNPQRSTUVWXYZ",
    length=(5, 5),
    size=(250, 50),
    faces=(SERIF[0], TIMES[0], TIMES[1]),
    paint=paint,
    format="JPEG",
)
