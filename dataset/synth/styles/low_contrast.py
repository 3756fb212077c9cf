"""Text in nearly the colour of its ground."""

import numpy as np
from PIL import Image

from dataset.synth import noise
from dataset.synth.fonts import SANS
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

_HAND = Hand(pixels=(32, 38), angle=12, bounce=5, gap=(2, 7))


def paint(page: Page) -> Drawn:
    """One middle colour, text 18 to 45 values darker or brighter in each channel, fine grain over both."""
    rng, size = page.rng, (page.width, page.height)
    text = text_layer(size, set_line(page, _HAND))
    cover = np.asarray(text, np.float32)[..., None] / 255.0
    ground = np.array([rng.uniform(90, 190) for _ in range(3)], np.float32)
    step = rng.choice((-1, 1)) * np.array([rng.uniform(18, 45) for _ in range(3)], np.float32)
    values = ground + step * cover + noise.grain(rng, (page.height, page.width, 1), rng.uniform(2, 7))
    return Drawn(text, Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)))


STYLE = Style(
    name="low-contrast",
    sentence="text in nearly the colour of its ground, with grain",
    charset="23456789abcdefghkmnpqrstuvwxyz",
    length=(5, 5),
    size=(180, 60),
    faces=(SANS[0], SANS[1]),
    paint=paint,
)
