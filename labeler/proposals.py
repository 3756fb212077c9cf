"""Readings of a recogniser, made by a worker thread before they are needed.

The recogniser (and ONNX Runtime with it) is imported by the worker itself, and only when a model is there.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dataset import imagefile
from dataset.errors import ImageRefused, ToolkitError

if TYPE_CHECKING:
    from ocr.recognizer import Recognizer

MODEL_NAME = "model.onnx"
_BATCH, _FEW = 16, 4  # pictures read at once; the few while a person is typing
_TYPING_SECONDS, _QUIET_SECONDS = 2.0, 0.06  # after a key
_OTHERS = 3
_log = logging.getLogger(__name__)


class Proposal(NamedTuple):
    """What the model reads. `confidence` and `characters` (one a character of `text`) lie in 0..1;
    `alternatives`: other readings with their confidence, the likeliest first, without `text` itself."""

    text: str
    confidence: float
    characters: tuple[float, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()


class ModelLoaded(NamedTuple):
    """Posted once the model answers. `turn`, here and below: the number that its worker was given."""

    path: Path
    version: str
    turn: int = 0


class ModelFailed(NamedTuple):
    """Posted when the model cannot be used; `sentence` says why."""

    sentence: str
    turn: int = 0


class Proposed(NamedTuple):
    """Posted with finished readings: (sample id, proposal)."""

    rows: tuple[tuple[int, Proposal], ...]
    version: str
    turn: int = 0


class Idle(NamedTuple):
    """Posted when everything asked for has been read: the rest of the folder may follow."""

    turn: int = 0


Message = ModelLoaded | ModelFailed | Proposed | Idle


def model_beside(folder: Path) -> Path | None:
    """The model that lies in the dataset folder, if one does."""
    path = folder / MODEL_NAME
    return path if path.is_file() else None


class ProposalWorker:
    """One thread around one recogniser. What is wanted soon goes before the rest of the folder."""

    def __init__(
        self, model: Path, post: Callable[[Message], None], turn: int = 0, *, labels: Sequence[str] | None = None
    ) -> None:
        """`turn` comes back with every message. With `labels` (maybe none yet) the model is one of other pictures,
        whose readings are held to what these show."""
        self._model, self._turn = model, turn
        self._labels = labels
        self._held = labels is not None
        self._post = post
        self._lock = threading.Condition()
        self._soon: list[tuple[int, Path]] = []
        self._later: list[tuple[int, Path]] = []
        self._closed = False
        self._starving = False
        self._reading = False
        self._key = -_TYPING_SECONDS  # when the last one was pressed
        self._thread = threading.Thread(target=self._run, name="proposals", daemon=True)
        self._thread.start()

    def want(self, samples: Sequence[tuple[int, Path]]) -> None:
        """Asks for these (id, file) first; replaces what was wanted soon before."""
        with self._lock:
            self._soon = list(samples)
            self._starving = self._starving and not self._soon
            self._lock.notify()

    def fill(self, samples: Iterable[tuple[int, Path]]) -> None:
        """Asks for these when nothing is urgent, in this order."""
        with self._lock:
            self._later = list(samples)
            self._starving = False
            self._lock.notify()

    def stand_back(self) -> None:
        """A key was pressed: what is not urgent waits until the window has answered."""
        self._key = time.monotonic()

    def hold(self, labels: Sequence[str]) -> None:
        """Holds what is read from now on to what more labels show; `ModelLoaded` with the new version follows."""
        with self._lock:
            self._labels = labels
            self._soon, self._later = [], []
            self._lock.notify()

    @property
    def idle(self) -> bool:
        """Whether everything asked for has been read."""
        with self._lock:
            return self._starving and not self._reading and not (self._soon or self._later or self._labels is not None)

    def close(self, *, wait: bool = True) -> None:
        """Ends the thread, after the pictures that it is reading."""
        with self._lock:
            self._closed = True
            self._lock.notify()
        if wait:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._work()
        except ImportError as error:
            self._post(ModelFailed(f"The recogniser cannot run here ({error}); install onnxruntime.", self._turn))
        except Exception as error:
            if not isinstance(error, ToolkitError):
                _log.exception("reading with %s failed", self._model)
            self._post(ModelFailed(str(error) or type(error).__name__, self._turn))

    def _work(self) -> None:
        recogniser = self._load()
        self._post(ModelLoaded(self._model, recogniser.version, self._turn))
        while (portion := self._next()) is not None:
            samples, thoroughly = portion
            if self._hold(recogniser):
                self._post(ModelLoaded(self._model, recogniser.version, self._turn))
            rows = _read(recogniser, samples, thoroughly) if samples else ()
            if rows:
                self._post(Proposed(rows, recogniser.version, self._turn))

    def _load(self) -> "Recognizer":
        if not self._held:
            from ocr.recognizer import Recognizer

            return Recognizer.load(self._model)
        from ocr.held import HeldRecognizer

        held = HeldRecognizer.load(self._model)
        self._hold(held)
        return held

    def _hold(self, recogniser: "Recognizer") -> bool:
        """Takes up labels that came since; whether there were some."""
        from ocr.held import HeldRecognizer

        with self._lock:
            labels, self._labels = self._labels, None
        if labels is None or not isinstance(recogniser, HeldRecognizer):
            return False
        recogniser.hold_to(labels)
        return True

    def _next(self) -> tuple[list[tuple[int, Path]], bool] | None:
        """What to read now, and whether other readings are asked for too; None at the end."""
        with self._lock:
            self._reading = False
            while not (self._closed or self._soon or self._later or self._labels is not None):
                if not self._starving:
                    self._starving = True
                    self._post(Idle(self._turn))
                self._lock.wait()
            while not (self._closed or self._soon or self._labels is not None):
                left = self._key + _QUIET_SECONDS - time.monotonic()
                if left <= 0:
                    break
                self._lock.wait(left)
            if self._closed:
                return None
            self._reading = True
            if self._labels is not None:
                return [], False
            if self._soon:
                return [self._soon.pop(0)], True
            size = _FEW if time.monotonic() < self._key + _TYPING_SECONDS else _BATCH
            portion, self._later = self._later[:size], self._later[size:]
            return portion, False


def _read(
    recogniser: "Recognizer", samples: list[tuple[int, Path]], thoroughly: bool
) -> tuple[tuple[int, Proposal], ...]:
    ids, images = [], []
    for sample_id, path in samples:
        with contextlib.suppress(ImageRefused):  # reported when the picture is shown
            images.append(imagefile.load(path))
            ids.append(sample_id)
    if not images:
        return ()
    rows = []
    for sample_id, image, read in zip(ids, images, recogniser.read(images), strict=True):
        others = recogniser.alternatives(image, _OTHERS + 1) if thoroughly else []
        rows.append((sample_id, Proposal(
            read.text, read.confidence, tuple(confidence for _character, confidence in read.characters),
            tuple((text, confidence) for text, confidence in others if text != read.text)[:_OTHERS],
        )))  # fmt: skip
    return tuple(rows)
