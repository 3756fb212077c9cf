"""The database of a dataset: its tables, its migrations, and how a connection is opened."""

import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from dataset.errors import DatasetError, DatasetReadOnly, NewerSchema
from dataset.names import stored_key

DATABASE = "captcha.db"
APPLICATION_ID = 0x43415054  # "CAPT": tells our databases from others
BUSY_SECONDS = 10.0
_CACHE_KIB = 16_384  # holds what a first open of 100,000 names writes
_CACHE_KIB_LATER = 2_048

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    file_key TEXT,  -- names.name_key(file) where that differs from file
    status TEXT NOT NULL DEFAULT 'new',
    label TEXT, type TEXT, reason TEXT,
    sha256 TEXT, dhash INTEGER, width INTEGER, height INTEGER, format TEXT,
    labelled_by TEXT, labelled_at TEXT,
    prediction TEXT, confidence REAL, character_confidences TEXT, model_version TEXT,
    duplicate_of INTEGER REFERENCES samples(id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX samples_by_file ON samples (file);
CREATE INDEX samples_by_key ON samples (file_key) WHERE file_key IS NOT NULL;
CREATE INDEX samples_by_confidence ON samples (status, confidence);
CREATE INDEX samples_by_content ON samples (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX samples_by_time ON samples (labelled_at) WHERE labelled_at IS NOT NULL;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    sample_id INTEGER NOT NULL REFERENCES samples(id) ON DELETE CASCADE,
    profile TEXT, page_url TEXT, image_url TEXT, final_url TEXT, session_id TEXT,
    http_status INTEGER, content_type TEXT, fetched_at TEXT, attempt INTEGER
);
CREATE INDEX sources_by_sample ON sources (sample_id);
CREATE TABLE edits (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    sample_id INTEGER NOT NULL REFERENCES samples(id) ON DELETE CASCADE,
    action TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL,
    who TEXT NOT NULL, at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'done'
);
CREATE INDEX edits_by_state ON edits (state, batch);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    program TEXT NOT NULL, settings TEXT NOT NULL,
    started_at TEXT NOT NULL, finished_at TEXT, outcome TEXT
);
CREATE TABLE openers (pid INTEGER NOT NULL, host TEXT NOT NULL, program TEXT NOT NULL, since TEXT NOT NULL);
"""

MIGRATIONS: tuple[str, ...] = (_TABLES,)
"""Script i brings a database from version i to i + 1; the version is SQLite's user_version."""


def connect(folder: Path, wait: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A writing connection to the folder's database, made or brought forward when needed.

    `wait`: for how many seconds each transaction waits for another process.
    """
    path = folder / DATABASE
    existed = path.exists()
    try:
        db = _connect(path, wait)
    except sqlite3.OperationalError as error:
        raise DatasetReadOnly(f"{path}: cannot be opened for writing; check the folder's rights") from error
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if checked_version(db, path) < len(MIGRATIONS):
            _migrate(db, wait)
    except BaseException:
        db.close()
        if not existed:
            _remove_empty(path)
        raise
    return db


def shrink_cache(db: sqlite3.Connection) -> None:
    """Give back the memory that only a first open needs: a program that stays open for a day does not grow by it."""
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB_LATER}")


def connect_read_only(
    folder: Path, wait: float = BUSY_SECONDS
) -> tuple[sqlite3.Connection, tempfile.TemporaryDirectory[str] | None]:
    """A connection that changes nothing in the folder and works where nothing may be written.

    The second value, when not None, is a private copy that must outlive the connection.
    """
    path = folder / DATABASE
    if not path.is_file():
        raise DatasetError(f"{folder}: not a dataset (it has no {DATABASE})")
    wal, shared = (path.with_name(DATABASE + ending) for ending in ("-wal", "-shm"))
    if not (wal.exists() and wal.stat().st_size):
        if os.access(folder, os.W_OK) and os.access(path, os.W_OK):
            # A writer may come while we read: share its locks. SQLite's side files go when the last one closes.
            with suppress(sqlite3.OperationalError):
                return _checked(_open_uri(path, "mode=rw", wait), path), None
        return _checked(_open_uri(path, "mode=ro&immutable=1", wait), path), None
    if shared.exists():
        # Changes not merged yet, most likely a live writer's: read beside it, under SQLite's own locks.
        with suppress(sqlite3.OperationalError):
            return _checked(_open_uri(path, "mode=ro", wait), path), None
    # The writer was killed, and reading its last changes needs a side file: make that beside a private copy.
    copy = tempfile.TemporaryDirectory(prefix="captcha-", ignore_cleanup_errors=True)
    for file in (path, wal):
        shutil.copyfile(file, Path(copy.name) / file.name)
    return _checked(_open_uri(Path(copy.name) / DATABASE, "mode=rw", wait), path), copy


def _checked(db: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    try:
        db.execute("PRAGMA query_only = ON")
        if checked_version(db, path) == 0:
            raise DatasetError(f"{path}: an empty database; open the folder with the window or collector first")
    except BaseException:
        db.close()
        raise
    return db


def checked_version(db: sqlite3.Connection, path: Path) -> int:
    """The schema version (0: an empty database). Raises when it is not ours, or newer than this code."""
    try:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        application = int(db.execute("PRAGMA application_id").fetchone()[0])
        empty = not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise DatasetError(f"{path}: not a readable database; move it away and the folder is indexed anew") from error
    if not empty and application != APPLICATION_ID:
        raise DatasetError(f"{path}: a database of another program; move it away to use this folder")
    if version > len(MIGRATIONS):
        raise NewerSchema(f"{path}: made by a newer captcha-toolkit (format {version}); update to open it")
    return version


def _migrate(db: sqlite3.Connection, wait: float) -> None:
    """Run what is missing, under the write lock: another process may have been faster."""
    _use_wal(db, wait)
    db.execute("BEGIN IMMEDIATE")
    try:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        for script in MIGRATIONS[version:]:
            for statement in script.split(";\n"):
                if statement.strip():
                    db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _use_wal(db: sqlite3.Connection, wait: float) -> None:
    """Switch to write-ahead logging. SQLite does not wait for others in this one statement, so we do."""
    end = time.monotonic() + wait
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _remove_empty(path: Path) -> None:
    """Leave no empty database behind where none could be made, unless another process is making it."""
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def _open_uri(path: Path, mode: str, wait: float) -> sqlite3.Connection:
    return _connect(f"file:{quote(path.resolve().as_posix())}?{mode}", wait, uri=True)


def _connect(path: Path | str, wait: float, *, uri: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(path, uri=uri, isolation_level=None, timeout=wait)
    db.create_function("casefold", 1, _casefold, deterministic=True)
    db.create_function("stored_key", 1, stored_key, deterministic=True)
    return db


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()
