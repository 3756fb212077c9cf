"""Who has a dataset open for writing, so that a process that waits in vain can say for whom."""

import os
import socket
import sqlite3
from contextlib import suppress

from dataset.times import now


def sign_in(db: sqlite3.Connection, program: str) -> None:
    """Note this process as a holder; holders of this machine that are gone are forgotten."""
    for pid, host, _ in _all(db):
        if host == socket.gethostname() and not _alive(pid):
            db.execute("DELETE FROM openers WHERE pid = ? AND host = ?", (pid, host))
    db.execute("INSERT INTO openers VALUES (?, ?, ?, ?)", (os.getpid(), socket.gethostname(), program, now()))


def sign_out(db: sqlite3.Connection) -> None:
    """Take one entry of this process away."""
    db.execute(
        "DELETE FROM openers WHERE rowid IN (SELECT rowid FROM openers WHERE pid = ? AND host = ? LIMIT 1)",
        (os.getpid(), socket.gethostname()),
    )


def describe(db: sqlite3.Connection) -> str:
    """The other holders in words, or "another program"."""
    mine = (os.getpid(), socket.gethostname())
    others: list[str] = []
    with suppress(sqlite3.Error):
        others = [
            f"{program} (process {pid}{'' if host == mine[1] else f' on {host}'})"
            for pid, host, program in _all(db)
            if (pid, host) != mine and (host != mine[1] or _alive(pid))
        ]
    return " or ".join(dict.fromkeys(others)) or "another program"


def _all(db: sqlite3.Connection) -> list[tuple[int, str, str]]:
    return db.execute("SELECT pid, host, program FROM openers").fetchall()


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # os.kill(pid, 0) would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
