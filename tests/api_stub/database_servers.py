"""Real PostgreSQL, MariaDB and Redis servers, each started as an unprivileged user on a free port."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

SECONDS = 60.0


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    programs = {name: find(name, "/usr/lib/postgresql/*/bin") for name in ("initdb", "postgres")}
    if None in programs.values():
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with own_folder() as folder:
        port = free_port()
        data = folder / "data"
        _run([programs["initdb"], "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = ["-D", data, "-p", port, "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with started([programs["postgres"], *options], port, signal.SIGINT):
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def mariadb() -> Iterator[str]:
    """The URL of an empty MariaDB database."""
    server, install = find("mariadbd", "/usr/sbin"), find("mariadb-install-db", "/usr/bin")
    client = find("mariadb", "/usr/bin")
    if server is None or install is None or client is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    with own_folder() as folder:
        port, data = free_port(), folder / "data"
        common = ["--no-defaults", f"--datadir={data}"]
        _run([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"])
        sockets = [f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1"]
        with started([server, *common, *sockets, f"--pid-file={folder / 'pid'}"], port, signal.SIGTERM):
            grant = (
                "CREATE DATABASE t; CREATE USER t@'127.0.0.1' IDENTIFIED BY 't'; GRANT ALL ON `t%`.* TO t@'127.0.0.1'"
            )
            _run([client, "--no-defaults", f"--socket={folder / 's'}", "-u", "root", "-e", grant])
            yield f"mysql://t:t@127.0.0.1:{port}/t"


class Redis:
    """A Redis server that forgets everything when it ends; may be killed, frozen and started again."""

    def __init__(self) -> None:
        if shutil.which("redis-server") is None:
            pytest.skip("redis-server is not installed: apt-get install redis-server")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._running = contextlib.ExitStack()

    def start(self) -> None:
        """Start it; returns once it answers."""
        words = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--loglevel", "warning"]
        self._process = self._running.enter_context(started(words, self.port, signal.SIGTERM))

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, such as SIGKILL, SIGSTOP or SIGCONT."""
        self._process.send_signal(number)
        if number == signal.SIGKILL:
            self._process.wait(SECONDS)

    def stop(self) -> None:
        """End it, in whatever state it is."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
        self._running.close()


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """A running Redis."""
    made = Redis()
    made.start()
    try:
        yield made
    finally:
        made.stop()


def find(name: str, *patterns: str) -> str | None:
    """A program's path: in one of the folders that the patterns name, or in PATH."""
    found = [str(path) for pattern in patterns for path in Path("/").glob(f"{pattern.lstrip('/')}/{name}")]
    return found[-1] if found else shutil.which(name)


def identity() -> dict[str, Any]:
    """How a process is started as somebody else: database servers refuse to run as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A temporary folder that belongs to whom the servers run as."""
    with tempfile.TemporaryDirectory(prefix="db", ignore_cleanup_errors=True) as name:
        if identity():
            shutil.chown(name, "nobody", "nogroup")
        yield Path(name)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _run(command: Sequence[object]) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd="/", **identity())


@contextlib.contextmanager
def started(command: Sequence[object], port: int, stop: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that accepts connections on `port`; stopped afterwards."""
    words = [str(word) for word in command]
    with subprocess.Popen(words, cwd="/", stdout=sys.stderr, stderr=sys.stderr, **identity()) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while process.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert time.monotonic() < deadline, "the server does not come up"
                time.sleep(0.05)
            yield process
        finally:
            process.send_signal(stop)
            process.wait(SECONDS)
