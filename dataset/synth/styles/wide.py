"""Many fonts, many colours and pictures of any width."""

from PIL import Image

from dataset.synth import noise
from dataset.synth.fonts import ALL
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(28, 44), angle=15, bounce=7, gap=(4, 22))


def paint(page: Page) -> Drawn:
    """One face a picture, one colour a letter, black lines; from 32 to 96 pixels of width a letter."""
    rng, size = page.rng, (max(48, round(len(page.label) * page.rng.uniform(32, 96))), page.height)
    glyphs = set_line(page._replace(width=size[0]), _HAND)
    picture = Image.new("RGB", size, "white")
    for glyph in glyphs:
        picture.paste(noise.colour(rng, (0.4, 1.0), (0.2, 0.85)), (glyph.x, glyph.y), glyph.mask)
    noise.lines(picture, rng, rng.randint(1, 4), (0, 0, 0))
    return Drawn(text_layer(size, glyphs), picture)


STYLE = Style(
    name="wide",
    sentence="many fonts and colours, black lines, widths from 128 to 768 pixels",
    charset="0123456789abcdefghijklmnopqrstuvwxyz",
    length=(4, 8),
    size=(380, 80),
    faces=ALL,
    paint=paint,
)
