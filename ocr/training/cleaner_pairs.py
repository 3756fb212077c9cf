"""Pairs in memory, split so that no clean page is on both sides, and batches of varied crops of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dataset.console import progress
from ocr.errors import TrainingError
from ocr.pairs import Pair, find_pairs, load_pairs
from ocr.training.cleaner_network import MULTIPLE

Bytes = NDArray[np.uint8]
_LARGEST_CROP = 128  # pixels a side
_BATCH_PIXELS = 8 * _LARGEST_CROP**2
_MOST_CROPS = 64
_SHIFT = 0.06  # of brightness and contrast, at most
_SHIFTED = 0.3  # share of the crops
_FEWEST = 3  # clean pages: one to learn from, one to watch, one to measure on


@dataclass(frozen=True)
class PairData:
    """Pairs in parts by clean page, what was left out, and how many clean pages there are."""

    learn: list[Pair]
    watch: list[Pair]
    measure: list[Pair]
    pages: int
    problems: list[str]
    digest: str

    @property
    def channels(self) -> tuple[int, int]:
        """Of dirty and clean pictures: 3 where one to learn from has colour, never fewer in than out."""
        clean = 3 if any(_coloured(pair.clean) for pair in self.learn) else 1
        return (3 if clean == 3 or any(_coloured(pair.dirty) for pair in self.learn) else 1), clean


def load(folder: Path, seed: int, *, test: Path | None = None, quiet: bool = True) -> PairData:
    """The pairs of a folder, in parts; all of `test` are measured on when it is given.

    Raises DatasetError or TrainingError with a sentence: no pairs, or too few different clean pages to split.
    """
    problems: list[str] = []
    pairs = _read(folder, problems, quiet)
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[page_of(pair)].append(pair)
    if len(groups) < _FEWEST:
        raise TrainingError(
            f"{folder}: the {len(pairs)} pairs show {len(groups)} different clean pictures, and {_FEWEST} are the "
            "fewest (to learn from, to watch, to measure on); add pairs of other pages"
        )
    ordered = sorted(groups, key=lambda page: sha256(f"{seed}/{page}".encode()).digest())
    tenth = max(1, round(len(ordered) / 10))
    measured, watched = ([], ordered[:tenth]) if test else (ordered[:tenth], ordered[tenth : 2 * tenth])
    measure = [pair for page in measured for pair in groups[page]]
    learn = [pair for page in ordered[len(measured) + len(watched) :] for pair in groups[page]]
    if test:
        measure = _read(test, problems, quiet)
        known = {page_of(pair) for pair in measure}
        learn = [pair for pair in learn if page_of(pair) not in known]
        if not learn:
            raise TrainingError(f"{test}: shows all clean pages of {folder}; measure on pages not trained on")
    digest = sha256("\n".join(sorted(f"{page} {_hash(p.dirty)}" for page in groups for p in groups[page])).encode())
    watch = [pair for page in watched for pair in groups[page]]
    return PairData(learn, watch, measure, len(groups), problems, digest.hexdigest())


def page_of(pair: Pair) -> str:
    """Names the clean picture by its content: pairs of one page with several stains share it."""
    return _hash(pair.clean)


class Crops:
    """Batches of dirty and clean crops as ink (B x H x W x C float32, 0..1), all of one size."""

    def __init__(self, pairs: Sequence[Pair], channels: tuple[int, int], seed: int) -> None:
        sizes = np.array([pair.dirty.size for pair in pairs])
        self.width, self.height = (_side(float(np.median(sizes[:, axis]))) for axis in (0, 1))
        self.count = min(max(_BATCH_PIXELS // (self.width * self.height), 1), _MOST_CROPS)
        self._rng = np.random.default_rng(seed)
        self._pairs = [
            tuple(
                self._at_least_a_crop(pixels(image, c)) for image, c in zip((p.dirty, p.clean), channels, strict=True)
            )
            for p in pairs
        ]
        places = np.array([dirty.shape[0] * dirty.shape[1] for dirty, _ in self._pairs], dtype=np.float64)
        self._chances = places / places.sum()  # every pixel alike

    def draw(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The next batch: mirrored in both directions, a little brighter or darker now and then."""
        chosen = self._rng.choice(len(self._pairs), self.count, p=self._chances)
        both = [self._crop(*self._pairs[number]) for number in chosen]
        dirty, clean = (1.0 - np.stack(crops).astype(np.float32) / 255.0 for crops in zip(*both, strict=True))
        shifted = self._rng.random((self.count, 1, 1, 1)) < _SHIFTED
        slope, offset = self._rng.uniform(-_SHIFT, _SHIFT, (2, self.count, 1, 1, 1)) * shifted
        dirty = np.clip(dirty * (1.0 + slope) + offset, 0.0, 1.0).astype(np.float32)
        return dirty, clean

    def _crop(self, dirty: Bytes, clean: Bytes) -> tuple[Bytes, Bytes]:
        top = int(self._rng.integers(dirty.shape[0] - self.height + 1))
        left = int(self._rng.integers(dirty.shape[1] - self.width + 1))
        rows, columns = slice(top, top + self.height), slice(left, left + self.width)
        up, across = self._rng.choice((1, -1), 2)
        return dirty[rows, columns][::up, ::across], clean[rows, columns][::up, ::across]

    def _at_least_a_crop(self, values: Bytes) -> Bytes:
        down, across = (
            max(0, want - have) for want, have in zip((self.height, self.width), values.shape, strict=False)
        )
        return np.pad(values, ((0, down), (0, across), (0, 0)), mode="edge") if down or across else values


def pixels(image: Image.Image, channels: int) -> Bytes:
    """H x W x C uint8 of a decoded picture."""
    converted = image.convert("L" if channels == 1 else "RGB")
    return np.asarray(converted, dtype=np.uint8).reshape(converted.height, converted.width, channels)


def _side(median: float) -> int:
    """A multiple that covers the usual picture, up to the largest crop."""
    return min(_LARGEST_CROP, max(MULTIPLE, -(-int(median) // MULTIPLE) * MULTIPLE))


def _read(folder: Path, problems: list[str], quiet: bool) -> list[Pair]:
    files = find_pairs(folder, problems)
    pairs = []
    with progress(len(files), "reading pairs", unit="pairs", quiet=quiet) as shown:
        for pair in load_pairs(files, problems):
            pairs.append(pair)
            shown.advance()
    if not pairs:
        raise TrainingError(f"{folder}: none of the {len(files)} pairs can be used ({problems[0]})")
    return pairs


def _coloured(image: Image.Image) -> bool:
    """Whether an RGB picture has any colour: grey ones are often saved as RGB."""
    if image.mode != "RGB":
        return False
    values = np.asarray(image)
    return bool((values != values[..., :1]).any())


def _hash(image: Image.Image) -> str:
    """Of the pixels: equal pictures in differently written files are equal."""
    return sha256(np.ascontiguousarray(pixels(image, 3)).tobytes() + str(image.size).encode()).hexdigest()
