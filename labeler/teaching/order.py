"""Which pictures a person should see next, and which can be left to a page. Pure, and slow for many: for a worker.

One by one come the pictures that teach most: characters seldom seen and unlike the others first, then the least
certain (`ocr.select`), and every tenth by chance. Those are the audit.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeler.teaching.audit import acceptable
from labeler.teaching.pages import USUAL, WRONG, Pages
from ocr.recognizer import Prediction
from ocr.select import rank

COUNT = 40  # pictures of the order: a new one is made long before they are labelled
EVERY = 10  # of them, one comes by chance;
_AT_FIRST = (50, 5)  # up to so many labels, one of so many
_WEIGHED = 1500  # pictures that an order is made from


class Open(NamedTuple):
    """A picture without a decision: what was read on it, and how likely (0..1) that is right."""

    id: int
    prediction: Prediction
    right: float


def order(
    pictures: Sequence[Open], looks: NDArray[np.float32], labels: Sequence[str], known: NDArray[np.float32], seed: int
) -> tuple[list[int], frozenset[int]]:
    """Ids in the order in which they should be labelled, and which of them are there by chance.

    `looks` (N, D) are the `ocr.select.features` of the pictures, `known` (M, D) those of labelled ones.
    """
    rng = random.Random(f"{seed} {len(labels)}")
    every = _AT_FIRST[1] if len(labels) < _AT_FIRST[0] else EVERY
    chance = rng.sample(range(len(pictures)), min(len(pictures), COUNT // every))
    among = sorted(rng.sample(range(len(pictures)), _WEIGHED)) if len(pictures) > _WEIGHED else range(len(pictures))
    doubted = [pictures[i].prediction for i in among]
    ranked = rank(doubted, looks[list(among)], labels=labels, labelled_looks=known, random_share=0.0, count=COUNT)
    chosen = list(_mixed([pictures[among[i]].id for i in ranked], [pictures[i].id for i in chance], every))
    return chosen, frozenset(pictures[i].id for i in chance)


def _mixed(ranked: Sequence[int], chance: Sequence[int], every: int) -> Iterator[int]:
    """The ranked, and those by chance at one of `every` places, each once."""
    waiting, lucky = [i for i in ranked if i not in set(chance)], list(chance)
    for place in range(COUNT):
        if lucky and (place % every == every // 2 or not waiting):
            yield lucky.pop(0)
        elif waiting:
            yield waiting.pop(0)


def pages(pictures: Sequence[Open]) -> Pages | None:
    """What pages could be made of; None where it is not worth turning to them: fewer than one page that
    is not all there is, or a small part of the rest."""
    sure = sorted((p for p in pictures if p.prediction.text), key=lambda p: p.right)
    count = acceptable([p.right for p in sure], 1 - WRONG)
    chosen = sure[len(sure) - count :]
    if not count or count < min(USUAL, len(pictures)) or count < len(pictures) / 4:
        return None
    return Pages(tuple(p.id for p in chosen), sum(1 - p.right for p in chosen))
