"""Tiny digits in black and white with speckle."""

from PIL import ImageChops

from dataset.synth import noise
from dataset.synth.fonts import SANS, SERIF, TIMES
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(14, 17), angle=8, bounce=1.5, gap=(1, 5), start=(0.3, 0.7), one_face=False)


def paint(page: Page) -> Drawn:
    """Black text cut at half ink, and single pixels black and white."""
    text = text_layer((page.width, page.height), set_line(page, _HAND))
    picture = ImageChops.invert(text).point(lambda value: 255 if value > 127 else 0, "1")
    noise.dots(picture, page.rng, page.rng.randint(5, 35) * page.width // 80, 0)
    noise.dots(picture, page.rng, page.rng.randint(3, 12) * page.width // 80, 1)
    return Drawn(text, picture)


STYLE = Style(
    name="speckle",
    sentence="tiny digits in black and white with speckle",
    charset="0123456789",
    length=(5, 5),
    size=(80, 25),
    faces=(*SANS, *SERIF, *TIMES),
    paint=paint,
)
