"""The bottom of every error tree of the toolkit.

    ToolkitError              str(error) is one sentence for the user that says what to do
    ├── UsageError            the command was used wrongly (exit status 2)
    └── DatasetError          trouble with a dataset folder or a file in it
        ├── DatasetBusy       another process holds the dataset for longer than we wait
        ├── DatasetReadOnly   the folder or its database cannot be written
        ├── NewerSchema       the database was made by a newer version of the toolkit
        ├── LabelError        a text that cannot be stored as a label
        └── ImageRefused      bytes that are not an acceptable picture

Each package adds its own root below `ToolkitError`; each edge (command line, window, HTTP) translates once.
"""

from pathlib import Path
from typing import Literal

Reason = Literal["empty", "not-an-image", "too-small", "too-large", "truncated", "unreadable"]


class ToolkitError(Exception):
    """Root of all expected errors: `str(error)` is one sentence that a user can act on."""


class UsageError(ToolkitError):
    """The command was used wrongly: exit status 2."""


class DatasetError(ToolkitError):
    """Trouble with a dataset folder or with a file in it."""


class DatasetBusy(DatasetError):
    """Another process holds the dataset for longer than this one waits."""


class DatasetReadOnly(DatasetError):
    """The folder or its database cannot be written."""


class NewerSchema(DatasetError):
    """The database was made by a newer version of the toolkit."""


class LabelError(DatasetError):
    """A text that cannot be stored as a label."""


class ImageRefused(DatasetError):
    """Bytes that are not an acceptable picture; `reason` is a stable word for tables and metrics."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason


def no_folder(path: Path) -> DatasetError:
    """What to say of a path that is no folder."""
    return DatasetError(f"{path}: is a file; give a folder" if path.exists() else f"{path}: no such folder")
