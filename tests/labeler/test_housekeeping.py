import queue
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.store import Store
from labeler import housekeeping
from labeler.housekeeping import FolderGrew, Housekeeper
from tests.labeler.conftest import draw


@pytest.fixture
def messages() -> "queue.SimpleQueue[FolderGrew]":
    return queue.SimpleQueue()


@pytest.fixture
def keeper(
    folder: Path, messages: "queue.SimpleQueue[FolderGrew]", monkeypatch: pytest.MonkeyPatch
) -> Iterator[Housekeeper]:
    monkeypatch.setattr(housekeeping, "_START_SECONDS", 0.01)
    monkeypatch.setattr(housekeeping, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(housekeeping, "_IDLE_SECONDS", 0.01)
    Store.open(folder).close()
    made = Housekeeper(folder, messages.put)
    yield made
    made.close()


def test_files_and_rows_that_appear_are_told(
    keeper: Housekeeper, folder: Path, messages: "queue.SimpleQueue[FolderGrew]"
) -> None:
    draw("a file").save(folder / "file.png")
    first = messages.get(timeout=20)
    assert len(first.added) == 1
    with Store.open(folder, scan=False) as store:
        sample = store.add((folder / "p0.png").read_bytes() + b"other", by="collector").sample
    second = messages.get(timeout=20)
    assert second.added == (sample.id,)


def test_copies_are_found(keeper: Housekeeper, folder: Path, messages: "queue.SimpleQueue[FolderGrew]") -> None:
    shutil.copy(folder / "p0.png", folder / "q0.png")
    aside: set[int] = set()
    while not aside:
        aside.update(messages.get(timeout=20).aside)
    with Store.open(folder, scan=False) as store:
        assert store.get(aside.pop()).status == "duplicate"


def test_nothing_happens_while_a_person_types(
    keeper: Housekeeper, folder: Path, messages: "queue.SimpleQueue[FolderGrew]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_QUIET_SECONDS", 3600)
    keeper.stand_back()
    draw("a file").save(folder / "file.png")
    with pytest.raises(queue.Empty):
        messages.get(timeout=0.4)
