"""Reading is a private matter: the runtime that does it must not keep or send anything about a person."""

from pathlib import Path

import pytest

from tests.support import python

READ = """
import sys
from pathlib import Path
from ocr.cleaner import Cleaner
from ocr.cleaners import find
Cleaner.load(find(Path("captcha")))
"""


def test_reading_writes_nothing_into_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    places = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA")}
    done = python("-c", READ, **places, PYTHONDONTWRITEBYTECODE="1")
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("*"))
