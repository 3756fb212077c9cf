"""New pictures: original bytes into the folder, file and row together, each content once."""

import base64
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal

from dataset import indexing, queries
from dataset.edits import apply, place
from dataset.hashing import sha256_of
from dataset.imagefile import ImageInfo
from dataset.names import stored_key
from dataset.sample import CONFIRMED, Sample, Source
from dataset.scanning import IMAGES, REJECTED
from dataset.times import now
from dataset.transaction import Transaction

Adopted = Literal["new", "duplicate", "labelled", "conflict"]

_STEM_LENGTH = 12


def add(
    transaction: Transaction,
    data: bytes,
    facts: indexing.Facts,
    source: Source | None,
    label: str | None,
    by: str | None,
    type: str | None,
) -> tuple[int, bool]:
    """Store one measured picture; its sample's id, and whether the content was there already."""
    row = _known(transaction, data, facts)
    if row:
        _add_source(transaction, row[0], source)
        return row[0], True
    file = _create(transaction, f"{IMAGES}/x{_extension(facts)}", label or _stem(facts.sha256), facts.sha256, data)
    values = {"file": file, "type": type, **facts.columns()}
    if label is not None:
        values |= {"status": "labelled", "label": label, "labelled_by": by, "labelled_at": now()}
    sample_id = _insert(transaction, values)
    _add_source(transaction, sample_id, source)
    return sample_id, False


def adopt(
    transaction: Transaction,
    sample: Sample,
    data: bytes,
    facts: indexing.Facts,
    sources: Sequence[Source],
    by: str,
) -> Adopted:
    """Store a sample of another dataset, or join it with the one of equal content."""
    row = _known(transaction, data, facts)
    confirmed = sample.status in CONFIRMED and sample.label is not None
    given: dict[str, object] = {
        "status": sample.status,
        "label": sample.label,
        "type": sample.type,
        "reason": sample.reason,
        "labelled_by": sample.labelled_by or (by if confirmed else None),
        "labelled_at": sample.labelled_at or (now() if confirmed else None),
    }
    if row:
        sample_id, status, label = row
        for source in sources:
            if source not in known_sources(transaction.db, sample_id):
                _add_source(transaction, sample_id, source)
        if confirmed and status not in CONFIRMED:
            apply(transaction, [(sample_id, given)], action="merge", who=by)
            return "labelled"
        return "conflict" if confirmed and label != sample.label else "duplicate"
    stem = sample.label if confirmed and sample.label else _stem(facts.sha256)
    file = _create(transaction, f"{IMAGES}/x{_extension(facts)}", stem, facts.sha256, data)
    if sample.prediction is not None:
        given |= {
            "prediction": sample.prediction,
            "confidence": sample.confidence,
            "character_confidences": json.dumps(sample.character_confidences),
            "model_version": sample.model_version,
        }
    status = "new" if sample.status == "duplicate" else sample.status  # its twin may not be here
    sample_id = _insert(transaction, {**given, "file": file, "status": status, **facts.columns()})
    for source in sources:
        _add_source(transaction, sample_id, source)
    return "new"


def reject(transaction: Transaction, data: bytes, reason: str, source: Source | None) -> int:
    """Keep refused bytes aside, each content once; the id of the row."""
    sha256 = sha256_of(data)
    row = transaction.db.execute(
        "SELECT id FROM samples WHERE sha256 = ? AND status = 'rejected'", (sha256,)
    ).fetchone()
    if row:
        sample_id = int(row[0])
    else:
        file = _create(transaction, f"{REJECTED}/x.bin", _stem(sha256), sha256, data)
        sample_id = _insert(transaction, {"file": file, "status": "rejected", "sha256": sha256, "reason": reason})
    _add_source(transaction, sample_id, source)
    return sample_id


def known_sources(db: sqlite3.Connection, sample_id: int) -> list[Source]:
    """Where a sample came from: one record each time its content was met."""
    columns = ", ".join(queries.SOURCE_COLUMNS)
    rows = db.execute(f"SELECT {columns} FROM sources WHERE sample_id = ? ORDER BY id", (sample_id,))
    return [Source(*row) for row in rows]


def _extension(facts: indexing.Facts) -> str:
    return ImageInfo(facts.format or "png", 0, 0, "").extension


def _stem(sha256: str) -> str:
    """A short readable name from the content: 60 bits of it in base 32."""
    return base64.b32encode(bytes.fromhex(sha256[:20])).decode()[:_STEM_LENGTH].lower()


def _known(transaction: Transaction, data: bytes, facts: indexing.Facts) -> tuple[int, str, str | None] | None:
    """Id, status and label of the sample with this content, if any; its file is put back if it has gone."""
    row = transaction.db.execute(
        "SELECT id, status, label, file FROM samples WHERE sha256 = ? AND status <> 'rejected'"
        " ORDER BY status = 'duplicate', id",
        (facts.sha256,),
    ).fetchone()
    if row is None:
        return None
    with suppress(FileExistsError):
        transaction.moves.create(row[3], data)
    return row[0], row[1], row[2]


def _create(transaction: Transaction, like: str, stem: str, sha256: str, data: bytes) -> str:
    return place(transaction, None, stem, like, sha256, lambda new: transaction.moves.create(new, data))


def _insert(transaction: Transaction, values: Mapping[str, object]) -> int:
    row = {**values, "file_key": stored_key(str(values["file"]))}
    sql = f"INSERT INTO samples ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
    return int(transaction.db.execute(sql, tuple(row.values())).lastrowid or 0)


def _add_source(transaction: Transaction, sample_id: int, source: Source | None) -> None:
    if source is not None:
        columns = queries.SOURCE_COLUMNS
        transaction.db.execute(
            f"INSERT INTO sources (sample_id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",
            (sample_id, *(getattr(source, column) for column in columns)),
        )
