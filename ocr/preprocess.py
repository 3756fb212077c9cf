"""From a decoded picture to the array that the network sees; training and reading share every step.

picture -> `pixels` (H x W x C uint8, the artefact's size; turned, without dots of noise, of the part that shows text
alone and mirrored, each where the artefact wants that) -> `standardise` (float32, mean 0, deviation about 1, colours
mixed anew towards text that hides where it wants that)
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ocr.framing import band, framed, side_by_side
from ocr.speckle import despeckled
from ocr.unmix import unmix

_FLOOR = 8.0
"""Added to the deviation (in grey values of 255), so that an empty picture does not become loud noise."""
_HIGHEST, _WIDEST = 1_000, 100_000  # pixels: larger inputs would fill the memory

Part = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a picture, as shares of its width and height."""
WHOLE: Part = (0.0, 0.0, 1.0, 1.0)
_TURNS = {0: None, 90: Image.Transpose.ROTATE_90, 270: Image.Transpose.ROTATE_270}


@dataclass(frozen=True)
class InputSpec:
    """The size and colour of the network's input. Sizes in pixels.

    With a `width` every picture is resized to height x width; without, it keeps its aspect ratio and its width is
    rounded to a `multiple` within min_width..max_width. `channels` is 1 (grey) or 3 (RGB); the colours of `unmixed`
    ones are turned by `ocr.unmix`. Of `framed` ones only the part that shows text is seen, else a
    `band` of that share of the height (`ocr.framing`). `mirrored` ones show their text from right to left: seen in a
    mirror, the first character stands on the left, as CTC wants it. `despeckled` ones lose dots of noise before that,
    while they have all their pixels (`ocr.speckle`). Before all, pictures are cut to the `part` in which they differ.
    Of those with two rows of text, what lies below the share `fold` of the height is laid beside what lies above; those
    whose text runs down or up are `turned`, by so many degrees against the clock, so that it runs to the right.
    """

    height: int
    width: int | None
    channels: int
    multiple: int = 4
    min_width: int = 32
    max_width: int = 1024
    unmixed: bool = False
    framed: bool = False
    band: float = 1.0
    mirrored: bool = False
    despeckled: bool = False
    part: Part = WHOLE
    fold: float = 1.0
    turned: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError where a value is none that a network can have: artefacts come from anywhere."""
        left, top, right, bottom = self.part
        widths = (self.multiple, self.min_width, self.max_width) if self.width is None else (self.width,)
        if not (
            1 <= self.height <= _HIGHEST
            and min(widths) >= 1
            and max(widths) <= _WIDEST
            and (self.width is not None or self.min_width <= self.max_width)
            and (self.channels == 3 or (self.channels == 1 and not self.unmixed and not self.framed))
            and 0 < self.band <= 1
            and 0 < self.fold <= 1
            and self.turned in _TURNS
            and 0 <= left < right <= 1
            and 0 <= top < bottom <= 1
        ):
            raise ValueError(f"no network has the input {self}")

    @property
    def colour(self) -> str:
        """What is kept of a picture's colours, in a word."""
        return "grey" if self.channels == 1 else "RGB, unmixed" if self.unmixed else "RGB"

    @property
    def plain(self) -> bool:
        """Whether pictures keep their dots and colours and are not cut to what looks like text."""
        return not (self.unmixed or self.framed or self.despeckled) and self.band == 1

    @property
    def changes(self) -> list[str]:
        """What is done to a picture besides resizing it, in words and in order."""
        done = {
            "margins that are the same in all pictures cut off": self.part != WHOLE,
            f"turned by {self.turned} degrees against the clock": self.turned != 0,
            "dots of noise taken away": self.despeckled,
            "cut to the coloured text": self.framed,
            f"cut to the {self.band:.0%} of its height that is written on": self.band < 1 and not self.framed,
            "two rows of text laid side by side": self.fold < 1,
            "mirrored": self.mirrored,
        }
        return [words for words, so in done.items() if so]

    def width_for(self, size: tuple[int, int]) -> int:
        """The width of the input array for a picture of (width, height) pixels."""
        if self.width is not None:
            return self.width
        wanted = size[0] * self.height / size[1]
        wanted = min(max(wanted, self.min_width), self.max_width)
        return max(1, round(wanted / self.multiple)) * self.multiple

    def to_dict(self) -> dict[str, Any]:
        """As stored in the artefact."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "InputSpec":
        """From what is stored. Raises TypeError or ValueError where that is no input."""
        return cls(**(values | {"part": tuple(values.get("part", WHOLE))}))


def within(image: Image.Image, part: Part) -> Image.Image:
    """That part of a picture, at least a pixel."""
    if part == WHOLE:
        return image
    width, height = image.size
    left, top = int(part[0] * width), int(part[1] * height)
    return image.crop((left, top, max(round(part[2] * width), left + 1), max(round(part[3] * height), top + 1)))


def seen(image: Image.Image, spec: InputSpec) -> Image.Image:
    """The part of a picture that is looked at, turned and without dots where the artefact wants that."""
    image = within(image, spec.part)
    if (turn := _TURNS[spec.turned]) is not None:
        image = image.transpose(turn)
    if spec.despeckled:
        image = despeckled(image)
    if spec.framed:
        return framed(image if image.mode == "RGB" else image.convert("RGB"))
    image = band(image, spec.band)
    return side_by_side(image, spec.fold, leftwards=spec.mirrored) if spec.fold < 1 else image


def pixels(image: Image.Image, spec: InputSpec) -> NDArray[np.uint8]:
    """H x W x C uint8 at the input size. `image` has mode "L" or "RGB", as `dataset.imagefile` gives it."""
    mode = "L" if spec.channels == 1 else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    image = seen(image, spec)
    size = (spec.width_for(image.size), spec.height)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    if spec.mirrored:
        image = ImageOps.mirror(image)
    return np.frombuffer(image.tobytes(), dtype=np.uint8).reshape(size[1], size[0], spec.channels)


def standardise(batch: NDArray[np.uint8], *, unmixed: bool = False) -> NDArray[np.float32]:
    """... x H x W x C uint8 to float32: each channel of each picture loses its mean, one deviation scales them all.

    One deviation for all channels keeps the contrast between colours, the only thing that some text shows; `unmixed`
    (of RGB pictures) goes further, and turns the colours of those whose text shows in no other way.
    """
    values = batch.astype(np.float32)
    *several, height, width, channels = values.shape
    cells, flat = values.reshape(*several, height * width, channels), values.reshape(*several, -1)
    if channels == 1:
        flat -= np.add.reduce(flat, axis=-1, keepdims=True) / flat.shape[-1]
    else:  # products with ones: numpy's own sums over anything but the last axis are several times slower
        cells -= (np.ones(height * width, dtype=np.float32) @ cells / (height * width))[..., None, :]
    turned = unmix(cells) if unmixed else None
    deviation = np.sqrt(np.vecdot(flat, flat) / flat.shape[-1])
    flat *= (1.0 / (deviation + _FLOOR))[..., None]
    if turned is None:
        return values
    unmixed_values, hides = turned
    return np.where(hides[..., None, None, None], unmixed_values.reshape(values.shape), values)


def prepare(image: Image.Image, spec: InputSpec) -> NDArray[np.float32]:
    """H x W x C float32: what the network reads for one decoded picture."""
    return standardise(pixels(image, spec), unmixed=spec.unmixed)
