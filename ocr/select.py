"""Which unlabelled pictures to label next: characters seldom seen first, then the least certain, spread out.

A pure function of what a recogniser says about the pictures and of what they look like; it reads no file and needs no
Keras. Uncertainty alone would pick many pictures of one difficulty (Settles, "Active Learning Literature Survey",
2009, section 5.1), so each pick also counts how far a picture lies from those already chosen (farthest-first
traversal: Gonzalez, 1985), and some picks are random, which no blind spot of the recogniser can prevent.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.recognizer import Prediction

_SIZE = (32, 12)
_ENOUGH = 3
"""Pictures of a character after which it counts as known."""
WEIGHED = 500
"""Picks that are weighed one by one by default; the rest follows by certainty alone."""

Features = NDArray[np.float32]
Distances = NDArray[np.floating[Any]]


def features(image: Image.Image) -> NDArray[np.float32]:
    """What a decoded picture looks like: its grey values at 32 x 12, flattened, with mean 0 and length 1 (or 0)."""
    small = np.asarray(image.convert("L").resize(_SIZE, Image.Resampling.BOX), dtype=np.float32).ravel()
    small -= small.mean()
    length = float(np.linalg.norm(small))
    return small / length if length > 1.0 else np.zeros_like(small)


def rank(
    predictions: Sequence[Prediction | None],
    looks: Features,
    *,
    labels: Iterable[str] = (),
    labelled_looks: Features | None = None,
    random_share: float = 0.1,
    seed: int = 0,
    count: int = WEIGHED,
) -> list[int]:
    """All positions, the picture to label first at the front; the same arguments give the same order.

    `looks` is (N, D), a row of `features` a picture; a prediction is None where nothing has been read yet. `labels`
    and `labelled_looks` (M, D) are what has been labelled before; `random_share` of the picks (0..1) are random.
    `count` picks are weighed one by one, the rest follows by certainty alone.
    """
    if len(predictions) != len(looks):
        raise ValueError(f"{len(predictions)} predictions for {len(looks)} pictures")
    rng = random.Random(seed)
    doubt = np.array([1.0 if p is None else 1.0 - p.confidence for p in predictions])
    news = _News(predictions, labels)
    distance = _distance_to_labelled(looks, labelled_looks)
    remaining = np.ones(len(doubt), dtype=np.bool_)
    order: list[int] = []
    while len(order) < min(len(doubt), count):
        if rng.random() < random_share:
            pick = rng.choice(np.flatnonzero(remaining).tolist())
        else:
            # Pictures that look alike are told apart by doubt alone.
            worth = news.worth + doubt * (distance / 2.0 + 1e-6)
            pick = int(np.argmax(np.where(remaining, worth, -np.inf)))
        order.append(pick)
        remaining[pick] = False
        news.count(predictions[pick])
        distance = np.minimum(distance, _distance(looks, looks[pick]))
    rest = np.flatnonzero(remaining)
    return order + rest[np.argsort(-doubt[rest], kind="stable")].tolist()


class _News:
    """`worth` (N,) is the confidence, summed up, with which each picture shows characters that are not known well."""

    def __init__(self, predictions: Sequence[Prediction | None], labels: Iterable[str]) -> None:
        self._seen = Counter(character for label in labels for character in set(label))
        self._shows: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.worth = np.zeros(len(predictions))
        for position, prediction in enumerate(predictions):
            for character, sure in dict(prediction.characters if prediction else ()).items():
                if self._seen[character] < _ENOUGH:
                    self._shows[character].append((position, sure))
                    self.worth[position] += sure

    def count(self, prediction: Prediction | None) -> None:
        """One more picture shows these characters; those that are known now are worth nothing any more."""
        for character in set(prediction.text if prediction else ""):
            self._seen[character] += 1
            if self._seen[character] == _ENOUGH:
                for position, sure in self._shows.pop(character, ()):
                    self.worth[position] -= sure


def _distance_to_labelled(looks: Features, labelled: Features | None) -> Distances:
    """To the labelled picture that looks most alike; to the middle of all where there is none."""
    if labelled is None or not len(labelled):
        return _distance(looks, looks.mean(axis=0)) if len(looks) else np.zeros(0, dtype=np.float32)
    distance = _distance(looks, labelled[0])
    for other in labelled[1:]:
        distance = np.minimum(distance, _distance(looks, other))
    return distance


def _distance(looks: Features, other: Features) -> Distances:
    """Between features, 0..2."""
    square = np.einsum("ij,ij->i", looks, looks) + other @ other - 2.0 * (looks @ other)
    return np.sqrt(np.maximum(square, 0.0))
