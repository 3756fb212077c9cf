"""The background remover: a dirty picture in, a clean one of equal size out. Needs no more than ONNX Runtime.

A cleaner's file holds one JSON object, `CleanerCard`, in its metadata. The network sees ink (1 - brightness, 0..1)
and gives ink.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from ocr.artefact import CARD_KEY, CLEANER_KEY, INPUT_NAME, open_session, parsed
from ocr.errors import ArtefactError

FORMAT = 1
OUTPUT = "clean"
Ink = NDArray[np.float32]
_TILE = 1024
"""Pixels a side that are cleaned at once; what a tile shares with its neighbours comes on top."""


@dataclass(frozen=True)
class CleanerCard:
    """What a cleaner knows about itself besides its weights.

    `channels_in` and `channels_out` are 1 (grey) or 3 (colour). Sides are padded to a `multiple` of pixels; nothing
    farther than `reach` pixels away has influence on a pixel. `created` is ISO 8601 in UTC, `version` the toolkit's;
    `metrics` come from pictures whose clean versions the training had not seen.
    """

    channels_in: int
    channels_out: int
    multiple: int
    reach: int
    version: str
    created: str
    format: int = FORMAT
    training: dict[str, Any] = field(default_factory=dict)
    dataset: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The text stored in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "CleanerCard":
        """Inverse of `to_json`; raises ArtefactError (without a file name) when it is not ours or too new."""
        return parsed(text, FORMAT, cls._of)

    @classmethod
    def _of(cls, values: dict[str, Any]) -> "CleanerCard":
        card = cls(**values)
        if not (card.channels_in in (1, 3) and card.channels_out in (1, card.channels_in)):
            raise ValueError("channels")
        if not (0 < card.multiple <= _TILE and 0 <= card.reach <= _TILE):
            raise ValueError("sizes")
        return card


class Cleaner:
    """A loaded cleaner; threads may share it."""

    def __init__(self, session: onnxruntime.InferenceSession, name: str) -> None:
        self._session = session
        self.name = name
        self.card = card_of(session, name)

    @classmethod
    def load(cls, path: Path | str, threads: int = 1) -> "Cleaner":
        """Load a file that `ocr train-cleaner` made; `threads` work on one picture.

        Raises ArtefactError with a sentence for a file that is missing, damaged, foreign or too new.
        """
        return cls(open_session(Path(path), threads), str(path))

    def clean(self, image: Image.Image) -> Image.Image:
        """The picture without its background, in equal size: "L" or "RGB", as the cleaner learned it.

        A cleaner of grey pictures cleans the three channels of a colour picture one by one. Large pictures go through
        in tiles that overlap by more than the network can see: there are no seams.
        """
        if image.mode not in ("L", "RGB"):
            image = image.convert("RGB")
        if self.card.channels_in == 3:
            image = image.convert("RGB")
        values = np.asarray(image, dtype=np.float32).reshape(image.height, image.width, -1)
        ink = 1.0 - values * np.float32(1 / 255)
        if self.card.channels_in == 3:
            cleaned = self._tiled(ink)
        else:
            cleaned = np.concatenate([self._tiled(ink[..., c : c + 1]) for c in range(ink.shape[-1])], axis=-1)
        pixels = ((1.0 - cleaned) * 255.0 + 0.5).astype(np.uint8)
        return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)

    def _tiled(self, ink: Ink) -> Ink:
        """H x W x C ink to H x W x channels_out ink."""
        height, width = ink.shape[:2]
        result = np.empty((height, width, self.card.channels_out), dtype=np.float32)
        for top, bottom in _spans(height, self.card.multiple):
            for left, right in _spans(width, self.card.multiple):
                result[top:bottom, left:right] = self._tile(ink, top, bottom, left, right)
        return result

    def _tile(self, ink: Ink, top: int, bottom: int, left: int, right: int) -> Ink:
        margin = -(-self.card.reach // self.card.multiple) * self.card.multiple
        above, before = max(0, top - margin), max(0, left - margin)
        part = padded(ink[above : bottom + margin, before : right + margin], self.card.multiple)
        cleaned = run(self._session, part[None])[0]
        return cleaned[top - above : bottom - above, left - before : right - before]


def _spans(length: int, multiple: int) -> Iterator[tuple[int, int]]:
    """Where tiles begin and end; they begin at multiples, so that each sees the cells that the whole picture has."""
    step = _TILE // multiple * multiple
    for start in range(0, length, step):
        yield start, min(start + step, length)


def padded(ink: Ink, multiple: int) -> Ink:
    """H x W x C with its last row and column repeated until both sides are multiples."""
    height, width = ink.shape[:2]
    if height % multiple == 0 and width % multiple == 0:
        return ink
    return np.pad(ink, ((0, -height % multiple), (0, -width % multiple), (0, 0)), mode="edge")


def run(session: onnxruntime.InferenceSession, ink: Ink) -> Ink:
    """B x H x W x C ink, its sides multiples, through the network."""
    found: Ink = session.run([OUTPUT], {INPUT_NAME: ink})[0]
    return found


def card_of(session: onnxruntime.InferenceSession, name: str) -> CleanerCard:
    """The card of a session. Raises ArtefactError for what is no cleaner and for a newer format."""
    found = session.get_modelmeta().custom_metadata_map
    if CARD_KEY in found:
        raise ArtefactError(f"{name}: is a recogniser, not a cleaner; give one that `ocr train-cleaner` made")
    if CLEANER_KEY not in found:
        raise ArtefactError(f"{name}: is an ONNX model of another program; give one that `ocr train-cleaner` made")
    try:
        card = CleanerCard.from_json(found[CLEANER_KEY])
    except ArtefactError as error:
        raise ArtefactError(f"{name}: {error}") from error
    sides = [(end.name, end.shape[-1:]) for end in (*session.get_inputs(), *session.get_outputs())]
    if sides != [(INPUT_NAME, [card.channels_in]), (OUTPUT, [card.channels_out])]:
        raise ArtefactError(f"{name}: is damaged: its network is not the one that it describes; train it again")
    return card
