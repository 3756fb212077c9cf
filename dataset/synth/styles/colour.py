"""Letters of many colours on a coloured texture."""

from dataset.synth import noise
from dataset.synth.fonts import SANS, SERIF
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(26, 32), angle=12, bounce=2, gap=(0, 5), one_face=False)


def paint(page: Page) -> Drawn:
    """Each letter in a dark colour of its own, on pale clouds, with a few fine lines."""
    rng, size = page.rng, (page.width, page.height)
    glyphs = set_line(page, _HAND)
    picture = noise.texture(rng, size, rng.randint(2, 5), 120, 255)
    noise.lines(picture, rng, rng.randint(2, 6), noise.colour(rng, (0.2, 0.8), (0.5, 0.9)))
    for glyph in glyphs:
        picture.paste(noise.colour(rng, (0.6, 1.0), (0.15, 0.55)), (glyph.x, glyph.y), glyph.mask)
    return Drawn(text_layer(size, glyphs), picture)


STYLE = Style(
    name="colour",
    sentence="letters of many colours on a coloured texture",
    charset="23456789ABCDEFGHJKLMNPQRSTUVWXYZ",
    length=(4, 4),
    size=(120, 40),
    faces=(SANS[0], SANS[1], SERIF[0], SERIF[1]),
    paint=paint,
    format="JPEG",
)
