"""A screen of its own for each test worker, folders of drawn pictures, and a window to press keys in."""

import gc
import os
import shutil
import subprocess
import sys
import time
import tkinter as tk
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from labeler import i18n, settings
from labeler.keys import tk_event
from tests.labeler.support import Desk


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """An X display that belongs to this worker alone."""
    if sys.platform in ("win32", "darwin"):
        yield ""
        return
    server = shutil.which("Xvfb")
    if server is None:
        pytest.fail("the window tests need Xvfb (on Debian and Ubuntu: apt-get install xvfb)")
    read, write = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=(write,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as answer:
        display = f":{answer.readline().strip()}"
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = display
    yield display
    process.terminate()
    process.wait(10)
    os.environ.pop("DISPLAY")
    if before is not None:
        os.environ["DISPLAY"] = before


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own: no test reads or writes a person's settings, or leaves its language to the next test."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("LANGUAGE", "en")
    yield home
    i18n.use_language("en")


def draw(text: str, size: tuple[int, int] = (80, 30)) -> Image.Image:
    """A small picture with `text` on it."""
    image = Image.new("RGB", size, "#f4f2ee")
    ImageDraw.Draw(image).text((8, 8), text, fill="#203040")
    return image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six different pictures, p0.png to p5.png."""
    made = tmp_path / "pictures"
    made.mkdir()
    for number in range(6):
        draw(f"text {number}").save(made / f"p{number}.png")
    return made


class Hand:
    """A person at the window: presses keys and waits until the window has answered."""

    def __init__(self, app: "object") -> None:
        from labeler.window.app import App

        assert isinstance(app, App)
        self.app = app

    def settle(self, until: Callable[[], bool] | None = None, seconds: float = 20) -> None:
        """Lets the window work until `until` holds (once, when it is not given)."""
        end = time.monotonic() + seconds
        self.app.root.update()
        while until is not None and not until():
            assert time.monotonic() < end, "the window did not get there"
            time.sleep(0.005)
            self.app.root.update()

    def open(self, folder: Path) -> None:
        """Opens a folder and waits for its first picture."""
        self.app.open_folder(folder)
        self.settle(lambda: self.app.controller.session is not None)
        self.focus()

    def focus(self) -> None:
        """Gives the text field the keyboard, as a window manager would."""
        self.app.root.focus_force()
        self.app.workspace.field.focus_field()
        self.settle()

    def dialog(self) -> "tk.Misc | None":
        """The dialog that is open."""
        return next((w for w in self.app.root.winfo_children() if w.winfo_class() == "Toplevel"), None)

    def told(self) -> str:
        """Every text in the dialog that is open."""
        dialog = self.dialog()
        assert dialog is not None
        waiting, texts = [dialog], []
        while waiting:
            widget = waiting.pop()
            waiting += widget.winfo_children()
            texts += [str(widget.cget("text"))] if "text" in widget.keys() else []  # noqa: SIM118
        return "\n".join(texts)

    def press(self, *keys: str) -> None:
        """Presses chords such as `Ctrl+Z`."""
        for key in keys:
            keysym, state = tk_event(key)
            target = self.app.root.focus_get() or self.app.root
            target.event_generate("<KeyPress>", keysym=keysym, state=state)
            self.settle()
            if not self.app.closed and target.winfo_exists():
                target.event_generate("<KeyRelease>", keysym=keysym, state=state)
                self.settle()

    def type(self, text: str) -> None:
        """Types into the text field, as an input method would commit it."""
        self.app.workspace.field.entry.event_generate("<<Clear>>")
        self.app.workspace.field.entry.insert("insert", text)
        self.settle()


@pytest.fixture
def window(screen: str) -> Iterator[Callable[..., Hand]]:
    """Makes windows, in which nothing is learned unless asked for; closes them after the test."""
    from labeler.window.app import App

    made: list[App] = []

    def make(stored: settings.Settings | None = None, *, learn: bool = False, **options: object) -> Hand:
        app = App(replace(stored or settings.Settings(), learn=learn), **options)  # type: ignore[arg-type]
        made.append(app)
        app.root.update()
        return Hand(app)

    yield make
    for app in made:
        if not app.closed:
            app.close()
    made.clear()
    gc.collect()  # here and now: freed by another thread, objects of Tk would wait for a window that is gone


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    """A controller on six pictures, without a screen."""
    made = Desk(folder)
    yield made
    made.controller.close()
