"""Small Cyrillic letters and digits that hop, with dots."""

from PIL import Image

from dataset.synth import noise
from dataset.synth.fonts import MONO, SANS
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(20, 25), angle=10, bounce=6, gap=(3, 11), start=(0.05, 0.4))


def paint(page: Page) -> Drawn:
    """Black text on white and single dots."""
    rng, size = page.rng, (page.width, page.height)
    text = text_layer(size, set_line(page, _HAND))
    picture = Image.new("RGB", size, "white")
    picture.paste(noise.colour(rng, (0.0, 0.6), (0.0, 0.25)), (0, 0), text)
    noise.dots(picture, rng, rng.randint(40, 160) * page.width // 200, noise.colour(rng, (0.0, 0.5), (0.0, 0.5)))
    return Drawn(text, picture)


STYLE = Style(
    name="cyrillic",
    sentence="small Cyrillic letters and digits that hop, with dots",
    charset="0123456789" + "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    length=(4, 6),
    size=(200, 60),
    faces=(SANS[1], MONO[1]),
    paint=paint,
)
