"""The packaged app, built once for all tests that look at it."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT, python

PROGRAM = "captcha-label.exe" if sys.platform == "win32" else "captcha-label"
APP = ROOT / "dist" / "captcha-label" / PROGRAM


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One of the parallel test processes at a time."""
    if os.name == "nt":  # one process there
        yield
        return
    import fcntl

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def app() -> Path:
    """The program of `make app`; it is built anew only when something has changed."""
    (ROOT / "build").mkdir(exist_ok=True)
    with alone(ROOT / "build" / "app.lock"):
        done = python(ROOT / "packaging" / "app" / "build_app.py", timeout=560)
    assert done.returncode == 0, done.stdout + done.stderr
    return APP


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own."""
    made = tmp_path / "home"
    made.mkdir()
    return made
