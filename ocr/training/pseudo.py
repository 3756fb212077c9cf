"""Readings of unlabelled pictures that serve as labels.

Lee, "Pseudo-Label: the simple and efficient semi-supervised learning method for deep neural networks" (ICML workshop on
challenges in representation learning, 2013). Wrong readings would confirm themselves, so only sure ones are taken, or
those on which several networks agree, and the given labels keep a third of each pass.
"""

from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

from ocr.recognizer import Prediction
from ocr.training.data import Labelled

SURE = 0.9
"""Calibrated confidence from which a reading is taken for a label."""
_AGREED = 0.7  # the same, the mean of several networks that read alike
_OWN_SHARE = 1 / 3


def sure(unlabelled: Sequence[Labelled], read: Sequence[Prediction]) -> list[Labelled]:
    """Those of the pictures that are read with at least `SURE`, with the reading as their label."""
    return _taken(unlabelled, [read], SURE)


def agreed(unlabelled: Sequence[Labelled], votes: Sequence[Sequence[Prediction]]) -> list[Labelled]:
    """Those of the pictures that several networks read alike, with the reading as their label."""
    return _taken(unlabelled, votes, _AGREED)


def _taken(unlabelled: Sequence[Labelled], votes: Sequence[Sequence[Prediction]], least: float) -> list[Labelled]:
    taken = []
    for sample, *read in zip(unlabelled, *votes, strict=True):
        text, same = read[0].text, len({prediction.text for prediction in read}) == 1
        if text and same and mean(prediction.confidence for prediction in read) >= least:
            taken.append(replace(sample, label=text, type=read[0].type))
    return taken


def mixed(labelled: Sequence[Labelled], read: Sequence[Labelled]) -> list[Labelled]:
    """Both together, the labelled ones as often as it takes to be a third."""
    times = max(1, round(len(read) * _OWN_SHARE / (1 - _OWN_SHARE) / max(len(labelled), 1)))
    return [*labelled] * times + [*read]
