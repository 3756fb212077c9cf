"""Pictures with dots of noise."""

import numpy as np
from PIL import Image


def dotted(picture: Image.Image, share: float, seed: int = 0) -> Image.Image:
    """With that share of the pixels black or white at random."""
    random = np.random.default_rng(seed)
    values = np.array(picture)
    chance = random.random(values.shape[:2])
    values[chance < share / 2] = 0
    values[chance > 1 - share / 2] = 255
    return Image.fromarray(values)
