"""Text that only the alpha channel holds: the colour is the same everywhere."""

from PIL import Image, ImageFilter

from dataset.synth import noise
from dataset.synth.fonts import SANS, SERIF
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(28, 34), angle=14, bounce=4, gap=(1, 6))


def paint(page: Page) -> Drawn:
    """Opaque text and half transparent lines on a transparent page of one dark colour."""
    rng, size = page.rng, (page.width, page.height)
    text = text_layer(size, set_line(page, _HAND))
    alpha = Image.new("L", size)
    noise.lines(alpha, rng, rng.randint(3, 6), rng.randint(90, 170))
    noise.dots(alpha, rng, 80 * page.width // 160, rng.randint(90, 200))
    alpha.paste(255, (0, 0), text)
    picture = Image.new("RGBA", size, (*noise.colour(rng, (0.0, 1.0), (0.0, 0.3)), 0))
    picture.putalpha(alpha.filter(ImageFilter.SMOOTH))
    return Drawn(text, picture)


STYLE = Style(
    name="alpha",
    sentence="text in the alpha channel only, the colour is the same everywhere",
    charset="23456789ABCDEFGHJKLMNPQRSTUVWXYZ",
    length=(5, 5),
    size=(160, 50),
    faces=(SANS[0], SANS[1], SERIF[1]),
    paint=paint,
)
