"""The request log: what was asked and answered, written to the database by a thread of its own.

Off unless asked for. Rows hold hashes and texts; pictures only with `log_images`, and only the newest of them.
"""

import base64
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import delete, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_stub.database import Sessions, close_database
from api_stub.noting import Seen, start_noting
from api_stub.tables import Base, CleaningEntry, RequestEntry
from dataset.errors import ImageRefused
from dataset.hashing import sha256_of
from dataset.imagefile import inspect

MAX_WAITING = 10_000
TIDY_EVERY = 100
log = logging.getLogger("api_stub")
Entry = tuple[Sequence[Base], Sequence[bytes]]


class RequestLog:
    """Writes rows in the background; when the database cannot keep up, rows are dropped and counted.

    With a `pictures` folder the pictures are kept there, the newest `keep` of them.
    """

    def __init__(self, sessions: Sessions, pictures: Path | None, keep: int) -> None:
        self._sessions = sessions
        self._pictures = pictures
        self._keep = keep
        self._written = 0
        self._waiting: queue.Queue[Entry | None] = queue.Queue(MAX_WAITING)
        self.dropped = 0
        self.failing = False
        """Whether the newest row could not be written."""
        self._thread = threading.Thread(target=self._work, name="request-log", daemon=True)
        self._thread.start()

    def write(self, rows: Sequence[Base], pictures: Sequence[bytes] = ()) -> None:
        """Add rows soon, and pictures if any are kept; never waits."""
        try:
            self._waiting.put_nowait((rows, pictures if self._pictures else ()))
        except queue.Full:
            self.dropped += 1

    def path_of(self, picture: bytes) -> str:
        """Where a picture is kept inside the data folder; nothing when none are."""
        if self._pictures is None:
            return ""
        return f"{self._pictures.name}/{sha256_of(picture)}{inspect(picture).extension}"

    def cleaning(self, dirty: bytes, clean: bytes) -> None:
        """Add a row for a background removal: hashes, or the pictures where pictures are kept."""
        shown = _data_uri if self._pictures else sha256_of
        self.write([CleaningEntry(dirty=shown(dirty), clean=shown(clean))])

    def close(self) -> None:
        """Write what waits, then close the database."""
        self._waiting.put(None)
        self._thread.join()
        close_database(self._sessions)

    def _work(self) -> None:
        while (entry := self._waiting.get()) is not None:
            try:
                self._store(*entry)
                self.failing = False
            except Exception:  # a row that cannot be written must not stop the endpoint, nor the rows after it
                self.dropped += 1
                self.failing = True
                log.exception("A row of the request log could not be written")

    def _store(self, rows: Sequence[Base], pictures: Sequence[bytes]) -> None:
        with self._sessions.begin() as session:
            session.add_all(rows)
            self._written += 1
            tidy = self._pictures is not None and self._written % TIDY_EVERY == 0
            if tidy:
                last = select(CleaningEntry.id).order_by(CleaningEntry.id.desc()).offset(self._keep).limit(1)
                if (oldest := session.scalar(last)) is not None:
                    session.execute(delete(CleaningEntry).where(CleaningEntry.id <= oldest))
        if self._pictures is not None:
            self._keep_files(self._pictures, pictures, tidy=tidy)

    def _keep_files(self, folder: Path, pictures: Sequence[bytes], *, tidy: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in pictures:
            with contextlib.suppress(ImageRefused):  # what is no picture is not kept
                path = folder.parent / self.path_of(picture)
                if not path.exists():
                    path.write_bytes(picture)
        if tidy:
            files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in files[self._keep :]:
                path.unlink(missing_ok=True)


class Logged:
    """ASGI layer: one row a request; of a batch, one row a picture."""

    def __init__(self, app: ASGIApp, current: Callable[[], RequestLog | None]) -> None:
        self._app = app
        self._current = current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_log = self._current()
        if request_log is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()
        seen = start_noting()

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            rows = [_row(scope, status, started, one) for one in seen] or [_row(scope, status, started)]
            request_log.write(rows, [one.picture for one in seen])


def _row(scope: Scope, status: int, started: float, seen: Seen | None = None) -> RequestEntry:
    row = RequestEntry(
        route=getattr(scope.get("route"), "path", "unmatched"),
        status=status,
        milliseconds=1000 * (time.perf_counter() - started),
    )
    if seen is not None:
        row.sha256, row.size = sha256_of(seen.picture), len(seen.picture)
        row.text, row.confidence = seen.text, seen.confidence
    return row


def _data_uri(picture: bytes) -> str:
    kind = inspect(picture).format
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
