"""What a style of drawn picture is."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from PIL import Image


class Page(NamedTuple):
    """What a style is asked to draw: a text on so many pixels, in one or more of these faces."""

    label: str
    width: int
    height: int
    faces: tuple[str, ...]
    rng: Random


class Drawn(NamedTuple):
    """The picture, and the text alone: mode "L", of the same size, 255 where there is ink."""

    text: Image.Image
    picture: Image.Image


@dataclass(frozen=True, slots=True)
class Style:
    """One kind of picture. `size` is width and height in pixels for labels of the default length."""

    name: str
    sentence: str
    charset: str
    length: tuple[int, int]
    size: tuple[int, int]
    faces: tuple[str, ...]
    paint: Callable[[Page], Drawn]
    format: str = "PNG"
    # Styles whose labels follow a pattern make their own, from (rng, charset, (shortest, longest)).
    compose: Callable[[Random, str, tuple[int, int]], str] | None = None
