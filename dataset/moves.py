"""Moves of files that belong to a database transaction: done with it, or undone.

Before a file is moved, the intent is written to `captcha.moves` in the dataset folder; as its last act the
transaction stores the journal's token in the database. Whoever takes the write lock next looks first: the token is
stored -> the moves stand; it is not -> they are taken back, the last first, and each is struck from the file.
The file is only ever touched under the write lock. It stays until a store is closed, and the next journal writes over
it in place (cutting it off first would cost a wait for the disk): each line carries its journal's token.
"""
# Names stay strings here: as pathlib objects they cost a third of the time of a relabel.
# ruff: noqa: PTH103, PTH104, PTH105, PTH108, PTH123

import errno
import json
import os
import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from dataset.errors import DatasetError

INTENTS = "captcha.moves"
_TOKEN_KEY = "moves"


class _Intent(NamedTuple):
    """Paths relative to the folder, POSIX. `fresh`: `old` is a temporary file of ours, `new` did not exist before."""

    old: str
    new: str
    fresh: bool


class MoveJournal:
    """The moves of one transaction. Paths are relative to the folder, POSIX."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fspath(folder)
        self._token = secrets.token_hex(8)
        self._file: int | None = None
        self._size = 0

    def move(self, old: str, new: str) -> None:
        """Rename a file, never over another one. Raises FileExistsError, FileNotFoundError or another OSError."""
        source, target = inside(self._folder, old), inside(self._folder, new)
        if not os.path.lexists(source):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), source)
        self._carry_out(_Intent(old, new, False), source, target)

    def create(self, new: str, data: bytes) -> None:
        """Write a new file in full, then put it in place. Raises FileExistsError or another OSError."""
        target = inside(self._folder, new)
        parent = new.rpartition("/")[0]
        if not os.path.isdir(_path(self._folder, parent)):  # noqa: PTH112
            os.makedirs(_path(self._folder, parent), exist_ok=True)
        temporary = f"{parent}/.incoming-{secrets.token_hex(8)}".lstrip("/")
        source = _path(self._folder, temporary)
        self._carry_out(_Intent(temporary, new, True), source, target, data)

    def seal(self, db: sqlite3.Connection) -> None:
        """Store the token as the last act of the transaction."""
        if self._file is not None:
            db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_TOKEN_KEY, self._token))
            self.close()

    def undo(self) -> None:
        """Take all moves back, under the write lock."""
        self.close()
        _take_back(self._folder, self._token)

    def close(self) -> None:
        """Let go of the file of intents, which stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _carry_out(self, intent: _Intent, source: str, target: str, data: bytes | None = None) -> None:
        # An intent whose target is there must never be written: undoing it would touch somebody else's file.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        before = self._write(intent)
        try:
            if data is not None:
                with open(source, "xb") as file:
                    file.write(data)
            rename_no_replace(source, target)
        except FileExistsError:  # somebody took the name in this very moment
            if data is not None:
                os.unlink(source)
            assert self._file is not None
            os.ftruncate(self._file, before)
            self._size = os.lseek(self._file, before, os.SEEK_SET)
            raise

    def _write(self, intent: _Intent) -> int:
        """Write an intent after the ones before it; the place in the file where it begins."""
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._file = os.open(_path(self._folder, INTENTS), flags, 0o644)
        line = json.dumps([self._token, *intent]).encode() + b"\n"
        if os.write(self._file, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        before = self._size
        self._size += len(line)
        return before


def rename_no_replace(old: str, new: str) -> None:
    """Rename `old` to `new` without ever replacing a file. Raises FileExistsError when `new` is there."""
    if os.name == "nt":
        os.rename(old, new)  # on Windows a rename never replaces
        return
    try:
        os.link(old, new, follow_symlinks=False)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:
        # No hard links here (FAT, some network folders): reserve the name, then replace the reservation.
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        try:
            os.replace(old, new)
        except BaseException:
            os.unlink(new)
            raise
        return
    try:
        os.unlink(old)
    except OSError:
        os.unlink(new)
        raise


def recover(db: sqlite3.Connection, folder: Path) -> None:
    """Take back what a killed process left, under the write lock."""
    stored = _stored_token(db)
    try:
        with open(_path(os.fspath(folder), INTENTS), "rb") as file:
            first = file.readline()
    except FileNotFoundError:
        return
    if stored and first.startswith(b'["%s", ' % stored.encode()):
        return  # the usual case, told without a look at the rest of the line
    if (record := _record(first)) and record[0] != stored:
        _take_back(os.fspath(folder), record[0])


def tidy(folder: Path) -> None:
    """Remove the file of intents, under the write lock and after `recover`."""
    with suppress(OSError):  # a reader on Windows may be looking into it
        (folder / INTENTS).unlink()


def pending(db: sqlite3.Connection, folder: Path) -> dict[str, str]:
    """Files that rows still know under their old names, and where they lie: moves begun, but not yet committed."""
    intents = [intent for intent, _ in _read(os.fspath(folder), but=_stored_token(db))]
    if intents and (folder / intents[-1].old).exists():
        intents.pop()  # written, but not carried out
    found: dict[str, str] = {}
    for old, new, fresh in reversed(intents):  # a later move may go on from where an earlier one ended
        if not fresh:
            found[old] = found.pop(new, new)
    return found


def _take_back(folder: str, token: str) -> None:
    """Undo the moves of the journal with this token, the last first; a kill in between can be gone on from."""
    for intent, place in reversed(_read(folder, only=token)):
        _undo(folder, intent)
        os.truncate(_path(folder, INTENTS), place)


def _read(folder: str, *, only: str | None = None, but: str | None = None) -> list[tuple[_Intent, int]]:
    """The intents of the journal in the file (of this token only, of any but this one), each with its place there."""
    try:
        with open(_path(folder, INTENTS), "rb") as file:
            lines = file.read().split(b"\n")[:-1]  # what follows the last newline was cut off before its move began
    except FileNotFoundError:
        return []
    found: list[tuple[_Intent, int]] = []
    place, token = 0, only
    for line in lines:
        record = _record(line)
        token = token or (record and record[0])
        if record is None or record[0] != token or token == but:
            break  # an older journal's lines
        found.append((record[1], place))
        place += len(line) + 1
    return found


def _undo(folder: str, intent: _Intent) -> None:
    old, new = _path(folder, intent.old), _path(folder, intent.new)
    if not os.path.lexists(old):
        if os.path.lexists(new):
            if intent.fresh:
                os.unlink(new)
            else:
                rename_no_replace(new, old)
    elif os.path.lexists(new):
        source, target = os.lstat(old), os.lstat(new)
        if os.path.samestat(source, target) or target.st_size == 0:
            os.unlink(new)  # a link or a reservation half-way through the rename
        elif source.st_size == 0:
            os.replace(new, old)  # a reservation half-way through the way back
    if intent.fresh:
        with suppress(FileNotFoundError):
            os.unlink(old)


def _record(line: bytes) -> tuple[str, _Intent] | None:
    """Token and intent of a line; None for one that we did not write, or that leads out of the folder."""
    try:
        match json.loads(line):
            case [str(token), str(old), str(new), bool(fresh)] if _leads_inside(old) and _leads_inside(new):
                return token, _Intent(old, new, fresh)
    except ValueError:
        pass
    return None


def inside(folder: str, file: str) -> str:
    """The path of a file of the dataset. Raises DatasetError for a name that leads out of the folder."""
    if not _leads_inside(file):
        raise DatasetError(f"{folder}: the database is not to be trusted: {file!r} leads out of the folder")
    return _path(folder, file)


def _leads_inside(name: str) -> bool:
    parts = (name.replace("\\", "/").replace(":", "/") if os.name == "nt" else name).split("/")
    return "\0" not in name and not {"", ".", ".."} & set(parts)


def _path(folder: str, name: str) -> str:
    return f"{folder}/{name}"  # both kinds of system take the slash


def _stored_token(db: sqlite3.Connection) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_TOKEN_KEY,)).fetchone()
    return row[0] if row else None
