"""Which pictures lie in a folder: names only, nothing is opened, links are not followed."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dataset.imagefile import EXTENSIONS
from dataset.names import is_unicode

REJECTED = "rejected"
IMAGES = "images"


def picture_names(folder: Path) -> Iterator[str]:
    """Relative POSIX paths of the picture files in a folder and its sub-folders, in no particular order.

    Left out: hidden names, links, the folder of rejected files, sub-folders that may not be read, and names that
    are no Unicode (see `strange_names`).
    """
    return (name for name in _names(folder) if name.isascii() or is_unicode(name))


def strange_names(folder: Path) -> list[str]:
    """The picture files whose names are no Unicode, so that neither a database nor a list can hold them."""
    return sorted(name for name in _names(folder) if not is_unicode(name))


def unknown(db: sqlite3.Connection, folder: Path) -> list[str]:
    """The names of picture files that have no row, sorted. Needs no lock: a hint for `add_names`."""
    known = {row[0] for row in db.execute("SELECT file FROM samples")}
    names = picture_names(folder)
    return sorted(set(names) - known if known else names)


def add_names(db: sqlite3.Connection, folder: Path, names: list[str]) -> int:
    """Add a row for each of these names that has none; returns how many. Runs under the write lock."""
    if not db.execute("SELECT 1 FROM samples LIMIT 1").fetchone():
        with _late_indexes(db):
            return _insert(db, names)
    # Somebody may have renamed a file since the names were listed.
    return _insert(db, [name for name in names if (folder / name).is_file()])


def _insert(db: sqlite3.Connection, names: list[str]) -> int:
    # One statement with all names as one value: four times as fast as a call for each.
    sql = "INSERT OR IGNORE INTO samples (file, file_key) SELECT value, stored_key(value) FROM json_each(?)"
    return db.execute(sql, (json.dumps(names),)).rowcount


def _names(folder: Path, inside: str = "") -> list[str]:
    found = []
    with os.scandir(folder / inside) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            if name[name.rfind(".") :].lower() in EXTENSIONS and entry.is_file(follow_symlinks=False):
                found.append(inside + name)
            elif entry.is_dir(follow_symlinks=False) and not (not inside and name == REJECTED):
                with suppress(PermissionError):
                    found += _names(folder, f"{inside}{name}/")
    return found


@contextmanager
def _late_indexes(db: sqlite3.Connection) -> Iterator[None]:
    """Build the table's indexes once after a first large insert, which is several times faster than row by row."""
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'samples' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        db.execute(sql)
