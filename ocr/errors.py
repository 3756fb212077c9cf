"""The recogniser's branch of the error tree.

ToolkitError
└── OcrError              trouble while training or reading
    ├── ArtefactError     a model file that cannot be read or written
    └── TrainingError     labelled pictures that nothing can be learned from
"""

from dataset.errors import ToolkitError


class OcrError(ToolkitError):
    """Trouble while training or reading."""


class ArtefactError(OcrError):
    """A model file that is missing, damaged, foreign, too new, or cannot be written."""


class TrainingError(OcrError):
    """The labelled pictures do not suffice, or a needed package is missing."""
