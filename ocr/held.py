"""A recogniser that was never trained on these pictures, held to what their first labels show.

The backbone knows a hundred and more characters, of which a kind of picture shows a few dozen. What the labels so far
show is known after a handful: which characters, how long, upper or lower case. Weighing the readings by that costs no
training and reads several times as many texts exactly.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataset.charset import Charset
from ocr.constraint import Constraint, Template, shown_by
from ocr.decode import Array
from ocr.recognizer import Recognizer

_ENOUGH = 4  # labels from which lengths and shapes are believed
_OFTEN = 3  # labels a shape from which shapes are
_CASED = 8  # letters from which one case is believed to be the only one
_LEAST = 1e-5  # weight of a character that was not seen: never none, since labels go on to bring new ones
_TINY = 1e-9


@dataclass(frozen=True)
class Shown:
    """What labels show. `weights` (C + 1,): how much likelier each class is than the likeliest, blank first;
    `becomes` (C + 1,): the class that each is read as (another case of itself); `templates`: shapes, none for any."""

    weights: NDArray[np.float64]
    becomes: NDArray[np.intp]
    templates: tuple[Template, ...]


class HeldRecognizer(Recognizer):
    """Reads as the artefact does until `hold_to` tells of labels. For artefacts of one type."""

    _labels = 0
    _shown: Shown | None = None

    def hold_to(self, labels: Sequence[str]) -> None:
        """Weighs what is read from now on by what these labels show."""
        self._labels = len(labels)
        self._shown = shown(labels, self.charset) if labels else None
        templates = self._shown.templates if self._shown else ()
        self._constraints = [Constraint.from_templates(templates, self.charset) if templates else None]

    @property
    def version(self) -> str:
        """Another one for other labels: readings made before are old."""
        return f"{super().version}+{self._labels} labels"

    def _run(self, batch: NDArray[np.uint8]) -> list[Array]:
        outputs = super()._run(batch)
        if self._shown is not None:
            outputs[0] = _weighed(outputs[0], self._shown)
        return outputs


def shown(labels: Sequence[str], charset: Charset) -> Shown:
    """What the labels show of the characters and shapes of texts; characters outside the charset are left out."""
    counts = Counter(character for label in labels for character in label)
    becomes = _cases(counts, charset)
    known = [counts[character] for character in charset.characters]
    total, once, seen = sum(known), known.count(1), sum(map(bool, known))
    # Good and Turing (Biometrika 40, 1953): the share of characters yet unseen is that of those seen once.
    unseen = (once + 0.5) / (total + 1)
    others = max(len(known) - seen, 1)
    fresh = min(max((unseen / others) / (max(1 - unseen, 0.05) / max(seen, 1)), _LEAST), 1.0)
    weights = np.array([1.0, *(1.0 if count else fresh for count in known)])
    templates = shown_by(labels, charset.characters, enough=_ENOUGH, often=_OFTEN)
    return Shown(weights, becomes, tuple(templates))


def _cases(counts: Counter[str], charset: Charset) -> NDArray[np.intp]:
    """Letters of the case that no label shows are read as those of the other."""
    lower = sum(n for character, n in counts.items() if character.islower())
    upper = sum(n for character, n in counts.items() if character.isupper())
    becomes = np.arange(len(charset) + 1)
    if lower + upper >= _CASED and not (lower and upper):
        for number, character in enumerate(charset.characters, start=1):
            other = character.lower() if lower else character.upper()
            if len(other) == 1 and other in charset.characters:
                becomes[number] = charset.encode(other)[0]
    return becomes


def _weighed(log_probs: Array, shown: Shown) -> Array:
    """(B, T, C + 1) again, each step summing up to 1."""
    probabilities = np.zeros(log_probs.shape, dtype=np.float64)
    for number, other in enumerate(shown.becomes):
        probabilities[..., other] += np.exp(log_probs[..., number])
    probabilities *= shown.weights
    probabilities /= probabilities.sum(axis=-1, keepdims=True)
    return np.log(np.maximum(probabilities, _TINY)).astype(np.float32)
