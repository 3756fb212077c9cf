"""The database: versions, migrations, strangers' and damaged files."""

import sqlite3
from pathlib import Path

import pytest

from dataset import schema
from dataset.errors import DatasetError, DatasetReadOnly, NewerSchema
from dataset.store import Store
from tests.dataset.support import named, plain_folder


def database(folder: Path, *statements: str) -> None:
    db = sqlite3.connect(folder / schema.DATABASE, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def opened_both_ways(folder: Path, kind: type[DatasetError], match: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for read_only in (False, True):
        with pytest.raises(kind, match=match):
            Store.open(folder, read_only=read_only)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    Store.open(plain_folder(tmp_path, "a.png")).close()
    database(tmp_path, f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    opened_both_ways(tmp_path, NewerSchema, "made by a newer captcha-toolkit")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    database(tmp_path, "CREATE TABLE songs (title TEXT)")
    opened_both_ways(tmp_path, DatasetError, "another program")


@pytest.mark.parametrize("data", [b"no database at all" * 300, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / schema.DATABASE).write_bytes(data)
    opened_both_ways(tmp_path, DatasetError, "not a readable database|damaged|another program")


def test_damage_inside_is_a_sentence(tmp_path: Path) -> None:
    Store.open(plain_folder(tmp_path, *(f"{i}.png" for i in range(300)))).close()
    path = tmp_path / schema.DATABASE
    data = bytearray(path.read_bytes())
    data[3 * 4096 :] = b"\xa5" * (len(data) - 3 * 4096)
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=r"damaged|not a readable"), Store.open(tmp_path, scan=False) as store:
        store.counts()
    with pytest.raises(DatasetError, match="damaged"), Store.open(tmp_path, read_only=True) as store:
        list(store.samples())


def test_an_empty_database_is_filled(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    (tmp_path / schema.DATABASE).touch()
    with pytest.raises(DatasetError, match="an empty database"):
        Store.open(tmp_path, read_only=True)
    with Store.open(tmp_path) as store:
        assert store.count() == 1


def test_a_folder_in_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / schema.DATABASE).mkdir()
    with pytest.raises(DatasetReadOnly, match="cannot be opened"):
        Store.open(tmp_path)
    with pytest.raises(DatasetError, match="not a dataset"):
        Store.open(tmp_path, read_only=True)


def test_an_older_database_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path) as store:
        store.label(1, "A", by="me")
    before = len(schema.MIGRATIONS)
    step = "ALTER TABLE samples ADD COLUMN mood TEXT DEFAULT 'calm';\nCREATE INDEX by_mood ON samples (mood);"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    with Store.open(tmp_path) as store:
        assert named(store) == {"A.png": "labelled:A"}
        assert store._db.execute("SELECT mood FROM samples").fetchall() == [("calm",)]
        assert store._db.execute("PRAGMA user_version").fetchone() == (before + 1,)


def test_a_failing_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(plain_folder(tmp_path, "a.png")).close()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE half (a);\nno statement;"))
        with pytest.raises(DatasetError):
            Store.open(tmp_path)
    with Store.open(tmp_path) as store:
        assert store._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall() == []
        assert store.count() == 1


def test_the_database_is_one_file_after_closing(tmp_path: Path) -> None:
    with Store.open(plain_folder(tmp_path, "a.png")) as store:
        store.label(1, "A", by="me")
        assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store._db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.png", "captcha.db"]
