"""Folders for what lessons make on their way, in the system's place for temporary files.

The process that made one holds a lock on a file in it, which the system takes away however that process ends. What a
window that crashed or was killed has left there is known by that, and goes at the next start.
"""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from dataset.locks import claimed

PREFIX = "captcha-lesson-"
_LOCK = "owner.lock"
_UNLOCKED_SECONDS = 3600.0  # a folder without a lock may just be getting one


class Scratch:
    """A folder of this process, at `path`, until it is closed."""

    def __init__(self) -> None:
        """Raises OSError where there is no room for it."""
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock: int | None = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT)
        claimed(self._lock)

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the folder with all that is in it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        shutil.rmtree(self.path, ignore_errors=True)


def sweep() -> None:
    """Removes the folders whose owners are gone. What cannot be removed stays."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_ours(path) and _is_left(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    """Whether it is a folder, no link to one, and of the person who runs this."""
    if path.is_symlink() or not path.is_dir():
        return False
    return sys.platform == "win32" or path.stat().st_uid == os.getuid()


def _is_left(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        return time.time() - path.stat().st_mtime > _UNLOCKED_SECONDS
    try:
        return claimed(lock)
    finally:
        os.close(lock)
