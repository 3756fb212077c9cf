"""The dataset folder: one object through which everything reads and writes samples.

A `Store` is one connection for one thread; processes and threads open their own on the same folder. Every change
is one transaction that takes files and rows together (see `dataset.moves`), so a kill at any moment loses nothing.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from dataset import adding, edits, holders, indexing, moves, runs, scanning, schema
from dataset.errors import DatasetError, DatasetReadOnly, no_folder
from dataset.names import checked_label
from dataset.reader import Reader
from dataset.sample import STATUSES, Added, Edit, Sample, Source
from dataset.times import now
from dataset.transaction import Transaction, translated, writing


class Store(Reader):
    """A dataset folder, open. Use `Store.open`; close it or use it as a context manager."""

    def __init__(
        self,
        folder: Path,
        db: sqlite3.Connection,
        copy: tempfile.TemporaryDirectory[str] | None,
        *,
        read_only: bool,
    ) -> None:
        # A killed writer's moves are taken back by the next writer; until then readers follow the files.
        super().__init__(folder, db, moves.pending(db, folder) if read_only else None)
        self.read_only = read_only
        self._copy = copy
        self._shared: Transaction | None = None

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        create: bool = True,
        read_only: bool = False,
        scan: bool = True,
        wait: float = schema.BUSY_SECONDS,
        program: str = "captcha-dataset",
    ) -> "Store":
        """Open a folder; any plain folder of pictures becomes a dataset in place (only names are read).

        `create` makes the folder when it is missing. `read_only` changes nothing and needs an existing database.
        Without `scan` files that appeared since are left for `scan()`, and opening a large folder takes no time.
        What a killed process left is mended first. `wait`: seconds that each change waits for another process before
        DatasetBusy is raised. Raises DatasetError (busy, read-only, newer, not a folder).
        """
        folder = Path(folder)
        with translated(folder):
            if not folder.is_dir():
                if folder.exists() or read_only or not create:
                    raise no_folder(folder)
                folder.mkdir(parents=True)
            if read_only:
                return cls(folder, *schema.connect_read_only(folder, wait), read_only=True)
            store = cls(folder, schema.connect(folder, wait), None, read_only=False)
        try:
            with store._writing():
                holders.sign_in(store._db, program)
            if scan:
                store.scan()
            schema.shrink_cache(store._db)
        except BaseException:
            store._db.close()
            raise
        return store

    # ------------------------------------------------------------------ adding

    def scan(self) -> int:
        """Take up the picture files that appeared in the folder since; returns how many.

        Looks without the write lock, and takes it only when something is new.
        """
        with translated(self.folder):
            fresh = scanning.unknown(self._db, self.folder)
        if not fresh:
            return 0
        with self._writing() as transaction:
            return scanning.add_names(transaction.db, self.folder, fresh)

    def add(
        self,
        data: bytes,
        *,
        source: Source | None = None,
        label: str | None = None,
        by: str | None = None,
        type: str | None = None,
    ) -> Added:
        """Store a picture's original bytes under `images/`, file and row together.

        Content that is there already is a duplicate: only its provenance is kept. With a label the picture is
        stored as labelled. Raises ImageRefused when the bytes are no acceptable picture (see `reject`).
        """
        facts = indexing.facts_of(data)
        if facts.refused:
            raise facts.refused
        text = None if label is None else checked_label(label)
        with self._writing() as transaction:
            sample_id, duplicate = adding.add(transaction, data, facts, source, text, by, type)
            return Added(self.get(sample_id), duplicate)

    def reject(self, data: bytes, reason: str, *, source: Source | None = None) -> Sample:
        """Keep refused bytes aside in `rejected/`, with the reason and the provenance in a row."""
        with self._writing() as transaction:
            return self.get(adding.reject(transaction, data, reason, source))

    def adopt(self, sample: Sample, data: bytes, sources: Sequence[Source] = (), *, by: str) -> adding.Adopted:
        """Take over a sample of another dataset with all it knows; content that is here already is joined with it.

        Says what became of it: "new", "duplicate", "labelled" (the sample here had no label yet) or "conflict"
        (both are labelled, differently; the label here stays). Raises ImageRefused.
        """
        facts = indexing.facts_of(data)
        if facts.refused:
            raise facts.refused
        with self._writing() as transaction:
            return adding.adopt(transaction, sample, data, facts, sources, by)

    def index(self, limit: int = 500) -> int:
        """Hash and measure up to `limit` samples that were not yet; returns how many. Call again until 0."""
        last = 0
        while rows := self._rows(
            f"SELECT id, file FROM samples WHERE {indexing.UNMEASURED} AND id > ? ORDER BY id LIMIT ?", (last, limit)
        ):
            if measured := indexing.measure(self.folder, rows):
                with self._writing() as transaction:
                    indexing.record(transaction.db, measured)
                return len(measured)
            last = rows[-1][0]  # none of these can be read just now: look further
        return 0

    # ------------------------------------------------------------------ changing

    def label(self, sample_id: int, text: str, *, by: str, status: str = "labelled") -> Sample:
        """Give a sample its label: row, file name and undo journal in one step. Raises LabelError for a bad text."""
        values = self._label_values(text, by, status)
        with self._writing() as transaction:
            edits.apply(transaction, [(sample_id, values)], action="label", who=by)
            return self.get(sample_id)

    def label_many(self, pairs: Iterable[tuple[int, str]], *, by: str, status: str = "labelled") -> int:
        """Label many samples as one undoable edit, all or none; returns how many changed."""
        changes = [(sample_id, self._label_values(text, by, status)) for sample_id, text in pairs]
        with self._writing() as transaction:
            return edits.apply(transaction, changes, action="label", who=by)

    def set_status(self, sample_id: int, status: str, *, by: str, reason: str | None = None) -> Sample:
        """Set status and reason (skipped, unreadable, ...) as an undoable edit; label and file stay."""
        values = {"status": _checked_status(status), "reason": reason}
        with self._writing() as transaction:
            edits.apply(transaction, [(sample_id, values)], action=status, who=by)
            return self.get(sample_id)

    def set_type(self, ids: Iterable[int], type: str | None, *, by: str) -> int:
        """Set the type of samples as one undoable edit; returns how many changed."""
        with self._writing() as transaction:
            return edits.apply(transaction, [(i, {"type": type}) for i in ids], action="type", who=by)

    def mend_name(self, sample_id: int, moved_to: str | None = None) -> Sample:
        """Make row and file name agree: follow a file that was moved outside, or rename the file to its label."""
        with self._writing() as transaction:
            edits.mend_name(transaction, sample_id, moved_to)
            return self.get(sample_id)

    def undo(self) -> Edit | None:
        """Take back the latest edit (a batch is one); None when there is nothing to undo."""
        with self._writing() as transaction:
            return edits.undo(transaction)

    def redo(self) -> Edit | None:
        """Do again what was undone last; None when there is nothing to redo."""
        with self._writing() as transaction:
            return edits.redo(transaction)

    def set_predictions(self, rows: Iterable[tuple[int, str, float, Sequence[float], str]]) -> int:
        """Store predictions (id, text, confidence 0..1, one confidence a character, model version); not journalled."""
        values = [
            (text, confidence, json.dumps([round(float(c), 4) for c in characters]), version, sample_id)
            for sample_id, text, confidence, characters, version in rows
        ]
        with self._writing() as transaction:
            transaction.db.executemany(
                "UPDATE samples SET prediction = ?, confidence = ?, character_confidences = ?, model_version = ?"
                " WHERE id = ?",
                values,
            )
        return len(values)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make the changes inside one transaction: all or none. Let what they raise out of the block.

        The one exception is ImageRefused of `add`, which is raised before anything is written.
        """
        with self._writing() as transaction:
            before, self._shared = self._shared, transaction
            try:
                yield
            finally:
                self._shared = before

    # ------------------------------------------------------------------ runs

    def start_run(self, program: str, settings: Mapping[str, object]) -> int:
        """Record that a program begins work on this dataset; the run's id."""
        with self._writing() as transaction:
            return runs.start(transaction.db, program, settings)

    def finish_run(self, run_id: int, outcome: Mapping[str, object]) -> None:
        """Record how the run ended."""
        with self._writing() as transaction:
            runs.finish(transaction.db, run_id, outcome)

    # ------------------------------------------------------------------ life

    def close(self) -> None:
        """Close the connection; the database is left as one file when nobody else has it open. Never waits or fails."""
        if not self.read_only:
            with suppress(sqlite3.Error, DatasetError):  # what is left behind does no harm
                self._db.execute("PRAGMA busy_timeout = 0")
                with self._writing():
                    holders.sign_out(self._db)
                    moves.tidy(self.folder)
        self._db.close()
        if self._copy:
            self._copy.cleanup()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _writing(self) -> AbstractContextManager[Transaction]:
        if self.read_only:
            raise DatasetReadOnly(f"{self.folder}: opened for reading only")
        return writing(self._db, self.folder) if self._shared is None else nullcontext(self._shared)

    @staticmethod
    def _label_values(text: str, by: str, status: str) -> dict[str, Any]:
        return {
            "label": checked_label(text),
            "status": _checked_status(status),
            "reason": None,
            "labelled_by": by,
            "labelled_at": now(),
        }


def _checked_status(status: str) -> str:
    if status not in STATUSES:
        raise DatasetError(f"there is no status {status!r}; the statuses are {', '.join(STATUSES)}")
    return status
