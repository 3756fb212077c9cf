"""The text layer: characters as masks, placed one after the other on a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageDraw

from dataset.synth import fonts
from dataset.synth.style import Page

_MARGIN = 2  # pixels that stay free at the left and right edge


class Glyph(NamedTuple):
    """One character: its ink as a mask of mode "L" and where the mask's corner lies on the page."""

    mask: Image.Image
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Hand:
    """How characters are set. Pairs are ranges, drawn from evenly; lengths in pixels, angles in degrees."""

    pixels: tuple[int, int]
    angle: float = 0.0
    bounce: float = 0.0
    gap: tuple[float, float] = (2.0, 2.0)
    stretch: tuple[float, float] = (1.0, 1.0)
    # Where the line starts: 0 left, 1 right, as shares of the free width.
    start: tuple[float, float] = (0.0, 1.0)
    one_face: bool = True


def set_line(page: Page, hand: Hand) -> list[Glyph]:
    """The label as placed characters; a line that is too long for the page is made narrower until it fits."""
    rng = page.rng
    face = rng.choice(page.faces)
    pixels = rng.randint(*hand.pixels)
    stretch = rng.uniform(*hand.stretch)
    placed: list[tuple[Image.Image, float, float]] = []
    end = 0.0
    for character in page.label:
        if not hand.one_face:
            face = rng.choice(page.faces)
        mask, top = _turned(face, pixels, character, rng.uniform(-hand.angle, hand.angle))
        placed.append((mask, end, top + rng.uniform(-hand.bounce, hand.bounce)))
        end += mask.width * stretch + rng.uniform(*hand.gap)
    length = max(x + mask.width * stretch for mask, x, _ in placed)
    squeeze = min(1.0, (page.width - 2 * _MARGIN) / length)
    left = _MARGIN + (page.width - 2 * _MARGIN - length * squeeze) * rng.uniform(*hand.start)
    above = (page.height - _box_height(pixels)) / 2
    return [
        Glyph(_widened(mask, stretch * squeeze), round(left + x * squeeze), round(above + y)) for mask, x, y in placed
    ]


def text_layer(size: tuple[int, int], glyphs: Iterable[Glyph]) -> Image.Image:
    """All characters on one mask of mode "L", 255 where there is ink."""
    layer = Image.new("L", size)
    for glyph in glyphs:
        layer.paste(255, (glyph.x, glyph.y), glyph.mask)
    return layer


def _box_height(pixels: int) -> int:
    return pixels + pixels // 3


@lru_cache(maxsize=8192)
def _upright(face: str, pixels: int, character: str) -> Image.Image:
    """One character on a box as high as a line, cut to its ink at both sides; the base line at `pixels`."""
    font = fonts.load(face, pixels)
    left, _, right, _ = font.getbbox(character, anchor="ls")
    mask = Image.new("L", (max(1, int(right) - int(left)), _box_height(pixels)))
    ImageDraw.Draw(mask).text((-left, pixels), character, fill=255, font=font, anchor="ls")
    return mask


def _turned(face: str, pixels: int, character: str, angle: float) -> tuple[Image.Image, float]:
    """The character turned by an angle and cut to its ink, and how far below the line's top it begins."""
    mask = _upright(face, pixels, character)
    height = mask.height
    if angle:
        mask = mask.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    box = mask.getbbox() or (0, 0, *mask.size)
    return mask.crop(box), (height - mask.height) / 2 + box[1]


def _widened(mask: Image.Image, factor: float) -> Image.Image:
    width = max(1, round(mask.width * factor))
    return mask if width == mask.width else mask.resize((width, mask.height), Image.Resampling.BILINEAR)
