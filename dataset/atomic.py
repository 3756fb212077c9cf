"""Never leave a half file: write beside, then put in place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dataset.errors import DatasetError


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
