"""Never leave a half file or folder: write beside, then put in place."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dataset.errors import DatasetError, UsageError


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when the block ends well, and leaves no trace when it does not.

    Raises DatasetError with a sentence when the place cannot be written (no folder, no right, full disk).
    """
    path = Path(path)
    temporary = path.with_name(f".{os.urandom(8).hex()}.tmp")  # a long name would not bear an addition
    try:
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written ({error.strerror or error}); nothing was changed") from error


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder that becomes `out` when the block ends well and leaves no trace when it does not.

    Raises UsageError when `out` is there already and not an empty folder, DatasetError when it cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: exists already; give a new or an empty folder")
    fresh = out.with_name(f".{out.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        try:
            fresh.mkdir(parents=True)
            yield fresh
            if out.exists():
                out.rmdir()
            fresh.rename(out)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    except OSError as error:
        raise DatasetError(f"{out}: cannot be written ({error.strerror or error}); nothing was kept") from error
