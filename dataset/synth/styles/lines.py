"""Grey pictures with blurred, touching letters and a line through them."""

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from dataset.synth import noise
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(34, 38), angle=8, bounce=3, gap=(-2, 1), start=(0.1, 0.35))


def paint(page: Page) -> Drawn:
    """Text, frayed by a wave and a blur, and a bent line, on a grey that brightens to one side."""
    rng, size = page.rng, (page.width, page.height)
    text = noise.wave(text_layer(size, set_line(page, _HAND)), rng, 1.0, rng.uniform(9, 16))
    ink = text.copy()
    pen = ImageDraw.Draw(ink)
    for _ in range(rng.randint(1, 2)):
        start = (rng.randint(5, page.width // 5), rng.randint(8, page.height - 8))
        bend = (rng.randint(page.width // 6, page.width // 3), rng.randint(4, page.height - 4))
        end = (rng.randint(page.width * 2 // 3, page.width - 10), rng.randint(4, page.height - 4))
        pen.line([start, bend, end], fill=255, width=2)
    frayed = ImageChops.screen(ink, noise.wave(ink, rng, 0.9, 4.0).point(lambda value: value // 3))
    dark = np.asarray(frayed.filter(ImageFilter.GaussianBlur(0.7)), np.float32) / 255.0
    grey = np.linspace(rng.uniform(185, 205), 255, page.width, dtype=np.float32) + noise.grain(rng, dark.shape, 1.5)
    return Drawn(text, Image.fromarray(np.clip(grey * (1 - dark), 0, 255).astype(np.uint8)))


STYLE = Style(
    name="lines",
    sentence="grey, letters that touch, line noise and blur",
    charset="2345678bcdefgmnpwxy",
    length=(5, 5),
    size=(200, 50),
    faces=("DejaVuSans", "DejaVuSans-Bold"),
    paint=paint,
)
