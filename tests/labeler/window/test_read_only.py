"""Folders in which nothing can be written: on a file system mounted for reading only, or without the right to."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataset.store import Store
from tests.labeler.conftest import Hand

Window = Callable[..., Hand]
Lock = Callable[[], Path]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")


def mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def lock(folder: Path) -> Iterator[Lock]:
    """Puts the folder where nothing can be written and returns that place. Rights do not bind the superuser, who
    can mount a file system instead; where neither is possible there is nothing to test."""
    place = Path(tempfile.mkdtemp())
    mounted = os.geteuid() == 0 and mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place))
    if os.geteuid() == 0 and not mounted:
        place.rmdir()
        pytest.skip("the superuser may write everywhere, and mounting is not permitted here")

    def make() -> Path:
        shutil.copytree(folder, place, dirs_exist_ok=True)
        if mounted:
            assert mount("-o", "remount,ro", str(place))
        else:
            place.chmod(0o555)
        with pytest.raises(OSError):
            (place / "x").touch()
        return place

    yield make
    if mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()
    else:
        place.chmod(0o755)
        shutil.rmtree(place)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.png"))


def test_a_dataset_is_shown_and_a_label_is_refused(window: Window, folder: Path, lock: Lock) -> None:
    with Store.open(folder) as store:
        store.label(store.ids()[0], "known", by="me")
    place = lock()
    hand = window()
    hand.open(place)
    session = hand.app.controller.session
    assert session is not None and len(session.ids) == 6
    hand.type("abc")
    for keys in (("Return",), ("Ctrl+K",), ("Ctrl+Z",)):
        hand.press(*keys)
        assert "reading only" in hand.app.workspace.writing.hint.cget("text")
    assert hand.app.workspace.field.text == "abc", "what was typed stays"
    hand.press("Down", "F4", "Alt+2", "Alt+1")
    assert "known.png" in names(place) and len(names(place)) == 6
    hand.app.close()


def test_a_plain_folder_cannot_become_a_dataset_and_the_start_page_says_why(window: Window, lock: Lock) -> None:
    place = lock()
    before = sorted(place.iterdir())
    hand = window()
    hand.app.open_folder(place)
    hand.settle(lambda: hand.app.controller.trouble is not None)
    assert str(place) in hand.told() and "may write in it" in hand.told()
    assert hand.app.controller.session is None and hand.app.start.winfo_ismapped()
    assert sorted(place.iterdir()) == before
