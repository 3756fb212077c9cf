"""The recogniser in use, held as one object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from api_stub.errors import NoModel
from dataset.errors import ImageRefused
from dataset.imagefile import Limits, decode

PICTURE_LIMITS = Limits(max_pixels=1_000_000, max_bytes=500_000)


class Prediction(Protocol):
    """What the endpoint uses of a reading; see `ocr.recognizer.Prediction`."""

    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def characters(self) -> Sequence[tuple[str, float]]: ...
    @property
    def type(self) -> str | None: ...
    @property
    def answer(self) -> str | None: ...


class Recogniser(Protocol):
    """What the endpoint uses of `ocr.recognizer.Recognizer`."""

    @property
    def version(self) -> str: ...
    @property
    def charset(self) -> Any: ...
    @property
    def info(self) -> Mapping[str, Any]: ...
    def read(self, images: Sequence[Image.Image]) -> Sequence[Prediction]: ...


Loader = Callable[[Path], Recogniser]
Reading = Prediction | ImageRefused


def load_recogniser(path: Path) -> Recogniser:
    """Load an artefact with one thread; raises the recogniser's own errors, which name the file."""
    from ocr.recognizer import Recognizer

    recogniser: Recogniser = Recognizer.load(path, threads=1)
    return recogniser


@dataclass(frozen=True)
class Loaded:
    """A recogniser (session, charset and version in one object) and the file it came from."""

    recogniser: Recogniser
    path: Path


class ModelHolder:
    """The recogniser in use. A swap stores one reference, so no request ever sees a mixture of two models."""

    def __init__(self, loader: Loader = load_recogniser) -> None:
        self._loader = loader
        self._loaded: Loaded | None = None

    @property
    def loaded(self) -> Loaded | None:
        """The model in use, or None before the first."""
        return self._loaded

    @property
    def current(self) -> Loaded:
        """The model in use; raises `NoModel` before the first. Take it once per request."""
        if self._loaded is None:
            raise NoModel
        return self._loaded

    def load(self, path: Path) -> Loaded:
        """Load `path`, read one blank picture with it (the first run is slow), then make it current."""
        recogniser = self._loader(path)
        recogniser.read([Image.new("RGB", (160, 60), "white")])
        self._loaded = loaded = Loaded(recogniser, path)
        return loaded

    def reload(self) -> Loaded:
        """Load the file of the current model again; raises `NoModel` when there is none yet."""
        return self.load(self.current.path)


def read(recogniser: Recogniser, pictures: Sequence[bytes]) -> list[Reading]:
    """Decode and read encoded pictures; one that cannot be decoded yields its refusal and spoils no other."""
    decoded = [_decode(data) for data in pictures]
    good = [image for image in decoded if isinstance(image, Image.Image)]
    read = iter(recogniser.read(good) if good else ())
    return [image if isinstance(image, ImageRefused) else next(read) for image in decoded]


def _decode(data: bytes) -> Image.Image | ImageRefused:
    try:
        return decode(data, PICTURE_LIMITS)
    except ImageRefused as refusal:
        return refusal
