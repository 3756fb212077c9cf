"""A folder in which the commands of a page are typed one after the other, as a reader would."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from benchmarks.labeler_parts.screen import Screen
from tests.structure.documents import arguments_of, package_of, program_of
from tests.support import ROOT, run

SECONDS = 1200  # longest command
PASSWORD = "nine lives of a cat"
# What is typed when a command asks.
_ANSWERS = (("Password: ", PASSWORD), ("Again: ", PASSWORD))
# Ports that pages name; on a machine where others run, free ones take their place.
_PORTS = ("5000", "8000")


class Stage:
    """Runs command lines in `folder`; use it as a context manager, at whose end servers are stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._servers: dict[str, subprocess.Popen[str]] = {}
        self._ports = {port: _free_port() for port in _PORTS}

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            _stop(server)

    def type(self, line: str) -> None:
        """Run one line; AssertionError with its output when it fails."""
        for port, free in self._ports.items():
            line = re.sub(rf"(?<=127\.0\.0\.1:){port}\b|(?<=localhost:){port}\b|(?<=--port ){port}\b", free, line)
        package = package_of(line)
        if program_of(line) == "make":
            done = run("make", "-n", *line.split()[1:])  # which target is run by which test: see test_pages_run
            assert done.returncode == 0, f"{line}\n{done.stderr}"
        elif package == "labeler":
            self._window(line)
        elif package == "api_stub" and arguments_of(line)[:1] not in (["users"], ["openapi"]):
            self._serve(line, package)
        elif package == "scraper" and arguments_of(line)[:1] == ["demo-site"]:
            self._serve(line, "demo-site")
        elif package == "api_stub" and arguments_of(line)[:2] == ["users", "add"]:
            self._answer(line)
        else:
            self._run(line)

    def python(self, code: str) -> None:
        """Run a block of Python."""
        done = run(sys.executable, "-c", code, cwd=self.folder, timeout=SECONDS, **self._environment())
        assert done.returncode == 0, f"{code}\n{done.stderr}"

    def _run(self, line: str) -> None:
        done = subprocess.run(
            ["bash", "-ec", line], cwd=self.folder, env={**os.environ, **self._environment()},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        if program_of(line) == "curl":
            assert '"error":' not in done.stdout, f"{line}\n{done.stdout}"
        for profile in self.folder.glob("*.toml"):  # made for the demo site at its usual port
            text = profile.read_text(encoding="utf-8")
            profile.write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{self._ports['8000']}"), encoding="utf-8")

    def _answer(self, line: str) -> None:
        """Run a command that asks on a terminal."""
        person, terminal = os.openpty()
        process = subprocess.Popen(
            ["bash", "-ec", line], cwd=self.folder, env={**os.environ, **self._environment()}, stdin=terminal,
            stdout=terminal, stderr=terminal, start_new_session=True,
        )  # fmt: skip
        os.close(terminal)
        shown = b""
        with os.fdopen(person, "r+b", buffering=0) as screen:
            for question, answer in _ANSWERS:
                while not shown.endswith(question.encode()):
                    shown += screen.read(1) or b""
                screen.write(f"{answer}\n".encode())
            assert process.wait(SECONDS) == 0, f"{line}\n{shown.decode()}"

    def _serve(self, line: str, name: str) -> None:
        """Start a server and wait until it says that it listens; a second one takes the place of the first."""
        if name in self._servers:
            _stop(self._servers.pop(name))
        server = self._servers[name] = self._start(line, stdout=subprocess.PIPE)
        assert server.stdout is not None
        assert "http://" in server.stdout.readline(), line

    def _window(self, line: str) -> None:
        """Open the window on a screen of its own, wait until it is there, and close it."""
        with Screen() as screen:
            window = self._start(line, DISPLAY=screen.name)
            try:
                end = time.monotonic() + SECONDS
                while "captcha-label" not in screen.title():
                    assert window.poll() is None, f"{line}: ended by itself with status {window.returncode}"
                    assert time.monotonic() < end, f"{line}: no window came up"
                    time.sleep(0.1)
            finally:
                _stop(window)

    def _start(self, line: str, stdout: int | None = None, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", "-c", f"exec {line}"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=stdout, text=True,
            env={**os.environ, **self._environment(), **environment},
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        return dict.fromkeys(places, str(self.folder / ".home")) | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYTHONUNBUFFERED": "1",
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1,localhost",
            "CAPTCHA_PORT": self._ports["5000"],
        }


def furnish(folder: Path) -> None:
    """What pages take for granted, under the names that they use: drawn pictures and a recogniser."""
    for arguments in (
        ("dataset", "synth", "mydata", "--count", "60", "--style", "lines"),
        ("ocr", "train", "mydata", "--out", "model.onnx", "--seconds", "20", "--no-self-training"),
    ):
        done = run(sys.executable, "-m", *arguments, cwd=folder, timeout=SECONDS)
        assert done.returncode == 0, done.stderr
    for name in ("captchas", "pictures"):
        shutil.copytree(folder / "mydata", folder / name)
    shutil.copytree(folder / "mydata" / "images", folder / "new-pictures")
    for name in ("captcha.png", "a.png"):
        shutil.copyfile(next((folder / "new-pictures").iterdir()), folder / name)
    shutil.copyfile(folder / "model.onnx", folder / "M.onnx")
    shutil.copyfile(ROOT / "scrapy.cfg", folder / "scrapy.cfg")


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=60)
