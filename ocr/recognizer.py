"""The runtime: pictures in, predictions out. Imports nothing heavier than ONNX Runtime; safe to share by threads."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from dataset import imagefile
from dataset.charset import Charset
from ocr.arithmetic import answer
from ocr.artefact import INPUT_NAME, TEXT_OUTPUT, TYPE_OUTPUT, Card, card_of, open_session, recognisers_of, session_of
from ocr.confidence import character_confidences, likeliest, text_probabilities
from ocr.constraint import Constraint
from ocr.decode import Array, Spelling, decode
from ocr.errors import ArtefactError
from ocr.preprocess import pixels, standardise

Picture = Image.Image | bytes | Path | str
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Prediction:
    """One reading. Confidences lie in 0..1; `answer` is the result when the text is a sum."""

    text: str
    confidence: float
    characters: tuple[tuple[str, float], ...] = ()
    type: str | None = None
    type_confidence: float = 1.0
    answer: str | None = field(default=None)


class Recognizer:
    """A loaded artefact."""

    def __init__(self, session: onnxruntime.InferenceSession, name: str, *, any_text: bool = False) -> None:
        self._session = session
        self.card: Card = card_of(session, name)
        self.name = name
        self.charset = Charset(self.card.charset)
        self._constraints = [None if any_text else self._constraint(i) for i in range(len(self.card.types))]
        self._own = {
            kind: Recognizer.from_bytes(data, f"{name}, type {self.card.types[kind].name}", any_text=any_text)
            for kind, data in recognisers_of(session, name).items()
        }
        self._outputs = [TEXT_OUTPUT] + ([TYPE_OUTPUT] if len(self.card.types) > 1 else [])

    @classmethod
    def load(cls, path: Path | str, threads: int = 1, *, any_text: bool = False) -> "Recognizer":
        """Load a model.onnx. `threads` work on one call; `any_text` forgets the lengths and shapes its labels had.

        Raises ArtefactError with a sentence for a file that is missing, damaged, foreign or too new.
        """
        return cls(open_session(Path(path), threads), str(path), any_text=any_text)

    @classmethod
    def from_bytes(
        cls, data: bytes, name: str = "the model", threads: int = 1, *, any_text: bool = False
    ) -> "Recognizer":
        """Like `load`, for an artefact that is not (yet) a file."""
        return cls(session_of(data, threads, name), name, any_text=any_text)

    @property
    def version(self) -> str:
        """Names this artefact: the toolkit's version and when it was trained."""
        return f"{self.card.version}+{self.card.created}"

    @property
    def separate(self) -> bool:
        """Whether types have recognisers of their own in the artefact."""
        return bool(self._own)

    @property
    def metrics(self) -> dict[str, Any]:
        """What was measured at training, on pictures that the network had not learned from."""
        return self.card.metrics

    @cached_property
    def info(self) -> dict[str, Any]:
        """The facts a person or a client asks for; sizes in pixels, rates as fractions."""
        spec = self.card.input
        lengths = [len(template) for kind in self.card.types for template in kind.templates]
        return {
            "path": self.name,
            "image_size": [spec.height, spec.width],
            "colour": spec.colour,
            "changes": spec.changes,
            "max_sequence_length": max(lengths, default=self.card.dataset.get("longest")),
            "alphabet": self.card.charset,
            "types": [kind.name for kind in self.card.types if kind.name],
            "exact_match": self.card.metrics.get("exact_match"),
            "architecture": self.card.architecture,
            "precision": self.card.precision,
            "version": self.version,
            "created": self.card.created,
            "refitted": self.card.refitted,
            "temperature": self.card.temperature,
            "metrics": self.card.metrics,
            "training": self.card.training,
            "dataset": self.card.dataset,
        }

    def read(self, images: Sequence[Picture]) -> list[Prediction]:
        """One prediction a picture, in order. Pictures (decoded, file bytes or paths) may differ in size.

        Raises ImageRefused for a picture that cannot be decoded; what a picture reads as does not depend on the others.
        """
        if self._own:
            return self._read_by_type([_decoded(image) for image in images])
        return self._read(images)

    def _read(self, images: Sequence[Picture]) -> list[Prediction]:
        grey = self.card.input.channels == 1
        arrays = [pixels(_decoded(image, grey=grey), self.card.input) for image in images]
        if len(arrays) == 1:
            return list(self._predict(arrays[0][None]))
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for position, array in enumerate(arrays):
            groups[array.shape].append(position)
        results: dict[int, Prediction] = {}
        for members in groups.values():
            for start in range(0, len(members), _BATCH):
                chunk = members[start : start + _BATCH]
                batch = np.array([arrays[position] for position in chunk])
                results.update(zip(chunk, self._predict(batch), strict=True))
        return [results[position] for position in range(len(arrays))]

    def _read_by_type(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """The type from this network, the text from that of the type."""
        found = self._read(images)
        names = [kind.name for kind in self.card.types]
        for kind, own in self._own.items():
            rows = [row for row, prediction in enumerate(found) if prediction.type == names[kind]]
            for row, prediction in zip(rows, own.read([images[row] for row in rows]), strict=True):
                found[row] = of_type(prediction, found[row])
        return found

    def alternatives(self, image: Picture, count: int = 5) -> list[tuple[str, float]]:
        """The likeliest texts of one picture with their probabilities (within a prefix beam), best first."""
        picture = _decoded(image)
        outputs = self._run(pixels(picture, self.card.input)[None])
        kind = int(outputs[1][0].argmax()) if len(outputs) > 1 else 0
        if kind in self._own:
            return self._own[kind].alternatives(picture, count)
        found = likeliest(outputs[0][0], self._constraints[kind], count)
        return [(self.charset.decode(text), probability) for text, probability in found]

    def _run(self, batch: NDArray[np.uint8]) -> list[Array]:
        pictures = standardise(batch, unmixed=self.card.input.unmixed)
        try:
            outputs: list[Array] = self._session.run(self._outputs, {INPUT_NAME: pictures})
        except Exception as error:  # ONNX Runtime's exceptions share no public base class
            raise ArtefactError(f"{self.name}: is damaged: its network cannot be run; train it again") from error
        return outputs

    def _predict(self, batch: NDArray[np.uint8]) -> Iterator[Prediction]:
        log_probs, *rest = self._run(batch)
        types = rest[0].argmax(axis=1).tolist() if rest else [0] * len(batch)
        spelled = self._spelled(log_probs, types)
        sure = text_probabilities(log_probs, [found.text for found in spelled])
        for row, found in enumerate(spelled):
            text = self.charset.decode(found.text)
            each = character_confidences(log_probs[row], found)
            yield Prediction(
                text,
                float(sure[row]),
                tuple(zip(text, each, strict=True)),
                self.card.types[types[row]].name,
                float(np.exp(rest[0][row, types[row]])) if rest else 1.0,
                answer(text),
            )

    def _spelled(self, log_probs: Array, types: list[int]) -> list[Spelling]:
        """What the best path spells that the type of each row allows."""
        if len(set(types)) == 1:
            return decode(log_probs, self._constraints[types[0]])
        return [decode(row[None], self._constraints[kind])[0] for row, kind in zip(log_probs, types, strict=True)]

    def _constraint(self, kind: int) -> Constraint | None:
        card = self.card.types[kind]
        return Constraint.from_templates(card.templates, self.charset) if card.templates else None


def of_type(read: Prediction, told: Prediction) -> Prediction:
    """A reading by the recogniser of a type, with the type that another told; it is as sure as both are."""
    sure = read.confidence * told.type_confidence
    return replace(read, confidence=sure, type=told.type, type_confidence=told.type_confidence)


def _decoded(image: Picture, *, grey: bool = False) -> Image.Image:
    """A picture of mode "L" or "RGB"; `grey` if nothing but lightness is looked at."""
    if isinstance(image, Image.Image):
        return image
    if isinstance(image, bytes):
        return imagefile.decode(image, grey=grey)
    return imagefile.load(Path(image), grey=grey)
