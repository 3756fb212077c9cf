"""The demo site as a child process that dies with its parent."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from scraper.demo_site.client import AnswerKey
from scraper.errors import DemoSiteError

_START_SECONDS = 60.0
TOKEN_LINE = "answer key token: "


class DemoSite:
    """A demo site in a child process. A context manager; `address` and `key` are there once it has started."""

    def __init__(self, *, hostile: Sequence[str] = (), seed: int | None = None) -> None:
        options = [word for mode in hostile for word in ("--hostile", mode)]
        options += [] if seed is None else ["--seed", str(seed)]
        # Found even when neither the working folder nor an installation knows the package.
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), root]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scraper", "demo-site", "--port", "0", "--with-parent", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        try:
            self.address, second = self._first_lines()
            self.token = second.removeprefix(TOKEN_LINE)
        except DemoSiteError:
            self.stop()
            raise
        self.key = AnswerKey(self.address, self.token)

    def _first_lines(self) -> tuple[str, str]:
        lines: queue.Queue[str] = queue.Queue()
        output = self._process.stdout
        assert output is not None

        def read() -> None:
            lines.put(output.readline().strip())
            lines.put(output.readline().strip())

        threading.Thread(target=read, daemon=True).start()
        try:
            first, second = lines.get(timeout=_START_SECONDS), lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            first = second = ""
        if not first.startswith("http://"):
            raise DemoSiteError("the demo site did not start; `python -m scraper demo-site` shows why")
        return first, second

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def stop(self) -> None:
        """End the site; harmless when it has ended already."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> "DemoSite":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
