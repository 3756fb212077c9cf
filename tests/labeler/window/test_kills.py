"""kill -9 of the window and of its trainings at random moments: no label is lost, nothing is left behind."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.labeler_parts import folders
from benchmarks.labeler_parts.person import Person
from benchmarks.labeler_parts.screen import Screen
from dataset.sample import CONFIRMED, Query
from dataset.store import Store
from dataset.verify import verify
from ocr.recognizer import Recognizer

pytestmark = [pytest.mark.full, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc and XTEST")]
_BEFORE = 19  # labels there are: the next one begins a lesson
_COUNT = 80
_ROUNDS = 6


@pytest.fixture
def glass() -> Iterator[Screen]:
    with Screen() as made:
        yield made


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Readable pictures, some of them labelled already; what the window makes elsewhere goes to `tmp`."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    folder = tmp_path / "pictures"
    folders.readable(folder, _COUNT, 7, labelled=False)
    with Store.open(folder) as store:
        for number, sample_id in enumerate(store.ids(Query(limit=_BEFORE))):
            store.label(sample_id, f"{number:05}", by="test")
    return folder


def labelled(folder: Path) -> int:
    assert not verify(folder)["findings"]
    with Store.open(folder) as store:
        return store.count(Query(statuses=CONFIRMED))


def wait(until: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "that never came true"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def label_one(person: Person, rng: random.Random) -> None:
    for _letter in range(5):
        person.screen.press(rng.choice("abcdefgh"))
    person.press_through("Return", person.picture)


def nothing_half(folder: Path) -> None:
    pictures = [path for path in folder.iterdir() if path.suffix == ".png"]
    assert len(pictures) == _COUNT
    assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]
    model = folder / "model.onnx"
    assert not model.exists() or Recognizer.load(model)


def test_of_the_window(glass: Screen, pictures: Path, tmp_path: Path) -> None:
    rng, given = random.Random(3), _BEFORE
    for _round in range(_ROUNDS):
        person = Person(glass, pictures, tmp_path / "home", learn=True)
        person.ready()
        glass.press("n", "Control_L")  # it stands where the last run was seen, which may be labelled since
        person.still(person.picture)
        for _label in range(rng.randrange(1, 4)):
            label_one(person, rng)
            given += 1
        wait(lambda: bool(person.children()))  # noqa: B023
        time.sleep(rng.random() * 12)
        children = person.children()
        person.kill()
        wait(lambda: all(map(gone, children)))  # noqa: B023
        assert labelled(pictures) == given
        nothing_half(pictures)
        assert len(list((tmp_path / "tmp").glob("captcha-less*"))) == 1, "the next start removes it, or nobody does"
    with Person(glass, pictures, tmp_path / "home", learn=True) as person:
        person.ready()
        glass.press("q", "Control_L")
        person.process.wait(60)
    assert not list((tmp_path / "tmp").glob("captcha-less*"))


def test_of_the_training(glass: Screen, pictures: Path, tmp_path: Path) -> None:
    rng, given = random.Random(4), _BEFORE
    with Person(glass, pictures, tmp_path / "home", learn=True) as person:
        person.ready()
        for _round in range(3):
            children: list[int] = []
            while not children:
                label_one(person, rng)
                given += 1
                children = person.children()
            time.sleep(rng.random() * 8)
            for child in person.children():
                os.kill(child, signal.SIGKILL)
            wait(lambda: all(map(gone, children)))  # noqa: B023
            label_one(person, rng)
            given += 1
            assert person.process.poll() is None
        assert not (pictures / "model.onnx").exists()
        glass.press("q", "Control_L")
        person.process.wait(60)
    assert labelled(pictures) == given
    nothing_half(pictures)
    assert not list((tmp_path / "tmp").glob("captcha-less*"))
