"""The weights that a training begins with when nothing better is known: learned from drawn pictures alone.

backbone.md beside the file says how it was made.
"""

from collections.abc import Sequence
from dataclasses import replace

from ocr import BACKBONE
from ocr.training import glyphs, warm
from ocr.training.data import Labelled


def known(architecture: str, charset: str, samples: Sequence[Labelled]) -> warm.Known | None:
    """What the backbone brings to a network of this form for these pictures and the characters of their labels, None
    when it is of another form. Raises ArtefactError."""
    found = warm.read(BACKBONE, None)
    if found.card.architecture != architecture:
        return None
    return replace(found, name="the backbone", shown_as=glyphs.shown_as(BACKBONE, charset, samples))
