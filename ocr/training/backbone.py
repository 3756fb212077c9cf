"""The weights that a training begins with when nothing better is known: learned from drawn pictures alone.

backbone.md beside the file says how it was made.
"""

from dataclasses import replace
from pathlib import Path

from ocr.training import warm

PATH = Path(__file__).with_name("backbone.onnx")


def known(architecture: str) -> warm.Known | None:
    """What the backbone brings to a network of this form, None when it is of another. Raises ArtefactError."""
    found = warm.read(PATH, None)
    if found.card.architecture != architecture:
        return None
    return replace(found, name="the backbone")
