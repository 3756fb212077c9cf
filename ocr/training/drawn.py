"""Pictures for pre-training: any text in any look, drawn anew from a seed.

Most come from the styles of `dataset.synth` with the fonts changed about; the others mix hands, grounds, inks and
disturbances freely, so that a network which has read them finds most kinds of short text half familiar.
"""

import io
from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from dataset.synth import STYLES, fonts, noise
from dataset.synth.lettering import Glyph, Hand, set_line, text_layer
from dataset.synth.style import Page

DIGITS = "0123456789"
LATIN = "abcdefghijklmnopqrstuvwxyz"
SIGNS = "+-×*=?"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
CHARACTERS = DIGITS + LATIN + LATIN.upper() + SIGNS + CYRILLIC + CYRILLIC.upper()
"""All that a drawn picture may show."""

# Capitals and small letters are mixed only where they differ in form: else nobody could say which is shown.
_MIXED = "23456789abdefghjmnqrtABDEFGHJKLMNPQRT"
_ALPHABETS = {
    DIGITS: 2.0,
    LATIN: 2.0,
    LATIN.upper(): 2.0,
    LATIN + DIGITS: 3.0,
    LATIN.upper() + DIGITS: 3.0,
    _MIXED: 1.0,
    CYRILLIC: 1.0,
    CYRILLIC + DIGITS: 1.0,
    CYRILLIC.upper(): 0.5,
    SIGNS: 2.0,  # sums
}
_OWN_STYLE = 0.6  # share drawn by a style of `dataset.synth`
_OWN_FACES = 0.3  # share of those in the style's own fonts
_SHIPPED_FACES = 0.5  # share of texts in the fonts that dependencies bring, when others are given too
_SMALL_ON_PAGE = 0.15  # share of free pictures whose text fills less than half of their height
_TRIES = 20


class Drawer:
    """Draws (text, picture) pairs; the same seed and fonts give the same ones. `faces`: further font files."""

    def __init__(self, seed: int, faces: Sequence[str] = ()) -> None:
        self._rng = Random(seed)
        self._faces = tuple(faces)

    def draw(self) -> tuple[str, Image.Image]:
        """The next pair: a text of 3 to 8 characters, an RGB picture 20 to 100 pixels high."""
        rng = self._rng
        text = _text(rng)
        if rng.random() < _OWN_STYLE:
            style = STYLES[rng.choice(list(STYLES))]
            own = fonts.covering(style.faces, text) if rng.random() < _OWN_FACES else ()
            width = int(style.size[0] / style.length[1] * max(len(text), 3) * rng.uniform(0.8, 1.15)) + 10
            page = Page(text, width, style.size[1], own or self._covering(text), Random(rng.getrandbits(40)))
            picture = _opaque(style.paint(page).picture)
        else:
            picture = free(text, self._covering(text), rng)
        return text, finished(picture, rng)

    def _covering(self, text: str) -> tuple[str, ...]:
        """Some faces that have all of the text."""
        shipped = fonts.covering(fonts.ALL, text)
        if not self._faces or self._rng.random() < _SHIPPED_FACES:
            return shipped
        for _ in range(_TRIES):
            if found := fonts.covering(tuple(self._rng.sample(self._faces, min(3, len(self._faces)))), text):
                return found
        return shipped


def _text(rng: Random) -> str:
    alphabet = rng.choices(list(_ALPHABETS), list(_ALPHABETS.values()))[0]
    if alphabet == SIGNS:
        return f"{rng.randint(1, 99)}{rng.choice('+-×*')}{rng.randint(1, 99)}{rng.choice(('=?', '=', ''))}"
    return "".join(rng.choices(alphabet, k=rng.choice((3, 4, 4, 5, 5, 6, 6, 7, 8))))


def free(text: str, faces: tuple[str, ...], rng: Random) -> Image.Image:
    pixels = rng.randint(14, 48)
    height = int(pixels * (rng.uniform(2.4, 4.0) if rng.random() < _SMALL_ON_PAGE else rng.uniform(1.25, 2.4)))
    width = int(len(text) * pixels * rng.uniform(0.55, 1.5)) + rng.randint(6, 60)
    spread = rng.choice((0.05, 0.15, 0.5)) * pixels
    hand = Hand(
        pixels=(max(int(pixels * 0.9), 10), pixels),
        angle=rng.choice((0, 0, 8, 15, 35)),
        bounce=rng.uniform(0, 0.5) * max(0, height - 1.3 * pixels),
        gap=(rng.uniform(-0.1, 0.1) * pixels, spread),
        stretch=(rng.uniform(0.7, 1.0), rng.uniform(1.0, 1.3)),
        one_face=rng.random() < 0.7,
    )
    glyphs = [_reshaped(glyph, rng) for glyph in set_line(Page(text, width, height, faces, rng), hand)]
    picture, dark_ground = _ground((width, height), rng)
    pale = rng.random() < 0.1
    inks = [_ink(dark_ground, pale, rng) for _ in glyphs]
    if rng.random() < 0.55:
        inks = inks[:1] * len(glyphs)
    _disturb(picture, inks, rng)
    if len(set(inks)) == 1 and rng.random() < 0.4:
        layer = text_layer(picture.size, glyphs)
        if rng.random() < 0.5:
            layer = noise.wave(layer, rng, rng.uniform(0.5, 0.07 * pixels + 0.6), rng.uniform(8, 60))
        picture.paste(inks[0], (0, 0), layer)
    else:
        for glyph, ink in zip(glyphs, inks, strict=True):
            picture.paste(ink, (glyph.x, glyph.y), glyph.mask)
    if rng.random() < 0.25:
        _disturb(picture, inks, rng)
    return picture


