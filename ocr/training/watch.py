"""Looks at the validation part while a training runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.confidence import text_probabilities
from ocr.constraint import Constraint
from ocr.decode import Array, decode
from ocr.preprocess import pixels, standardise
from ocr.training.choose import Plan
from ocr.training.data import Labelled

_BATCH = 32
_LEAST = 1e-9  # floor of a probability, so that one hopeless picture does not outweigh all others


@dataclass(frozen=True, order=True)
class Score:
    """Share of texts read exactly, then the mean log probability of the true texts (nats, at most 0)."""

    exact: float
    log_probability: float


class Watcher:
    """The validation part, prepared once."""

    def __init__(self, samples: Sequence[Labelled], plan: Plan) -> None:
        self._texts = [plan.charset.encode(s.label) if not plan.charset.outside(s.label) else None for s in samples]
        self._types = np.array([plan.type_index(s.type) for s in samples], dtype=np.intp)
        self._arrays = [pixels(sample.image, plan.input) for sample in samples]
        self._unmixed = plan.input.unmixed
        self._constraints = [
            Constraint.from_templates(kind.templates, plan.charset) if kind.templates else None for kind in plan.types
        ]

    def __len__(self) -> int:
        return len(self._arrays)

    def score(self, model: Any, weights: Sequence[NDArray[Any]]) -> Score:
        """Score of the network with these weights; its own are put back afterwards."""
        kept = model.get_weights()
        model.set_weights(weights)
        right, total = 0, 0.0
        for rows, log_probs in self.outputs(model):
            for kind in np.unique(self._types[rows]):
                own = np.flatnonzero(self._types[rows] == kind)
                spelled = decode(log_probs[own], self._constraints[kind])
                right += sum(found.text == self._texts[rows[i]] for i, found in zip(own, spelled, strict=True))
            total += self._log_probability(rows, log_probs)
        model.set_weights(kept)
        return Score(right / len(self), total / len(self))

    def outputs(self, model: Any) -> Iterator[tuple[NDArray[np.intp], Array]]:
        """Positions and log probabilities (B x T x C + 1) of pictures of one width at a time."""
        return outputs(model, self._arrays, unmixed=self._unmixed)

    def true_probabilities(self, rows: NDArray[np.intp], log_probs: Array) -> NDArray[np.float64]:
        """P(true text) of these rows; 0 where the label is outside the alphabet."""
        texts = [self._texts[row] for row in rows]
        known = text_probabilities(log_probs, [text or [] for text in texts])
        return np.where([text is None for text in texts], 0.0, known)

    def _log_probability(self, rows: NDArray[np.intp], log_probs: Array) -> float:
        return float(np.log(np.maximum(self.true_probabilities(rows, log_probs), _LEAST)).sum())


def outputs(
    model: Any, arrays: Sequence[NDArray[np.uint8]], *, unmixed: bool
) -> Iterator[tuple[NDArray[np.intp], Array]]:
    """Positions and log probabilities (B x T x C + 1) of pictures (H x W x C) of one width at a time."""
    widths = np.array([array.shape[1] for array in arrays])
    for width in np.unique(widths):
        members = np.flatnonzero(widths == width)
        for start in range(0, len(members), _BATCH):
            rows = members[start : start + _BATCH]
            batch = standardise(np.stack([arrays[row] for row in rows]), unmixed=unmixed)
            found = model.predict_on_batch(batch)
            logits = found[0] if isinstance(found, list | tuple) else found
            yield rows, log_softmax(logits)


def log_softmax(logits: Array, temperature: float = 1.0) -> Array:
    """Over the last axis, after dividing by the temperature."""
    scaled = np.asarray(logits, dtype=np.float32) / temperature
    scaled = scaled - scaled.max(axis=-1, keepdims=True)
    return scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True))
