"""A desktop to launch the packaged app on: real keys and screenshots, on Linux, Windows and macOS.

On Linux an X server of our own; elsewhere the screen that there is. The parts for Windows and macOS are for the
release workflow, whose machines have a screen.
"""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab

_SECONDS = 60
_SETTINGS = {"theme": "light", "language": "en", "geometry": "1180x760+0+0"}


def wait(holds: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
    """Waits until something holds; AssertionError when it does not in that time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


class Desktop:
    """Launches the app with a home of its own. Use it as a context manager."""

    def __init__(self, app: Path, home: Path) -> None:
        self.app, self.home = app, home
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Desktop":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def environment(self) -> dict[str, str]:
        """Nothing of this Python: only what a person's session has."""
        kept = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "USERPROFILE", "TEMP", "TMP")
        found = {name: os.environ[name] for name in kept if name in os.environ}
        return {**found, "HOME": str(self.home), "APPDATA": str(self.home), "LOCALAPPDATA": str(self.home)}

    def settings(self) -> Path:
        """Where the app keeps its settings in this home."""
        inside = {"win32": "captcha-toolkit", "darwin": "Library/Application Support/captcha-toolkit"}
        return self.home / inside.get(sys.platform, ".config/captcha-toolkit") / "labeler.json"

    def launch(self, *arguments: str | Path, cwd: Path | None = None, python: str = "") -> None:
        """Starts the app in a known place of the screen. `python`: the one that the settings name for training."""
        self.settings().parent.mkdir(parents=True, exist_ok=True)
        self.settings().write_text(json.dumps({**_SETTINGS, "python": python}), encoding="utf-8")
        self.process = subprocess.Popen(
            [str(self.app), *map(str, arguments)], env=self.environment(), cwd=cwd or self.home
        )

    def ready(self) -> None:
        """Waits until the window carries the folder's name, and gives it the keyboard."""
        wait(lambda: self.ended() or self.titled(), "the window did not come up")
        assert not self.ended(), f"the app ended at once with status {self.process and self.process.returncode}"
        time.sleep(1)
        self.focus()

    def ended(self) -> bool:
        """Whether the app has ended."""
        return self.process is not None and self.process.poll() is not None

    def quit(self) -> int:
        """Ctrl+Q; the exit status."""
        self.press_quit()
        assert self.process is not None
        return self.process.wait(_SECONDS)

    def shot(self) -> Image.Image:
        """What the screen shows."""
        return ImageGrab.grab()

    def titled(self) -> bool:
        """Whether the window has its name."""
        raise NotImplementedError

    def focus(self) -> None:
        """Gives the window the keyboard."""
        raise NotImplementedError

    def enter(self, text: str) -> None:
        """Types small letters and digits, then Enter."""
        raise NotImplementedError

    def press_quit(self) -> None:
        """Presses Ctrl+Q."""
        raise NotImplementedError


class X11Desktop(Desktop):
    """A virtual screen and XTEST."""

    def __init__(self, app: Path, home: Path) -> None:
        super().__init__(app, home)
        from benchmarks.labeler_parts.screen import Screen

        self.screen = Screen()

    def __enter__(self) -> "X11Desktop":
        self.screen.__enter__()
        return self

    def __exit__(self, *what: object) -> None:
        super().__exit__(*what)
        self.screen.__exit__()

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "DISPLAY": self.screen.name, "LANG": "C.UTF-8"}

    def shot(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.screen.name)

    def titled(self) -> bool:
        return " – " in self.screen.title()

    def focus(self) -> None:
        self.screen.focus()

    def enter(self, text: str) -> None:
        for key in (*text, "Return"):
            self.screen.press(key)

    def press_quit(self) -> None:
        self.screen.press("q", "Control_L")


class WindowsDesktop(Desktop):
    """user32 by way of ctypes."""

    def _window(self) -> int:
        found: list[int] = []
        user32: Any = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
        kind: Any = ctypes.WINFUNCTYPE  # type: ignore[attr-defined,unused-ignore]

        def look(window: int, _nothing: int) -> bool:
            text = ctypes.create_unicode_buffer(300)
            user32.GetWindowTextW(window, text, 300)
            if " – captcha-label" in text.value:
                found.append(window)
            return True

        user32.EnumWindows(kind(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(look), 0)
        return found[0] if found else 0

    def titled(self) -> bool:
        return bool(self._window())

    def focus(self) -> None:
        ctypes.windll.user32.SetForegroundWindow(self._window())  # type: ignore[attr-defined,unused-ignore]
        time.sleep(0.5)

    def enter(self, text: str) -> None:
        for letter in text.upper():
            self._press(ord(letter))
        self._press(0x0D)

    def press_quit(self) -> None:
        self._press(ord("Q"), 0x11)

    def _press(self, *codes: int) -> None:
        user32: Any = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
        for code in reversed(codes):
            user32.keybd_event(code, 0, 0, 0)
        for code in codes:
            user32.keybd_event(code, 0, 2, 0)
        time.sleep(0.05)


class MacDesktop(Desktop):
    """System Events by way of osascript."""

    def _tell(self, words: str) -> str:
        script = f'tell application "System Events" to {words}'
        return subprocess.run(["osascript", "-e", script], capture_output=True, text=True, check=False).stdout

    def _process(self) -> str:
        return f"(first process whose unix id is {self.process.pid if self.process else 0})"

    def titled(self) -> bool:
        return " – " in self._tell(f"get name of every window of {self._process()}")

    def focus(self) -> None:
        self._tell(f"set frontmost of {self._process()} to true")
        time.sleep(0.5)

    def enter(self, text: str) -> None:
        self._tell(f'keystroke "{text}"')
        self._tell("key code 36")

    def press_quit(self) -> None:
        self._tell('keystroke "q" using {control down}')


def desktop(app: Path, home: Path) -> Desktop:
    """The desktop of this system."""
    kinds: dict[str, type[Desktop]] = {"win32": WindowsDesktop, "darwin": MacDesktop}
    return kinds.get(sys.platform, X11Desktop)(app, home)
