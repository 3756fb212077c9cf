"""Real PostgreSQL and MariaDB servers, each started as an unprivileged user on a free port in a temporary folder."""

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
    programs = {name: _find(name, "/usr/lib/postgresql/*/bin") for name in ("initdb", "postgres")}
    if None in programs.values():
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with _folder() as folder:
        port = _free_port()
        data = folder / "data"
        _run([programs["initdb"], "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = ["-D", data, "-p", port, "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with _server([programs["postgres"], *options], port, signal.SIGINT):
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def mariadb() -> Iterator[str]:
    """The URL of an empty MariaDB database."""
    server, install = _find("mariadbd", "/usr/sbin"), _find("mariadb-install-db", "/usr/bin")
    client = _find("mariadb", "/usr/bin")
    if server is None or install is None or client is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    with _folder() as folder:
        port, data = _free_port(), folder / "data"
        common = ["--no-defaults", f"--datadir={data}"]
        _run([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"])
        sockets = [f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1"]
        with _server([server, *common, *sockets, f"--pid-file={folder / 'pid'}"], port, signal.SIGTERM):
            grant = "CREATE DATABASE t; CREATE USER t@'127.0.0.1' IDENTIFIED BY 't'; GRANT ALL ON t.* TO t@'127.0.0.1'"
            _run([client, "--no-defaults", f"--socket={folder / 's'}", "-u", "root", "-e", grant])
            yield f"mysql://t:t@127.0.0.1:{port}/t"


def _find(name: str, *patterns: str) -> str | None:
    found = [str(path) for pattern in patterns for path in Path("/").glob(f"{pattern.lstrip('/')}/{name}")]
    return found[-1] if found else shutil.which(name)


def _identity() -> dict[str, Any]:
    """How a process is started as somebody else: database servers refuse to run as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="db", ignore_cleanup_errors=True) as name:
        if _identity():
            shutil.chown(name, "nobody", "nogroup")
        yield Path(name)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _run(command: Sequence[object]) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd="/", **_identity())


@contextlib.contextmanager
def _server(command: Sequence[object], port: int, stop: signal.Signals) -> Iterator[None]:
    """A server process that accepts connections on `port`; stopped afterwards."""
    words = [str(word) for word in command]
    with subprocess.Popen(words, cwd="/", stdout=sys.stderr, stderr=sys.stderr, **_identity()) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while process.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert time.monotonic() < deadline, "the server does not come up"
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(stop)
            process.wait(SECONDS)
