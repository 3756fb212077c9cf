"""Undoable changes: every edit is a row (before, after, who, when), and a change of label moves the file with it.

These functions run inside a transaction that `dataset.store.Store` opens; they own what an edit means.
"""

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from dataset.errors import DatasetError
from dataset.names import extension_of, label_from_name, label_to_name, name_key, stored_key
from dataset.sample import Edit
from dataset.times import now
from dataset.transaction import Transaction

_FIELDS = ("file", "status", "label", "type", "reason", "labelled_by", "labelled_at")
_NAMES_TRIED = 1000


def apply(transaction: Transaction, changes: Iterable[tuple[int, Mapping[str, Any]]], *, action: str, who: str) -> int:
    """Apply changes (sample id -> new field values) as one batch; returns how many samples changed."""
    db, at = transaction.db, now()
    last = db.execute("SELECT batch FROM edits ORDER BY id DESC LIMIT 1").fetchone()
    batch = last[0] + 1 if last else 1
    done = 0
    for sample_id, wanted in changes:
        current = _fields(db, sample_id)
        target = {**current, **wanted}
        if target["label"] is not None and target["label"] != current["label"]:
            target["file"] = _move_to_label(transaction, sample_id, current["file"], target["label"])
        before = {key: value for key, value in current.items() if target[key] != value}
        if not before:
            continue
        after = {key: target[key] for key in before}
        _write(db, sample_id, after)
        row = (batch, sample_id, action, json.dumps(before), json.dumps(after), who, at)
        db.execute(
            "INSERT INTO edits (batch, sample_id, action, before, after, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        done += 1
    if done:  # a new edit ends what could be redone
        db.execute("UPDATE edits SET state = 'dropped' WHERE state = 'undone'")
    return done


def undo(transaction: Transaction) -> Edit | None:
    """Take the latest batch back; None when there is nothing to undo."""
    return _step(transaction, "done", "undone", "before", "max", "DESC")


def redo(transaction: Transaction) -> Edit | None:
    """Do the batch again that was undone last; None when there is nothing to redo."""
    return _step(transaction, "undone", "done", "after", "min", "ASC")


def mend_name(transaction: Transaction, sample_id: int, moved_to: str | None) -> None:
    """Follow a file that was moved outside (`moved_to`), and rename the file to its label. Not journalled."""
    current = _fields(transaction.db, sample_id)
    if moved_to is not None:
        if os.path.lexists(transaction.folder / current["file"]) or not (transaction.folder / moved_to).is_file():
            raise DatasetError(f"{transaction.folder / moved_to}: is not where {current['file']} has gone")
        _absorb(transaction.db, sample_id, moved_to)
        _write(transaction.db, sample_id, {"file": moved_to})
    if current["label"] is not None:
        file = _move_to_label(transaction, sample_id, moved_to or current["file"], current["label"])
        _write(transaction.db, sample_id, {"file": file})


def _absorb(db: sqlite3.Connection, sample_id: int, file: str) -> None:
    """Remove the row of a file that a scan took for a new picture; what points to that row points to the sample."""
    stub = db.execute("SELECT id, label FROM samples WHERE file = ? AND id <> ?", (file, sample_id)).fetchone()
    if stub is None:
        return
    if stub[1] is not None:
        raise DatasetError(f"{file}: has a label of its own; decide by hand which sample it is")
    db.execute("UPDATE sources SET sample_id = ? WHERE sample_id = ?", (sample_id, stub[0]))
    db.execute("UPDATE samples SET duplicate_of = ? WHERE duplicate_of = ?", (sample_id, stub[0]))
    db.execute("DELETE FROM samples WHERE id = ?", (stub[0],))


def _step(transaction: Transaction, old: str, new: str, side: str, pick: str, order: str) -> Edit | None:
    db = transaction.db
    batch = db.execute(f"SELECT {pick}(batch) FROM edits WHERE state = ?", (old,)).fetchone()[0]
    if batch is None:
        return None
    rows = db.execute(
        f"SELECT sample_id, {side}, action, who, at FROM edits WHERE state = ? AND batch = ? ORDER BY id {order}",
        (old, batch),
    ).fetchall()
    for sample_id, values_json, *_ in rows:
        values = json.loads(values_json)
        if "file" in values:
            values["file"] = _move_back(transaction, sample_id, values)
        _write(db, sample_id, values)
    db.execute("UPDATE edits SET state = ? WHERE state = ? AND batch = ?", (new, old, batch))
    _, _, action, who, at = rows[0]
    return Edit(batch, action, tuple(row[0] for row in rows), who, at)


def _fields(db: sqlite3.Connection, sample_id: int) -> dict[str, Any]:
    row = db.execute(f"SELECT {', '.join(_FIELDS)} FROM samples WHERE id = ?", (sample_id,)).fetchone()
    if row is None:
        raise DatasetError(f"there is no sample {sample_id} in this dataset")
    return dict(zip(_FIELDS, row, strict=True))


def _write(db: sqlite3.Connection, sample_id: int, values: Mapping[str, Any]) -> None:
    columns = dict(values)
    if "file" in columns:
        columns["file_key"] = stored_key(columns["file"])
    assignments = ", ".join(f"{column} = ?" for column in columns)
    db.execute(f"UPDATE samples SET {assignments} WHERE id = ?", (*columns.values(), sample_id))


def _move_back(transaction: Transaction, sample_id: int, values: Mapping[str, Any]) -> str:
    """Rename to exactly the name of the journal; when that is taken meanwhile, to a readable one like it.

    A file that has gone meanwhile keeps its name, so that it does not block the way back for the others.
    """
    file = str(_fields(transaction.db, sample_id)["file"])
    wanted = str(values["file"])
    if wanted == file or not os.path.lexists(transaction.folder / file):
        return file
    if _free(transaction, sample_id, file, wanted) and (transaction.folder / wanted).parent.is_dir():
        try:
            _rename(transaction, file, wanted)
            return wanted
        except FileExistsError:
            pass
    text = label_from_name(wanted) or PurePosixPath(wanted).stem
    return _move_to_label(transaction, sample_id, file, text)


def _move_to_label(transaction: Transaction, sample_id: int, file: str, label: str) -> str:
    """Rename a sample's file to a label; the new relative path."""
    row = transaction.db.execute("SELECT sha256 FROM samples WHERE id = ?", (sample_id,)).fetchone()
    return place(
        transaction, sample_id, label, file, row[0] or str(sample_id), lambda new: _rename(transaction, file, new)
    )


def place(
    transaction: Transaction, sample_id: int | None, label: str, like: str, seed: str, put: Callable[[str], None]
) -> str:
    """Find a free name for a label, in the folder and with the extension of `like`, and `put(name)` the file there.

    The first is the plain name, the next ones carry a suffix from `seed` (the content's hash when it is known):
    XK7P2.png, XK7P2__3f2a9c.png.
    """
    parent, extension = like.rpartition("/")[0], extension_of(like)
    for attempt in range(_NAMES_TRIED):
        name = label_to_name(label, extension, _suffix(seed, attempt))
        new = f"{parent}/{name}" if parent else name
        if new == like and sample_id is not None:
            return new
        if _free(transaction, sample_id, like, new):
            try:
                put(new)
                return new
            except FileExistsError:
                continue  # a file that no row knows
    raise DatasetError(f"{like}: no free file name for {label!r}; run `python -m dataset verify`")


def _suffix(seed: str, attempt: int) -> str:
    if attempt == 0:
        return ""
    return hashlib.sha256(f"{seed}:{attempt}".encode()).hexdigest()[:6]


def _free(transaction: Transaction, sample_id: int | None, file: str, new: str) -> bool:
    """Whether no other row has this name, on a case-insensitive file system either, and no stray file lies there."""
    taken = transaction.db.execute(
        "SELECT 1 FROM samples WHERE (file = :key OR file_key = :key) AND id IS NOT :id",
        {"key": name_key(new), "id": sample_id},
    ).fetchone()
    if taken:
        return False
    return name_key(new) == name_key(file) or not os.path.lexists(f"{transaction.folder}/{new}")


def _rename(transaction: Transaction, old: str, new: str) -> None:
    try:
        if name_key(old) == name_key(new):
            # On some systems both are the same name: go by way of a third.
            between = (PurePosixPath(old).parent / f".renaming-{secrets.token_hex(8)}").as_posix()
            transaction.moves.move(old, between)
            try:
                transaction.moves.move(between, new)
            except FileExistsError:  # two files after all, and no row knows the other
                transaction.moves.move(between, old)
                raise
        else:
            transaction.moves.move(old, new)
    except FileNotFoundError as error:
        raise DatasetError(
            f"{transaction.folder / old}: the file is not there any more; run `python -m dataset verify`"
        ) from error
