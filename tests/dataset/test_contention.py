"""Several processes and connections on one dataset."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dataset.errors import DatasetBusy
from dataset.store import Store
from tests.dataset.support import contents, disagreements, plain_folder, png
from tests.support import python

HOLDER = """
import sys
from dataset.store import Store
with Store.open(sys.argv[1], program="collector") as store:
    if len(sys.argv) > 2:
        store._db.execute("BEGIN IMMEDIATE")
    print("ready", flush=True)
    sys.stdin.read()
"""

OPENER = """
import sys
from dataset.store import Store
with Store.open(sys.argv[1]) as store:
    print(store.count())
"""


@contextmanager
def holder(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has the dataset open, and with an option holds the write lock."""
    command = [sys.executable, "-c", HOLDER, str(folder), *options]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"ready"
        yield child
    finally:
        child.communicate()


def contend(seconds: float) -> None:
    done = python("-m", "tests.dataset.contention", "--seconds", str(seconds), timeout=seconds + 100)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["broken"] == []
    assert min(report["added"], report["confirmed"], report["passes"]) > 0


def test_two_writers_and_a_reader_at_once() -> None:
    contend(2)


@pytest.mark.full
def test_two_writers_and_a_reader_for_a_minute() -> None:
    contend(60)


def test_who_waits_in_vain_is_told_for_whom(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path, wait=0.05) as store, holder(tmp_path, "locked") as other:
        with pytest.raises(DatasetBusy, match=rf"collector \(process {other.pid}\) is writing; wait"):
            store.label(1, "A", by="me")
        with pytest.raises(DatasetBusy, match="collector"):
            Store.open(tmp_path, wait=0.05)
        assert store.count() == 1
        assert contents(tmp_path).keys() == {"a.png"}
        with Store.open(tmp_path, read_only=True) as reader:
            assert reader.count() == 1
    with Store.open(tmp_path) as store:
        assert store.label(1, "A", by="me").file == "A.png"


def test_a_writer_waits_for_another(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png")
    with Store.open(tmp_path) as store, holder(tmp_path, "locked") as other:
        threading.Timer(0.2, other.kill).start()
        assert store.label(1, "A", by="me").label == "A"


def test_two_stores_in_one_process(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path, wait=0.05) as one, Store.open(tmp_path, wait=0.05) as two:
        one.label(1, "A", by="me")
        assert two.get(1).file == "A.png"
        two.label(1, "B", by="you")
        assert one.read(one.get(1)) == png(0)
        assert one.undo() is not None
        assert two.get(1).label == "A"
        with one._writing(), pytest.raises(DatasetBusy, match="another program is writing"):
            two.label(2, "X", by="me")
        assert disagreements(one) == []


def test_a_commit_does_not_forget_the_moves_of_the_next_writer(tmp_path: Path) -> None:
    """The intents of one writer must survive that the writer before it tidies up after its own commit."""
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as one, Store.open(tmp_path) as two:
        entered, go_on = threading.Event(), threading.Event()
        first = one._writing()
        transaction = first.__enter__()
        transaction.moves.move("a.png", "x.png")
        transaction.db.execute("UPDATE samples SET file = 'x.png' WHERE id = 1")

        def second() -> None:
            with Store.open(tmp_path, scan=False) as three, pytest.raises(ZeroDivisionError), three._writing() as other:
                entered.set()
                other.moves.move("b.png", "y.png")
                go_on.wait(10)
                raise ZeroDivisionError

        thread = threading.Thread(target=second)
        thread.start()
        first.__exit__(None, None, None)
        assert entered.wait(10)
        go_on.set()
        thread.join()
        assert disagreements(two) == []
        assert contents(tmp_path).keys() == {"x.png", "b.png"}


def test_a_reader_finds_files_that_are_being_moved(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as writer, Store.open(tmp_path, read_only=True) as reader:
        one = reader.get(1)
        with writer._writing() as transaction:
            transaction.moves.move("a.png", "c.png")
            assert reader.read(one) == png(0)
            transaction.db.execute("UPDATE samples SET file = 'c.png' WHERE id = 1")
        assert reader.read(one) == png(0)


def test_a_reader_is_not_disturbed_by_a_writer_that_comes_and_goes(tmp_path: Path) -> None:
    plain_folder(tmp_path, *(f"{i:03}.png" for i in range(300)))
    Store.open(tmp_path).close()
    with Store.open(tmp_path, read_only=True) as reader:
        rows = reader.samples()
        seen = [next(rows).file]
        with Store.open(tmp_path) as writer:
            writer.label_many([(i, f"L{i}") for i in range(1, 301)], by="me")
        seen += [sample.file for sample in rows]
        assert seen == [f"{i:03}.png" for i in range(300)]  # as it was when the reading began
        assert reader.get(300).label == "L300"
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.endswith(".png")) == ["captcha.db"]


def test_many_processes_open_a_new_folder_at_once(tmp_path: Path) -> None:
    plain_folder(tmp_path, *(f"{i}.png" for i in range(50)))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    outputs = [child.communicate() for child in children]
    assert outputs == [("50\n", "")] * 4
    with Store.open(tmp_path) as store:
        assert disagreements(store) == []


def test_a_killed_holder_is_forgotten(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
    with Store.open(tmp_path) as store:
        assert len(store._db.execute("SELECT pid FROM openers").fetchall()) == 1
    db = sqlite3.connect(tmp_path / "captcha.db")
    assert db.execute("SELECT pid FROM openers").fetchall() == []
    db.close()


def test_a_reader_is_not_fooled_by_a_name_given_to_another_picture(tmp_path: Path) -> None:
    plain_folder(tmp_path, "a.png", "b.png")
    with Store.open(tmp_path) as writer, Store.open(tmp_path, read_only=True) as reader:
        writer.index()
        one = reader.get(1)
        writer.label_many([(1, "x"), (2, "a")], by="me")
        assert (tmp_path / one.file).read_bytes() == png(1)
        assert reader.read(one) == png(0)
        (tmp_path / "x.png").write_bytes(png(5))  # changed from outside: that is what lies there now
        assert reader.read(writer.get(1)) == png(5)
