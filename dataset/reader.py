"""What can be asked of an open dataset: samples, counts, sources, edits and runs."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dataset import adding, moves, queries, runs, schema
from dataset.errors import DatasetError, ImageRefused
from dataset.hashing import sha256_of
from dataset.sample import STATUSES, Query, Sample, Source
from dataset.transaction import translated

_READS_TRIED = 8


class Reader:
    """The reading half of a `dataset.store.Store`."""

    def __init__(self, folder: Path, db: sqlite3.Connection, moved: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._db = db
        self._moved = moved or {}

    def path(self, sample: Sample) -> Path:
        """Where the sample's file lies. Raises DatasetError for a row that leads out of the folder."""
        return Path(moves.inside(str(self.folder), self._moved.get(sample.file, sample.file)))

    def read(self, sample: Sample) -> bytes:
        """The file's original bytes, even while another process moves it or gives its old name to another picture.

        Raises ImageRefused ("unreadable") when the file is gone or may not be read.
        """
        path = self.path(sample)
        for attempt in range(_READS_TRIED):
            data = _bytes_of(path)
            if data is not None and sample.sha256 in (None, sha256_of(data)):
                return data
            # Finding it where it should be says nothing about the bytes just read: it may have come back since.
            time.sleep(0.001 * attempt)
            path = self._path_now(sample.id) or path
        if data is not None:
            return data  # it stays another picture, so it was changed: `verify` tells
        raise ImageRefused("unreadable", f"{path}: the file is gone; run `python -m dataset verify`")

    def get(self, sample_id: int) -> Sample:
        """The sample with this id. Raises DatasetError when there is none."""
        rows = self._rows(f"{queries.SELECT_SAMPLE} WHERE id = ?", (sample_id,))
        if not rows:
            raise DatasetError(f"{self.folder}: there is no sample {sample_id}")
        return queries.sample_of(rows[0])

    def find(self, file: str) -> Sample | None:
        """The sample of a relative POSIX path, or None."""
        rows = self._rows(f"{queries.SELECT_SAMPLE} WHERE file = ?", (file,))
        return queries.sample_of(rows[0]) if rows else None

    def samples(self, query: Query = Query()) -> Iterator[Sample]:  # noqa: B008  (frozen)
        """The samples of a query, streamed."""
        with translated(self.folder):
            for row in self._db.execute(*queries.select(query)):
                yield queries.sample_of(row)

    def ids(self, query: Query = Query()) -> list[int]:  # noqa: B008
        """The ids of a query, in its order."""
        with translated(self.folder):
            return [row[0] for row in self._db.execute(*queries.select_ids(query))]

    def count(self, query: Query = Query()) -> int:  # noqa: B008
        """How many samples a query has (its limit and offset are ignored)."""
        return int(self._rows(*queries.select_count(query))[0][0])

    def counts(self) -> dict[str, int]:
        """How many samples have each status; every status is a key."""
        found = dict(self._rows("SELECT status, count(*) FROM samples GROUP BY status"))
        return {status: found.get(status, 0) for status in STATUSES}

    def types(self) -> list[str]:
        """The types that occur, sorted."""
        return [row[0] for row in self._rows("SELECT DISTINCT type FROM samples WHERE type <> '' ORDER BY type")]

    def sources(self, sample_id: int) -> list[Source]:
        """Where the sample came from: one record each time its content was met."""
        with translated(self.folder):
            return adding.known_sources(self._db, sample_id)

    def runs(self) -> list[dict[str, Any]]:
        """All runs, the first first; `finished_at` and `outcome` are None for one that was killed."""
        with translated(self.folder):
            return runs.listed(self._db)

    def _path_now(self, sample_id: int) -> Path | None:
        """Where a sample's file lies at this moment: this connection may be in the middle of reading an older state."""
        with translated(self.folder):
            db, copy = schema.connect_read_only(self.folder)
            try:
                row = db.execute("SELECT file FROM samples WHERE id = ?", (sample_id,)).fetchone()
                return self.folder / moves.pending(db, self.folder).get(row[0], row[0]) if row else None
            finally:
                db.close()
                if copy:
                    copy.cleanup()

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with translated(self.folder):
            return self._db.execute(sql, values).fetchall()


def _bytes_of(path: Path) -> bytes | None:
    """The bytes of a file, or None when there is none of that name just now."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ImageRefused("unreadable", f"{path}: cannot be read ({error.strerror})") from error
