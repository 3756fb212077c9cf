"""The request log: nothing unless asked for; then rows, and pictures only when they are asked for too."""

import base64
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from api_stub import requestlog
from api_stub.database import close_database, open_database
from api_stub.settings import Settings
from api_stub.tables import Base, CleaningEntry, RequestEntry
from dataset.hashing import sha256_of
from tests.api_stub.pictures_server import picture_server
from tests.api_stub.support import MODEL, png, serving, text64, wait_until

PICTURE = png(44, 21)


@contextlib.contextmanager
def logged(data: Path, **settings: object) -> Iterator[httpx.Client]:
    with serving(Settings(model=MODEL, data=data, **settings)) as client:
        yield client


def rows(data: Path, table: type[Base]) -> list:
    """What is in a table after the endpoint has stopped."""
    sessions = open_database(None, data)
    try:
        with sessions.begin() as session:
            return list(session.scalars(select(table).order_by(table.id)))
    finally:
        close_database(sessions)


def test_nothing_is_kept_by_default(tmp_path: Path) -> None:
    with logged(tmp_path) as client:
        client.post("/predict", files={"image": PICTURE})
        client.post("/remove_background", json={"imgb64_dirty": text64(PICTURE)})
    assert list(tmp_path.iterdir()) == []


def test_one_row_a_request(tmp_path: Path) -> None:
    with logged(tmp_path, log=True) as client:
        client.post("/predict", files={"image": PICTURE})
        client.post("/predict", files={"image": b"no picture"})
        client.get("/nowhere/secret")
        client.post("/predict-batch", json={"images": [text64(png(30, 20)), text64(png(31, 20))]})
    found = rows(tmp_path, RequestEntry)
    told = [(row.route, row.status, row.text, row.confidence, row.size) for row in found]
    assert told == [
        ("/predict", 200, "44x21", 0.75, len(PICTURE)),
        ("/predict", 400, None, None, 10),
        ("unmatched", 404, None, None, None),
        ("/predict-batch", 200, "30x20", 0.75, len(png(30, 20))),
        ("/predict-batch", 200, "31x20", 0.75, len(png(31, 20))),
    ]
    assert found[0].sha256 == sha256_of(PICTURE)
    assert all(0 < row.milliseconds < 60_000 for row in found)
    assert not (tmp_path / "pictures").exists()


def test_cleanings_leave_hashes(tmp_path: Path) -> None:
    with logged(tmp_path, log=True) as client:
        body = client.post("/remove_background", json={"imgb64_dirty": text64(PICTURE)}).json()
        client.post("/remove_background", json={"imgb64_dirty": "%%"})
    (row,) = rows(tmp_path, CleaningEntry)
    clean = base64.b64decode(body["imgb64_clean"].partition(",")[2])
    assert (row.dirty, row.clean) == (sha256_of(PICTURE), sha256_of(clean))


def test_pictures_are_kept_when_asked_for(tmp_path: Path) -> None:
    with logged(tmp_path, log_images=True) as client:
        body = client.post("/captcha_recap_image", json={"image_base64": text64(PICTURE)}).json()
        client.post("/predict", files={"image": b"no picture"})
        cleaned = client.post("/remove_background", json={"imgb64_dirty": text64(PICTURE)}).json()
    (path,) = body["content"]["list_path"]
    assert (tmp_path / path).read_bytes() == PICTURE
    assert len(list((tmp_path / "pictures").iterdir())) == 1
    (row,) = rows(tmp_path, CleaningEntry)
    assert (row.dirty, row.clean) == ("data:image/png;base64," + text64(PICTURE), cleaned["imgb64_clean"])


def test_only_the_newest_pictures_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requestlog, "TIDY_EVERY", 4)
    with logged(tmp_path, log_images=True, keep_images=2) as client:
        for width in range(20, 28):
            client.post("/remove_background", json={"imgb64_dirty": text64(png(width, 20))})
    assert len(list((tmp_path / "pictures").iterdir())) == 2
    assert len(rows(tmp_path, CleaningEntry)) == 2
    assert len(rows(tmp_path, RequestEntry)) == 8


def test_a_log_that_cannot_keep_up_drops_rows_and_never_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requestlog, "MAX_WAITING", 1)
    sessions = open_database(None, tmp_path)
    with sessions.begin():  # holds SQLite's write lock
        log = requestlog.RequestLog(sessions, None, 1)
        for _ in range(5):
            log.write([RequestEntry(route="/predict", status=200, milliseconds=1.0)])
        assert log.dropped >= 3
    log.close()
    assert 1 <= len(rows(tmp_path, RequestEntry)) <= 2


def test_rows_that_cannot_be_written_are_told_to_callers_of_sessions(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with picture_server() as pictures, logged(tmp_path, log=True, fetch_allow=("127.0.0.1",)) as client:
        fetch = {"session_id": "s", "image_url": pictures.url, "time": 1}
        assert client.post("/captcha_image", json=fetch).status_code == 200
        with contextlib.closing(sqlite3.connect(tmp_path / "endpoint.db")) as database:
            wait_until(lambda: database.execute("SELECT count(*) FROM requests").fetchone()[0] == 1)
            database.execute("ALTER TABLE requests RENAME TO elsewhere")
            assert client.post("/predict", files={"image": PICTURE}).status_code == 200
            wait_until(lambda: client.post("/captcha_image", json=fetch).status_code == 400)
            said = client.post("/captcha_image", json=fetch).json()["error"]
            assert said == "Failed to insert data the database"
            database.execute("ALTER TABLE elsewhere RENAME TO requests")
            wait_until(lambda: client.post("/captcha_image", json=fetch).status_code == 200)
    assert "could not be written" in caplog.text
