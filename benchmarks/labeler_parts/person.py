"""A labelling window in a process of its own, and a person in front of it who never hesitates."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.labeler_parts.screen import Box, Screen

_STAGE = "#e7eaef"  # the light ground behind the picture
_READY_SECONDS = 30.0
_STILL_SECONDS = 0.1


class Person:
    """Starts the window on a folder and works in it. Use it as a context manager."""

    def __init__(
        self, screen: Screen, folder: Path, home: Path, *options: str, tools: bool = False,
        program: tuple[str, ...] = ("labeler",), command: tuple[str, ...] = (), learn: bool = False,
    ) -> None:  # fmt: skip
        """`program`: the module to run, with what it takes before the folder; or any other `command`. `learn`: whether
        the recogniser learns meanwhile."""
        self.screen = screen
        settings = home / "captcha-toolkit" / "labeler.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        stored = {"theme": "light", "language": "en", "geometry": "1180x760+0+0", "show_tools": tools, "learn": learn}
        settings.write_text(json.dumps(stored), encoding="utf-8")
        private = {"DISPLAY": screen.name, "XDG_CONFIG_HOME": str(home), "HOME": str(home)}
        environment = {**os.environ, **private, "PYTHONDONTWRITEBYTECODE": ""}  # a second start is measured
        self._stage: Box | None = None
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [*(command or (sys.executable, "-m", *program)), str(folder), *options], env=environment,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def kill(self) -> None:
        """The power goes out."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    # -- where things are (the layout of 1180 x 760 at 100 %)

    @property
    def picture(self) -> Box:
        """The middle of the picture."""
        return Box(620, 260, 200, 100)

    @property
    def letters(self) -> Box:
        """The inside of the text field."""
        field = self._field()
        return Box(field.x + 4, field.y + 4, field.width - 8, field.height - 8)

    def _field(self) -> Box:
        tall = [box for _id, box in self.screen.windows() if 250 <= box.width <= 420 and 50 <= box.height <= 90]
        return min(tall, key=lambda box: box.width * box.height)

    def slider(self) -> Box:
        """The first slider of the view tools."""
        flat = [b for _id, b in self.screen.windows() if 125 <= b.width <= 180 and b.height <= 17 and b.x > 900]
        return min(flat, key=lambda box: box.y)

    # -- waiting

    def first_picture(self) -> float:
        """Seconds from the start of the process until a picture stands on the screen."""
        return self._until(lambda: not self.screen.plain(self.picture))

    def complete_list(self) -> float:
        """Seconds until the window carries the name of the folder: the list is complete then."""
        return self._until(lambda: " – " in self.screen.title())

    def _until(self, holds: "object") -> float:
        assert callable(holds)
        while not holds():
            if time.perf_counter() - self.started > _READY_SECONDS or self.process.poll() is not None:
                raise TimeoutError("the window did not get there")
            time.sleep(0.002)
        return time.perf_counter() - self.started

    def ready(self) -> None:
        """Waits until the window can be typed into, and gives it the keyboard."""
        self.first_picture()
        self.complete_list()
        self.screen.focus()
        time.sleep(0.3)
        self.still(self.picture)

    # -- working

    def press_until(self, key: str, box: Box) -> float:
        """Presses a key; seconds until a part of the screen has changed."""
        before = self.screen.look(box)
        started = self.screen.press(key)
        return self.screen.wait_change(box, before) - started

    def press_through(self, key: str, box: Box) -> None:
        """Presses a key and waits until a part of the screen has changed and stands still: on a busy machine a
        picture may be seen half painted, and its other half would look like the answer to the next key."""
        self.press_until(key, box)
        self.still(box)

    def still(self, box: Box) -> None:
        """Waits until a part of the screen stands still."""
        seen, since = self.screen.look(box), time.perf_counter()
        while time.perf_counter() - since < _STILL_SECONDS:
            time.sleep(_STILL_SECONDS / 10)
            now = self.screen.look(box)
            if now != seen:
                seen, since = now, time.perf_counter()

    # -- facts of the process

    def children(self) -> list[int]:
        """The processes that the window has started, by number."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(number) for path in lists for number in path.read_text().split()]

    def memory_mb(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self) -> float:
        """CPU time of the window's process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
