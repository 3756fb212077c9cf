"""Opening a folder without making anybody wait: names are taken up by a thread, the first picture comes before."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dataset.errors import DatasetError, DatasetReadOnly, ToolkitError
from dataset.scanning import picture_names
from dataset.schema import DATABASE
from dataset.store import Store

PROGRAM = "captcha-label"
_log = logging.getLogger(__name__)


class FirstPicture(NamedTuple):
    """Posted when the first name of a new folder is known, long before all are stored."""

    folder: Path
    path: Path


class Opened(NamedTuple):
    """Posted when the folder is a dataset and can be opened at once."""

    folder: Path


class OpenFailed(NamedTuple):
    """Posted when it cannot be opened; `sentence` says why."""

    folder: Path
    sentence: str


Message = FirstPicture | Opened | OpenFailed


def is_dataset(folder: Path) -> bool:
    """Whether the folder has been opened before: then opening it takes no time."""
    return (folder / DATABASE).is_file()


def open_store(folder: Path) -> Store:
    """The store of a folder that is a dataset already, for reading only where nothing can be written."""
    try:
        return Store.open(folder, create=False, scan=False, program=PROGRAM)
    except DatasetReadOnly:
        if not is_dataset(folder):
            raise
        return Store.open(folder, read_only=True)


def prepare(folder: Path, post: Callable[[Message], None]) -> threading.Thread:
    """Makes a plain folder a dataset, in a thread; `post` hears of it."""

    def work() -> None:
        try:
            if not folder.is_dir():
                raise DatasetError(f"{folder}: no such folder")
            first = min(picture_names(folder), default=None)
            if first is not None:
                post(FirstPicture(folder, folder / first))
            Store.open(folder, create=False, program=PROGRAM).close()
        except Exception as error:
            if not isinstance(error, ToolkitError):
                _log.exception("opening %s failed", folder)
            post(OpenFailed(folder, str(error) or type(error).__name__))
        else:
            post(Opened(folder))

    thread = threading.Thread(target=work, name="opening", daemon=True)
    thread.start()
    return thread
