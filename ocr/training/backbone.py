"""The weights that a training begins with when nothing better is known: learned from drawn pictures alone.

backbone.md beside the files says how they were made.
"""

from collections.abc import Sequence
from dataclasses import replace

from ocr import BACKBONE
from ocr.artefact import card_of, open_session
from ocr.preprocess import InputSpec, seen
from ocr.recognizer import Recognizer
from ocr.training import glyphs, warm
from ocr.training.data import Labelled

_FILES = {"small": BACKBONE, "large": BACKBONE.with_name("backbone_large.onnx")}
_KNOWN = 0.9  # share of an alphabet from which it is known


def known(architecture: str, charset: str, samples: Sequence[Labelled]) -> warm.Known | None:
    """What the backbone brings to a network of this form for these pictures and the characters of their labels, None
    when the form has none. Raises ArtefactError."""
    if architecture not in _FILES:
        return None
    path = _FILES[architecture]
    found = warm.read(path, architecture)
    shown_as = glyphs.shown_as(path, charset, samples) | _other_case(charset, found.card.charset)
    return replace(found, name="the backbone", shown_as=shown_as)


def knows(architecture: str, charset: str) -> bool:
    """Whether the backbone of a form knows the characters, in either case. Raises ArtefactError."""
    path = _FILES[architecture]
    own = card_of(open_session(path), str(path)).charset
    same = sum(character in own for character in charset)
    return same + len(_other_case(charset, own)) >= _KNOWN * len(charset)


def reads(architecture: str, samples: Sequence[Labelled], spec: InputSpec) -> float:
    """The share of the samples that the backbone of a form reads exactly, in either case, as it is, of the part
    of them that `spec` looks at. Raises ArtefactError."""
    pictures = [seen(sample.image, spec) for sample in samples]
    read = Recognizer.load(_FILES[architecture]).read(pictures)
    right = [found.text.lower() == sample.label.lower() for found, sample in zip(read, samples, strict=True)]
    return sum(right) / len(samples)


def _other_case(charset: str, known: str) -> dict[str, str]:
    """The characters that are known in their other case alone, with that."""
    return {c: c.swapcase() for c in charset if c not in known and c.swapcase() in {*known}}
