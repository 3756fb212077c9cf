"""Folders of lessons: they go with their owner, or at the next start when that was killed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from labeler.teaching.lessons import Lessons
from labeler.teaching.scratch import PREFIX, Scratch, sweep
from tests.labeler.support import Desk
from tests.labeler.teaching.test_lessons import Teacher

_OWNER = """
import time
from labeler.teaching.scratch import Scratch

made = Scratch()
(made.path / "lesson-1.onnx").write_bytes(b"a model")
print(made.path, flush=True)
time.sleep(600)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie, here and in child processes."""
    made = tmp_path / "tmp"
    made.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(made))
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


def test_it_goes_when_it_is_closed(place: Path) -> None:
    with Scratch() as scratch:
        (scratch.path / "deeper").mkdir()
        assert scratch.path.parent == place
    assert not list(place.iterdir())


def test_what_an_owner_that_was_killed_left_goes_at_the_next_start(place: Path, desk: Desk) -> None:
    with subprocess.Popen([sys.executable, "-c", _OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        left = Path(owner.stdout.readline().strip())
        sweep()
        assert (left / "lesson-1.onnx").exists(), "its owner is still at work"
        owner.kill()
    assert left.exists()
    Lessons(desk.session, Teacher(), seed=1).begin(None, 0)
    assert not list(place.iterdir())


def test_what_this_process_uses_stays(place: Path) -> None:
    with Scratch() as scratch:
        sweep()
        assert scratch.path.exists()


def test_one_that_has_no_lock_yet_stays_for_a_while(place: Path) -> None:
    fresh, old = place / f"{PREFIX}fresh", place / f"{PREFIX}old"
    for path in (fresh, old):
        path.mkdir()
    day_ago = time.time() - 86400
    os.utime(old, (day_ago, day_ago))
    sweep()
    assert list(place.iterdir()) == [fresh]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_what_is_not_ours_stays(place: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "owner.lock").touch()
    (place / f"{PREFIX}link").symlink_to(precious)
    (place / f"{PREFIX}file").write_text("a file")
    (place / "another-program").mkdir()
    sweep()
    assert len(list(place.iterdir())) == 3
    assert (precious / "owner.lock").exists()
