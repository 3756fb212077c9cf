"""Moves that follow the fate of a transaction."""

import errno
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.errors import DatasetError
from dataset.moves import INTENTS, MoveJournal, pending, recover, rename_no_replace, tidy


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    yield connection
    connection.close()


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(params=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("links")
def test_a_rename_never_replaces(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(FileExistsError):
        rename_no_replace(str(tmp_path / "a"), str(tmp_path / "b"))
    assert files(tmp_path) == {"a": b"a", "b": b""}
    rename_no_replace(str(tmp_path / "a"), str(tmp_path / "c"))
    assert files(tmp_path) == {"c": b"a", "b": b""}
    with pytest.raises(OSError, match="No such file"):
        rename_no_replace(str(tmp_path / "gone"), str(tmp_path / "d"))
    assert files(tmp_path) == {"c": b"a", "b": b""}


@pytest.mark.usefixtures("links")
def test_moves_are_taken_back_the_last_first(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode())
    journal = MoveJournal(tmp_path)
    journal.move("a", "x")
    journal.move("b", "a")
    journal.create("new/n", b"n")
    journal.move("new/n", "b")
    assert {k: v for k, v in files(tmp_path).items() if k != INTENTS} == {"x": b"a", "a": b"b", "b": b"n"}
    journal.undo()
    assert files(tmp_path) == {"a": b"a", "b": b"b", INTENTS: b""}


def test_the_next_one_takes_back_what_was_not_committed(tmp_path: Path, db: sqlite3.Connection) -> None:
    (tmp_path / "a").write_bytes(b"a")
    journal = MoveJournal(tmp_path)
    journal.move("a", "b")
    journal.close()  # as if killed
    assert pending(db, tmp_path) == {"a": "b"}
    recover(db, tmp_path)
    assert files(tmp_path) == {"a": b"a", INTENTS: b""}
    tidy(tmp_path)
    assert files(tmp_path) == {"a": b"a"}
    assert pending(db, tmp_path) == {}


def test_what_was_committed_stands(tmp_path: Path, db: sqlite3.Connection) -> None:
    (tmp_path / "a").write_bytes(b"a")
    journal = MoveJournal(tmp_path)
    journal.move("a", "b")
    journal.seal(db)
    assert pending(db, tmp_path) == {}
    recover(db, tmp_path)
    assert (tmp_path / "b").exists()
    later = MoveJournal(tmp_path)  # one that moves nothing must not take the older one's moves back
    later.seal(db)
    later.undo()
    assert (tmp_path / "b").exists()


def test_pending_follows_chains(tmp_path: Path, db: sqlite3.Connection) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode())
    journal = MoveJournal(tmp_path)
    for old, new in (("a", "between"), ("between", "A1"), ("b", "a")):
        journal.move(old, new)
    journal.close()
    assert pending(db, tmp_path) == {"a": "A1", "b": "a"}
    with (tmp_path / INTENTS).open("ab") as file:
        token = json.dumps(journal._token).encode()
        file.write(b'[%s, "A1", "z", false]\n[%s, "a", "q"' % (token, token))  # one not carried out, one cut off
    assert pending(db, tmp_path) == {"a": "A1", "b": "a"}
    recover(db, tmp_path)
    assert files(tmp_path) == {"a": b"a", "b": b"b", INTENTS: b""}


def test_a_name_taken_in_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"a")
    journal = MoveJournal(tmp_path)
    monkeypatch.setattr(os.path, "lexists", lambda path: not str(path).endswith("taken"))
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(FileExistsError):
        journal.move("a", "taken")
    with pytest.raises(FileExistsError):
        journal.create("taken", b"ours")
    monkeypatch.undo()
    journal.move("a", "b")
    journal.undo()
    assert files(tmp_path) == {"a": b"a", "taken": b"", INTENTS: b""}


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"{}\n",
        b"7\n",
        b'["t", "../out", "b", true]\n',
        b'["t", "b", "/out", true]\n',
        b'["t", "a/../../out", "b", true]\n',
        b'["t", 1, 2, 3]\n',
        b'["t", "a"]\n',
        b'["t", "\\u0000", "b", true]\n',
    ],
)
def test_somebody_elses_intents_do_no_harm(tmp_path: Path, db: sqlite3.Connection, rubbish: bytes) -> None:
    (tmp_path / "out").write_bytes(b"precious")
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "a").write_bytes(b"a")
    (folder / INTENTS).write_bytes(rubbish)
    assert pending(db, folder) == {}
    recover(db, folder)
    tidy(folder)
    assert files(tmp_path) == {"out": b"precious", "d/a": b"a"}


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a//x", "./x", "a\0"])
def test_nothing_moves_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"a")
    journal = MoveJournal(tmp_path)
    for work in (lambda: journal.move("a", name), lambda: journal.move(name, "b"), lambda: journal.create(name, b"")):
        with pytest.raises(DatasetError, match="leads out"):
            work()
    assert files(tmp_path) == {"a": b"a"}


def test_a_journal_writes_over_the_one_before(tmp_path: Path, db: sqlite3.Connection) -> None:
    for i in range(20):
        (tmp_path / f"{i}").write_bytes(b"%d" % i)
    first = MoveJournal(tmp_path)
    for i in range(20):
        first.move(f"{i}", f"moved {i}")
    first.seal(db)
    second = MoveJournal(tmp_path)
    second.move("moved 7", "a much longer name than all the ones before it")
    second.close()  # as if killed
    assert pending(db, tmp_path) == {"moved 7": "a much longer name than all the ones before it"}
    recover(db, tmp_path)
    assert files(tmp_path) == {f"moved {i}": b"%d" % i for i in range(20)} | {INTENTS: b""}
