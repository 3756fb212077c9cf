"""Folders dropped on the window, by a file manager of our own on a real screen."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.labeler.conftest import Hand

Window = Callable[..., Hand]


def test_without_the_extension_everything_else_works(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tkinterdnd2", None)
    hand = window()
    hand.settle(lambda: hand.app.takes_drops is False)
    hand.open(folder)
    hand.type("on")
    hand.press("Return")
    assert (folder / "on.png").exists()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the file manager of this test speaks to X11")
@pytest.mark.parametrize("name", ["pictures", "pictures/p3.png"], ids=["the folder", "a picture in it"])
def test_what_is_dropped_is_opened(window: Window, folder: Path, name: str) -> None:
    spaced = folder.parent / "with space ü"
    spaced.mkdir()
    folder.rename(spaced / folder.name)
    hand = window()
    hand.settle(lambda: hand.app.takes_drops is not None)
    assert hand.app.takes_drops, "the extension is part of the development set-up"
    root = hand.app.root
    x, y = root.winfo_rootx() + root.winfo_width() // 2, root.winfo_rooty() + root.winfo_height() // 2
    words = [sys.executable, "-m", "tests.labeler.window.file_manager", str(int(root.wm_frame(), 16)), str(x), str(y)]
    manager = subprocess.Popen([*words, (spaced / name).as_uri()], stdout=subprocess.PIPE, text=True)
    hand.settle(lambda: manager.poll() is not None)
    assert manager.communicate()[0].strip() == "True"
    hand.settle(lambda: hand.app.controller.session is not None)
    assert hand.app.controller.session is not None and hand.app.controller.session.folder == spaced / "pictures"
