"""Self-training: sure readings of unlabelled pictures serve as labels for further rounds.

Lee, "Pseudo-Label: the simple and efficient semi-supervised learning method for deep neural networks" (ICML workshop on
challenges in representation learning, 2013). Wrong readings would confirm themselves, so only sure ones are taken, the
given labels keep a third of each pass, and a round that reads the watched part no better is taken back.
"""

from collections.abc import Sequence
from dataclasses import replace

from ocr.recognizer import Recognizer
from ocr.training.data import Labelled

SURE = 0.9
"""Calibrated confidence from which a reading is taken for a label."""
_OWN_SHARE = 1 / 3


def readings(recognizer: Recognizer, unlabelled: Sequence[Labelled], sure: float = SURE) -> list[Labelled]:
    """Those of the pictures that are read with at least this confidence, with the reading as their label."""
    found = recognizer.read([sample.image for sample in unlabelled])
    return [
        replace(sample, label=prediction.text, type=prediction.type)
        for sample, prediction in zip(unlabelled, found, strict=True)
        if prediction.text and prediction.confidence >= sure
    ]


def mixed(labelled: Sequence[Labelled], read: Sequence[Labelled]) -> list[Labelled]:
    """Both together, the labelled ones as often as it takes to be a third."""
    times = max(1, round(len(read) * _OWN_SHARE / (1 - _OWN_SHARE) / max(len(labelled), 1)))
    return [*labelled] * times + [*read]
