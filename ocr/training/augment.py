"""Random variations of pictures, so that few labels go further.

Each picture is moved, scaled, sheared and turned a little in one resampling, which also brings it to the width of its
batch; colour pictures may have their colours rotated. Strength 0 only resizes; 1 is full.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True)
class Amounts:
    """The largest changes at full strength. Scales and slants are fractions, shifts fractions of the picture's side."""

    scale: float = 0.1
    slant: float = 0.15
    turn: float = 0.06
    shift_x: float = 0.04
    shift_y: float = 0.08
    noise: float = 6.0  # standard deviation in grey values of 255
    colours: bool = False  # rotate the colours of RGB pictures

    @classmethod
    def none(cls) -> "Amounts":
        """No change at any strength."""
        return cls(scale=0.0, slant=0.0, turn=0.0, shift_x=0.0, shift_y=0.0, noise=0.0)


@dataclass(frozen=True)
class Canvas:
    """A picture at the network's height, with the colour that its border suggests for what moves into view."""

    image: Image.Image
    fill: int | tuple[int, ...]

    @classmethod
    def of(cls, array: NDArray[np.uint8]) -> "Canvas":
        """From H x W x C uint8."""
        edge = np.median(np.concatenate([array[0], array[-1]]), axis=0).astype(int)
        if array.shape[2] == 1:
            return cls(Image.fromarray(array[:, :, 0]), int(edge[0]))
        return cls(Image.fromarray(array), tuple(int(v) for v in edge))


def vary(
    canvases: Sequence[Canvas], width: int, amounts: Amounts, strength: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """B x H x width x C uint8: each canvas varied with the given strength (0..1)."""
    height = canvases[0].image.height
    channels = len(canvases[0].image.getbands())
    out = np.empty((len(canvases), height, width, channels), dtype=np.uint8)
    for row, canvas in enumerate(canvases):
        image = _moved(canvas, width, amounts, strength, rng) if strength else _resized(canvas.image, width)
        out[row] = np.asarray(image, dtype=np.uint8).reshape(height, width, channels)
    if not strength:
        return out
    if amounts.colours and channels == 3:
        out = _recoloured(out, strength, rng)
    return _noisy(out, amounts.noise * strength, rng)


def _resized(image: Image.Image, width: int) -> Image.Image:
    if image.width == width:
        return image
    return image.resize((width, image.height), Image.Resampling.BILINEAR)


def _moved(canvas: Canvas, width: int, amounts: Amounts, strength: float, rng: np.random.Generator) -> Image.Image:
    """One affine resampling; the matrix maps output to input pixels, about the centres."""
    image = canvas.image
    draws = rng.uniform(-strength, strength, 6).tolist()
    stretch = image.width / width
    a = stretch * (1 + draws[0] * amounts.scale)
    e = 1 + draws[1] * amounts.scale
    b = draws[2] * amounts.slant
    d = draws[3] * amounts.turn
    x = image.width * (0.5 + draws[4] * amounts.shift_x) - a * width / 2 - b * image.height / 2
    y = image.height * (0.5 + draws[5] * amounts.shift_y) - d * width / 2 - e * image.height / 2
    return image.transform(
        (width, image.height),
        Image.Transform.AFFINE,
        (a, b, x, d, e, y),
        Image.Resampling.BILINEAR,
        fillcolor=canvas.fill,
    )


def _recoloured(batch: NDArray[np.uint8], strength: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Swaps the colour channels of a share of the pictures."""
    for row in np.flatnonzero(rng.random(len(batch)) < strength / 2):
        batch[row] = batch[row][..., rng.permutation(3)]
    return batch


def _noisy(batch: NDArray[np.uint8], deviation: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Adds Gaussian noise to half of the pictures; one drawn field, shifted, serves them all (drawing is dear)."""
    if deviation <= 0:
        return batch
    field = np.rint(rng.standard_normal(batch.shape[1:], dtype=np.float32) * deviation).astype(np.int16)
    for row in np.flatnonzero(rng.random(len(batch)) < 0.5):
        shifted = np.roll(field, int(rng.integers(field.shape[1])), axis=1)
        batch[row] = np.clip(batch[row] + shifted, 0, 255)
    return batch
