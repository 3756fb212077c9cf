"""Child processes that never outlive the program which started them."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from dataset.errors import ToolkitError

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0
T = TypeVar("T")


class Children:
    """Starts the toolkit's commands and stops them all at the end, on every way out."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> "Children":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def enter(self, manager: AbstractContextManager[T]) -> T:
        """Keep a context manager open until the end."""
        return self._stack.enter_context(manager)

    def command(self, package: str, *arguments: object) -> None:
        """Run `python -m package` in the foreground. Raises subprocess.CalledProcessError when it fails."""
        words = [sys.executable, "-m", package, *map(str, arguments)]
        with subprocess.Popen(words, cwd=ROOT) as process:
            try:
                status = process.wait()
            except BaseException:
                _stop(process)
                raise
        if status:
            raise subprocess.CalledProcessError(status, ["python", *words[1:]])

    def serve(self, model: Path) -> str:
        """Start the endpoint on a free port in the background; its address, once it answers."""
        process = subprocess.Popen(
            [sys.executable, "-m", "api_stub", "--model", str(model), "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._stack.callback(_stop, process)
        found: queue.Queue[str] = queue.Queue()
        output = process.stdout
        assert output is not None

        def read() -> None:
            for line in output:
                found.put(line)
            found.put("")

        threading.Thread(target=read, daemon=True).start()
        with contextlib.suppress(queue.Empty):
            while line := found.get(timeout=_START_SECONDS):
                words = [word for word in line.split() if word.startswith("http://")]
                if words:
                    return words[0].rstrip("/")
        raise ToolkitError("the endpoint did not start; see above")


def _stop(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    """End a process: ask first, kill after five seconds."""
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
