"""Measure pictures in the background: hashes, size, format, and which have the same content."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset import imagefile
from dataset.errors import ImageRefused
from dataset.hashing import dhash_of, sha256_of
from dataset.queries import signed_64

UNMEASURED = "sha256 IS NULL AND status <> 'rejected'"


@dataclass(frozen=True)
class Facts:
    """What a picture's bytes tell; `refused` when they cannot be decoded (the rest is None then)."""

    sha256: str
    dhash: int | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    refused: ImageRefused | None = None

    def columns(self) -> dict[str, object]:
        """The columns of `samples` that hold them."""
        dhash = None if self.dhash is None else signed_64(self.dhash)
        return {
            "sha256": self.sha256,
            "dhash": dhash,
            "width": self.width,
            "height": self.height,
            "format": self.format,
        }


def facts_of(data: bytes) -> Facts:
    """Measure a picture. Never raises for bad bytes: the reason is in `refused`."""
    sha256 = sha256_of(data)
    try:
        info, image = imagefile.inspect_and_decode(data)
    except ImageRefused as error:
        return Facts(sha256, refused=error)
    return Facts(sha256, dhash_of(image), image.width, image.height, info.format)


def measure(folder: Path, files: Sequence[tuple[int, str]]) -> list[tuple[int, str, Facts]]:
    """Facts of (id, file) pairs; files that are missing just now are left for another time."""
    measured = []
    for sample_id, file in files:
        try:
            data = imagefile.read_file(folder / file)
        except ImageRefused as error:
            if error.reason == "too-large":
                measured.append((sample_id, file, Facts("", refused=error)))
            continue
        measured.append((sample_id, file, facts_of(data)))
    return measured


def record(db: sqlite3.Connection, measured: Sequence[tuple[int, str, Facts]]) -> None:
    """Write facts to their rows, under the write lock, and mark new pictures whose content is there already."""
    for sample_id, file, facts in measured:
        columns = facts.columns()
        db.execute(
            f"UPDATE samples SET {' = ?, '.join(columns)} = ? WHERE id = ? AND file = ?",
            (*columns.values(), sample_id, file),
        )
        if facts.refused:
            db.execute(
                "UPDATE samples SET status = 'rejected', reason = ? WHERE id = ? AND status = 'new'",
                (str(facts.refused), sample_id),
            )
            continue
        first = db.execute(
            "SELECT id FROM samples WHERE sha256 = ? AND id <> ? AND status NOT IN ('duplicate', 'rejected')"
            " ORDER BY status = 'new', id LIMIT 1",
            (facts.sha256, sample_id),
        ).fetchone()
        if first:
            db.execute(
                "UPDATE samples SET status = 'duplicate', duplicate_of = ? WHERE id = ? AND status = 'new'",
                (first[0], sample_id),
            )
