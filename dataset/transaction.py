"""One write transaction on a dataset: rows and files change together, and failures become sentences."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dataset import holders
from dataset.errors import DatasetBusy, DatasetError, DatasetReadOnly
from dataset.moves import MoveJournal, recover

_FULL = "the disk is full; nothing was changed: free some space and try again"
_RIGHTS = "cannot be written; check the rights of the folder"


@dataclass(frozen=True)
class Transaction:
    """What a change needs: the connection inside BEGIN IMMEDIATE, the move journal, the folder."""

    db: sqlite3.Connection
    moves: MoveJournal
    folder: Path


@contextmanager
def writing(db: sqlite3.Connection, folder: Path) -> Iterator[Transaction]:
    """A transaction under the write lock; files moved in it follow its fate. First mends what a kill left."""
    journal = MoveJournal(folder)
    with translated(folder, db):
        db.execute("BEGIN IMMEDIATE")
        try:
            recover(db, folder)
            yield Transaction(db, journal, folder)
            journal.seal(db)
            db.execute("COMMIT")
        except BaseException:
            _give_up(db, folder, journal)
            raise
        finally:
            journal.close()


def _give_up(db: sqlite3.Connection, folder: Path, journal: MoveJournal) -> None:
    """Take files and rows back under the write lock. What fails here is left to the next transaction."""
    with suppress(OSError, sqlite3.Error):
        if db.in_transaction:
            journal.undo()
        else:  # SQLite ended the transaction by itself (full disk), or it was committed after all
            db.execute("BEGIN IMMEDIATE")
            recover(db, folder)
    if db.in_transaction:
        db.execute("ROLLBACK")


@contextmanager
def translated(folder: Path, db: sqlite3.Connection | None = None) -> Iterator[None]:
    """Turn SQLite's and the system's errors into one sentence that names the folder."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(error, folder, db) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DatasetError(f"{folder}: {_FULL}") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise DatasetReadOnly(f"{folder}: {_RIGHTS}") from error
        raise DatasetError(f"{folder}: {error.strerror or error}; nothing was changed") from error


def _of_sqlite(error: sqlite3.Error, folder: Path, db: sqlite3.Connection | None) -> DatasetError:
    code = getattr(error, "sqlite_errorcode", 0)
    kind = code & 0xFF
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        who = holders.describe(db) if db else "another program"
        return DatasetBusy(f"{folder}: {who} is writing; wait until it is done and try again")
    if kind == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE):
        return DatasetError(f"{folder}: {_FULL}")
    if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return DatasetReadOnly(f"{folder}: {_RIGHTS}")
    if kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatasetError(f"{folder}: the database is damaged; move captcha.db away to index anew")
    return DatasetError(f"{folder}: the database failed ({error}); nothing was changed")
