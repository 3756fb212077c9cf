"""Green italic letters on guide lines."""

from PIL import Image, ImageDraw

from dataset.synth import noise
from dataset.synth.fonts import SERIF, TIMES
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(42, 48), bounce=9, gap=(0, 7), start=(0.2, 0.6))


def paint(page: Page) -> Drawn:
    """Dark text of a green or blue, pale horizontal lines below it and a fine slanting line over it."""
    rng, size = page.rng, (page.width, page.height)
    text = text_layer(size, set_line(page, _HAND))
    picture = Image.new("RGB", size, (247, 249, 249))
    pen = ImageDraw.Draw(picture)
    for step in range(3):
        y = page.height * (6 + 2 * step) // 15 + rng.randint(-2, 2)
        pen.line([(0, y), (page.width, y)], fill=noise.colour(rng, (0.1, 0.25), (0.95, 1.0)))
    ink = noise.colour(rng, (0.8, 1.0), (0.3, 0.5), hue=(0.28, 0.6))
    picture.paste(ink, (0, 0), text)
    ends = [(0, rng.randrange(page.height)), (page.width, rng.randrange(page.height))]
    pen.line(ends, fill=ink)
    return Drawn(text, picture)


STYLE = Style(
    name="italic",
    sentence="dark green italic letters that hop, on guide lines",
    charset="23456789abcdefghijkmnpqrstuvwxyz",
    length=(6, 6),
    size=(200, 80),
    faces=(TIMES[2], SERIF[2]),
    paint=paint,
    format="JPEG",
)
