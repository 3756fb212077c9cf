"""The slot for a trained background remover: anything with the interface of `Remover`, found and run by a worker.

The remover of this project is `ocr.cleaner.Cleaner`; it is looked up when a file is loaded, so that the window
works where that module, or ONNX Runtime below it, is not there.
"""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.render import Picture

CLEANER_NAME = "cleaner.onnx"
_MODULE = "ocr.cleaner"


class Remover(Protocol):
    """What a remover does; called by one thread."""

    def clean(self, image: Picture) -> Picture:
        """`image` (mode L or RGB) without its background, in equal size."""


class CleanerUnusable(LabelerError):
    """A background remover cannot be loaded, or did not do what a remover does."""


class CleanerLoaded(NamedTuple):
    """Posted once pictures can be cleaned."""

    path: Path


class CleanerFailed(NamedTuple):
    """Posted when they cannot; `sentence` says why."""

    sentence: str


def cleaner_beside(folder: Path) -> Path | None:
    """The background remover that lies in the dataset folder, if one does."""
    path = folder / CLEANER_NAME
    return path if path.is_file() else None


def load(path: Path) -> Remover:
    """The remover of a file. Raises CleanerUnusable when there is no code for it, and what that code raises."""
    try:
        module = import_module(_MODULE)
    except ImportError as error:
        missing = error.name or str(error)
        raise CleanerUnusable(
            _("{file}: the background remover cannot run here, {module} is missing.").format(file=path, module=missing)
        ) from error
    remover: Remover = module.Cleaner.load(path)
    return remover


def cleaned(remover: Remover, image: Picture) -> Picture:
    """What the remover makes of `image`, as mode L or RGB. Raises CleanerUnusable for a picture of another size."""
    result = remover.clean(image)
    if result.size != image.size:
        raise CleanerUnusable(_("The background remover gave a picture of another size."))
    return result if result.mode in ("L", "RGB") else result.convert("RGB")