def _reshaped(glyph: Glyph, rng: Random) -> Glyph:
    """Some characters slanted, thickened, or left as outlines."""
    mask, kind = glyph.mask, rng.random()
    if kind < 0.05 and min(mask.size) > 14:
        mask = ImageChops.subtract(mask.filter(ImageFilter.MaxFilter(3)), mask.filter(ImageFilter.MinFilter(3)))
    elif kind < 0.2:
        mask = mask.filter(ImageFilter.MaxFilter(3))
    elif kind < 0.4:
        slant = rng.uniform(-0.35, 0.35)
        matrix = (1, slant, -slant * mask.height / 2, 0, 1, 0)
        mask = mask.transform(mask.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return Glyph(mask, glyph.x, glyph.y)


def _ground(size: tuple[int, int], rng: Random) -> tuple[Image.Image, bool]:
    """A page, and whether it is dark."""
    kind, dark = rng.random(), rng.random() < 0.2
    values = (0.0, 0.35) if dark else (0.75, 1.0)
    colour = noise.colour(rng, (0.0, 0.4), values)
    picture = Image.new("RGB", size, (255, 255, 255) if kind < 0.3 and not dark else colour)
    if 0.6 < kind < 0.75:
        low, high = (0, 110) if dark else (150, 255)
        picture = noise.texture(rng, size, rng.randint(2, 12), low, high)
    elif 0.75 < kind < 0.88:
        ramp = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270))).resize(size)
        picture = Image.composite(Image.new("RGB", size, noise.colour(rng, (0.0, 0.4), values)), picture, ramp)
    elif kind >= 0.88:
        pen, step = ImageDraw.Draw(picture), rng.randint(4, 14)
        grid = noise.colour(rng, (0.0, 0.6), values)
        for x in range(-size[1], size[0], step):
            pen.line([(x, 0), (x + rng.choice((0, size[1])), size[1])], fill=grid)
    return picture, dark


def _ink(dark_ground: bool, pale: bool, rng: Random) -> noise.Colour:
    if dark_ground:
        return noise.colour(rng, (0.0, 0.7), (0.5, 0.7) if pale else (0.7, 1.0))
    return noise.colour(rng, (0.1, 0.6), (0.6, 0.8)) if pale else noise.colour(rng, (0.0, 1.0), (0.0, 0.75))


def _disturb(picture: Image.Image, inks: Sequence[noise.Colour], rng: Random) -> None:
    """Lines, arcs or dots in the ink of the text or another, or nothing."""
    colour = rng.choice((*inks, noise.colour(rng, (0.0, 1.0), (0.0, 0.9))))
    width, height = picture.size
    kind = rng.random()
    if kind < 0.3:
        noise.lines(picture, rng, rng.randint(1, 5), colour, rng.choice((1, 1, 2, 3)))
    elif kind < 0.45:
        pen = ImageDraw.Draw(picture)
        for _ in range(rng.randint(1, 4)):
            x, y = rng.randint(-width // 2, width), rng.randint(-height, height)
            box = (x, y, x + rng.randint(10, width), y + rng.randint(10, 2 * height))
            pen.arc(box, rng.randint(0, 360), rng.randint(0, 360), fill=colour, width=rng.choice((1, 2, 3)))
    elif kind < 0.65:
        noise.dots(picture, rng, width * height // rng.choice((20, 40, 80, 200)), colour)


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, (0, 0), picture)
    return page


def finished(picture: Image.Image, rng: Random) -> Image.Image:
    """What cameras, sites and file formats do to a picture: each now and then."""
    for chance, change in _FINISHES:
        if rng.random() < chance:
            picture = change(picture, rng)
    return picture


def _grained(picture: Image.Image, rng: Random) -> Image.Image:
    values = np.asarray(picture, np.float32) + noise.grain(rng, (picture.height, picture.width, 1), rng.uniform(2, 18))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _framed(picture: Image.Image, rng: Random) -> Image.Image:
    across, down = rng.randint(0, picture.width // 8), rng.randint(0, picture.height // 4)
    return ImageOps.expand(picture, (across, down, across, down), fill=picture.getpixel((0, 0)))  # type: ignore[arg-type]


def _small(picture: Image.Image, rng: Random) -> Image.Image:
    share = rng.uniform(0.5, 0.9)
    size = max(int(picture.width * share), 16), max(int(picture.height * share), 12)
    return picture.resize(size, rng.choice((Image.Resampling.NEAREST, Image.Resampling.BILINEAR)))


def _two_valued(picture: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=2)
    return grey.convert("1", dither=Image.Dither.NONE).convert("RGB")


def _jpeg(picture: Image.Image, rng: Random) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=rng.randint(25, 80))
    return Image.open(buffer).convert("RGB")


_FINISHES: tuple[tuple[float, Callable[[Image.Image, Random], Image.Image]], ...] = (
    (0.1, _framed),
    (0.1, _small),
    (0.15, lambda picture, rng: picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))),
    (0.08, _grained),
    (0.1, _jpeg),
    (0.4, lambda picture, _: picture.convert("L").convert("RGB")),
    (0.03, lambda picture, _: _two_valued(picture)),
    (0.08, lambda picture, _: ImageOps.invert(picture)),
)
