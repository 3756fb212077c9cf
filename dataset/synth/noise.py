"""What hides the text: colours, textures, lines, dots and waves, all from the given generator."""

import colorsys
import math
from random import Random

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Span = tuple[float, float]


def colour(rng: Random, saturation: Span, value: Span, hue: Span = (0.0, 1.0)) -> Colour:
    """A colour of any hue; saturation and value are ranges within 0..1."""
    red, green, blue = colorsys.hsv_to_rgb(rng.uniform(*hue), rng.uniform(*saturation), rng.uniform(*value))
    return round(255 * red), round(255 * green), round(255 * blue)


def grain(rng: Random, shape: tuple[int, ...], strength: float) -> npt.NDArray[np.float32]:
    """Noise around 0, standard deviation `strength` grey values (the sum of two even distributions)."""
    count = math.prod(shape)
    values = np.frombuffer(rng.randbytes(2 * count), np.uint8).astype(np.float32).reshape(2, *shape)
    noise: npt.NDArray[np.float32] = (values[0] + values[1] - 255.0) * np.float32(strength / 104.5)
    return noise


def texture(rng: Random, size: tuple[int, int], cell: int, low: int, high: int) -> Image.Image:
    """Soft coloured clouds about `cell` pixels wide, of mode "RGB", values from low to high."""
    width, height = size[0] // cell + 2, size[1] // cell + 2
    values = np.frombuffer(rng.randbytes(3 * width * height), np.uint8).astype(np.uint32)
    small = (low + values * (high - low) // 255).astype(np.uint8).reshape(height, width, 3)
    return Image.fromarray(small).resize(size, Image.Resampling.BILINEAR)


def lines(picture: Image.Image, rng: Random, count: int, fill: int | Colour, width: int = 1) -> None:
    """Straight lines from anywhere to anywhere, drawn onto the picture."""
    pen = ImageDraw.Draw(picture)
    for _ in range(count):
        ends = [(rng.randrange(picture.width), rng.randrange(picture.height)) for _ in range(2)]
        pen.line(ends, fill=fill, width=width)


def dots(picture: Image.Image, rng: Random, count: int, fill: int | Colour) -> None:
    """Single pixels anywhere, drawn onto the picture."""
    points = [(rng.randrange(picture.width), rng.randrange(picture.height)) for _ in range(count)]
    ImageDraw.Draw(picture).point(points, fill=fill)


def wave(picture: Image.Image, rng: Random, amplitude: float, period: float) -> Image.Image:
    """The picture with columns shifted up and down, rows left and right along sines (edges wrap)."""
    values = np.asarray(picture)
    height, width = values.shape[:2]
    phase, other = rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)
    rows, columns = np.arange(height), np.arange(width)
    down = np.rint(amplitude * np.sin(2 * math.pi * columns / period + phase)).astype(np.intp)
    across = np.rint(amplitude * np.sin(2 * math.pi * rows / period + other)).astype(np.intp)
    return Image.fromarray(values[(rows[:, None] + down) % height, (columns + across[:, None]) % width])
