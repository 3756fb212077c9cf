"""Pictures for the pre-training of networks that shall read any hand: many fonts, one ink for each character.

Capitals and small letters are read alike: the label is in small letters whatever the picture shows.
"""

from collections.abc import Iterator, Sequence
from random import Random

from PIL import Image, ImageDraw, ImageOps

from dataset.synth import fonts, noise
from dataset.synth.lettering import Glyph, Hand, set_line
from dataset.synth.style import Page
from ocr.framing import framed
from ocr.training import drawn

CHARACTERS = drawn.DIGITS + drawn.LATIN
"""All that a label may hold."""

_INKED = 0.8  # share of pictures with an ink for each character
_BLACK = 0.8  # share of those whose lines are black
_SHARED = 0.1  # share of texts whose characters are of several faces
_TRIES = 200  # faces looked at, before those that dependencies bring must do
_SLANTED = 0.6  # share of inked texts whose characters are slanted
_SLANT, _EACH_SLANT = 0.5, 0.15  # the most of a text, and of a character besides
_JAGGED = 0.5  # share of slanted texts whose edges are jagged, as programs that do not smooth them leave them
_UPPER = 0.45  # share of texts in capitals, and as many in small letters; the rest is mixed


class HandDrawer:
    """Draws (text, picture) pairs; the same seed and fonts give the same ones. `faces`: further font files."""

    def __init__(self, seed: int, faces: Sequence[str] = ()) -> None:
        self._rng = Random(seed)
        self._faces = tuple(faces) or fonts.ALL

    def draw(self) -> tuple[str, Image.Image]:
        """The next pair: a text of 3 to 8 characters, an RGB picture."""
        rng = self._rng
        text = "".join(rng.choices(CHARACTERS, k=rng.choice((3, 4, 4, 5, 5, 6, 6, 7, 8))))
        kind = rng.random()
        shown = text.upper() if kind < _UPPER else text
        if kind > 2 * _UPPER:
            shown = "".join(rng.choice((c, c.upper())) for c in text)
        faces = self._covering(shown)
        if rng.random() < _INKED:
            return text, _inked(shown, faces, rng)
        return text, drawn.finished(drawn.free(shown, faces, rng), rng)

    def _covering(self, text: str) -> tuple[str, ...]:
        """One face that has all of the text, seldom several."""
        wanted = 3 if self._rng.random() < _SHARED else 1
        found: list[str] = []
        for _ in range(_TRIES):
            found += fonts.covering((self._rng.choice(self._faces),), text)
            if len(found) == wanted:
                break
        return tuple(found) or fonts.covering(fonts.ALL, text)


def _inked(text: str, faces: tuple[str, ...], rng: Random) -> Image.Image:
    pixels = rng.randint(16, 64)
    height = max(pixels + pixels // 2, 80) if rng.random() < 0.7 else int(pixels * rng.uniform(1.3, 1.8))
    apart = rng.choice((0.0, 0.15, 0.5, 1.0, 1.6)) * pixels
    hand = Hand(
        pixels=(pixels, pixels),
        angle=rng.choice((0, 0, 0, 10, 25)),
        bounce=rng.choice((0.0, 0.0, 0.1, 0.2)) * pixels,
        gap=(rng.uniform(-0.05, 0.1) * pixels, apart + 0.12 * pixels),
        stretch=(0.85, 1.15),
        one_face=len(faces) == 1,
    )
    width = int(len(text) * (0.75 * pixels + 0.6 * apart)) + rng.randint(10, 120)
    ground = (255, 255, 255) if rng.random() < 0.85 else noise.colour(rng, (0.0, 0.15), (0.85, 1.0))
    picture = Image.new("RGB", (width, height), ground)
    glyphs = set_line(Page(text, width, height, faces, rng), hand)
    for glyph in _slanted(glyphs, rng) if rng.random() < _SLANTED else glyphs:
        ink = tuple(rng.randint(0, 235) for _ in range(3))
        picture.paste(ink, (glyph.x, glyph.y), glyph.mask)
    _cross(picture, rng)
    if rng.random() < 0.1:
        picture = ImageOps.grayscale(picture).convert("RGB")
    return framed(picture)


def _slanted(glyphs: Sequence[Glyph], rng: Random) -> Iterator[Glyph]:
    """The characters leaning sideways, up or down, each about its middle."""
    across, down = (rng.choice((0.0, rng.uniform(-_SLANT, _SLANT))) for _ in range(2))
    smooth = Image.Resampling.NEAREST if rng.random() < _JAGGED else Image.Resampling.BILINEAR
    for mask, x, y in glyphs:
        own = [slant + rng.uniform(-_EACH_SLANT, _EACH_SLANT) for slant in (across, down)]
        leaning = _sheared(mask, *own, smooth=smooth)
        yield Glyph(leaning, x + (mask.width - leaning.width) // 2, y + (mask.height - leaning.height) // 2)


def _sheared(mask: Image.Image, across: float, down: float, *, smooth: Image.Resampling) -> Image.Image:
    """All of the mask, sheared down, then across, by these fractions; its area stays."""
    scale = 1 + across * down
    width = round(scale * mask.width + abs(across) * mask.height)
    height = round(abs(down) * mask.width + mask.height)
    left = mask.width / 2 - (width - across * height) / 2
    above = mask.height / 2 - (scale * height - down * width) / 2
    inverse = (1, -across, left, -down, scale, above)
    return mask.transform((width, height), Image.Transform.AFFINE, inverse, smooth)


def _cross(picture: Image.Image, rng: Random) -> None:
    """Thin lines across the picture, mostly black."""
    black = rng.random() < _BLACK
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.choice((0, 1, 2, 3, 4, 6, 8))):
        fill = (0, 0, 0) if black else noise.colour(rng, (0.0, 1.0), (0.0, 0.9))
        ends = [(rng.randrange(picture.width), rng.randrange(picture.height)) for _ in range(2)]
        pen.line(ends, fill=fill, width=rng.choice((1, 1, 1, 2)))
