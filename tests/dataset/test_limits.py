"""Full disks, read-only folders, folders that go away, and very many names: one sentence, and nothing changes."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset.errors import DatasetError
from dataset.store import Store
from tests.dataset.support import SCRATCH, disagreements, named, plain_folder
from tests.support import python

# Each change is tried; "sentences" are the errors, "before" and "after" what lay in the folder.
ATTEMPTS = """
import hashlib, json, os, sys
from pathlib import Path
from dataset.atomic import atomic_write
from dataset.errors import DatasetError
from dataset.folder import read_folder
from dataset.stats import stats
from dataset.store import Store
from dataset.verify import verify
from tests.dataset.support import contents, png

def state(folder):
    files = [p.name for p in folder.rglob("*") if p.is_file() and not p.name.startswith("captcha.")]
    return contents(folder) | {"files": sorted(files), "database": (folder / "captcha.db").exists()}

def attempt(folder, changes):
    before, sentences = state(folder), []
    for change in changes:
        try:
            change()
            sentences.append("")
        except DatasetError as error:
            sentences.append(str(error))
    return {"sentences": sentences, "same": state(folder) == before}

def write(path):
    with atomic_write(path) as file:
        file.write(bytes(1 << 20))

def changes(store):
    return [
        lambda: store.label(1, "Q" * 100, by="me" * 100_000),
        lambda: store.label_many([(1, "x"), (2, "y")], by="me" * 100_000),
        lambda: store.set_status(1, "skipped", by="me", reason="r" * 200_000),
        lambda: store.add(png(77, (700, 700))),
        lambda: store.reject(bytes(500_000), "not-an-image"),
        lambda: store.start_run("p" * 200_000, {}),
        lambda: write(store.folder / "predictions.csv"),
    ]
folder = Path(sys.argv[1])
"""


def attempts(code: str, folder: Path, *arguments: object) -> Any:
    done = python("-c", ATTEMPTS + code, folder, *map(str, arguments))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ------------------------------------------------------------------------------------------- full disks

FULL = """
store = Store.open(folder)
fill(folder)
report = attempt(folder, changes(store))
relieve(folder)
report["afterwards"] = store.label(1, "after all", by="me").file
store.close()
print(json.dumps(report))
"""

BALLAST = """
def fill(folder):
    with (folder / "ballast").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)): pass
        except OSError: pass
def relieve(folder):
    (folder / "ballast").write_bytes(b"")
(folder / "ballast").touch()
"""

FILE_SIZE = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
def fill(folder):
    size = max(p.stat().st_size for p in folder.glob("captcha.db*") if not p.name.endswith("shm"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
def relieve(folder):
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
"""


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of one megabyte."""
    place = Path(tempfile.mkdtemp())
    mounted = (
        os.name == "posix"
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False
        ).returncode
    )
    try:
        if not mounted:
            pytest.skip("mounting is not permitted here; the limit on file sizes stands for a full disk")
        yield place
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)
        place.rmdir()


def assert_nothing_happened(report: dict[str, Any], folder: Path) -> None:
    assert all("full" in s or "No space" in s or "too large" in s for s in report["sentences"]), report["sentences"]
    assert report["same"]
    assert report["afterwards"] == "after all.png"
    with Store.open(folder) as store:
        assert named(store) == {"after all.png": "labelled:after all", "b.png": "new:"}
        assert disagreements(store) == []


def test_a_full_disk(small_disk: Path) -> None:
    report = attempts(BALLAST + FULL, plain_folder(small_disk / "d", "a.png", "b.png"))
    (small_disk / "d" / "ballast").unlink()
    assert_nothing_happened(report, small_disk / "d")


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    report = attempts(FILE_SIZE + FULL, plain_folder(tmp_path, "a.png", "b.png"))
    assert_nothing_happened(report, tmp_path)


FIRST_OPEN = """
fill(folder)
print(json.dumps(attempt(folder, [lambda: Store.open(folder)])))
"""


def test_a_plain_folder_on_a_full_disk_stays_plain(small_disk: Path) -> None:
    report = attempts(BALLAST + FIRST_OPEN, plain_folder(small_disk, "a.png"))
    assert report["same"]
    assert "full" in report["sentences"][0]


def test_a_plain_folder_whose_database_may_not_grow_stays_plain(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    limit = FILE_SIZE.replace("(size, hard)", "(0, hard)").replace("size = max", "size = 0 and max")
    report = attempts(limit + FIRST_OPEN, plain_folder(tmp_path, "a.png"))
    assert report["same"]
    assert "full" in report["sentences"][0]


# ------------------------------------------------------------------------------------------- no rights

READ_ONLY = """
store = None
if sys.argv[2] == "held":
    store = Store.open(folder, program="window")
    store.close()
list(read_folder(folder)), stats(folder), verify(folder)  # everything that is imported late is imported now
try: write(folder / "gone" / "x")
except DatasetError: pass
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
report = attempt(folder, [
    lambda: Store.open(folder),
    lambda: write(folder / "predictions.csv"),
    lambda: verify(folder, repair=True),
])
report["read"] = [len(read_folder(folder)), stats(folder)["samples"], verify(folder)["ok"]]
print(json.dumps(report))
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that other users can reach."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)
        Path(place).chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
@pytest.mark.parametrize("state", ["closed", "left by a killed writer"])
def test_a_read_only_folder(public: Path, state: str) -> None:
    plain_folder(public, "a.png", "b.png")
    with Store.open(public) as store:
        store.label(1, "A", by="me")
    if state != "closed":
        kill = "store = Store.open(folder); store.label(2, 'B', by='me'); os.kill(os.getpid(), 9)"
        assert python("-c", ATTEMPTS + kill, public).returncode == -9
        assert (public / "captcha.db-wal").stat().st_size
    for path in public.iterdir():
        path.chmod(0o444)
    public.chmod(0o555)
    before = {p.name: p.read_bytes() for p in public.iterdir() if not p.name.endswith("-shm")}
    report = attempts(READ_ONLY, public, state)
    assert all("cannot be" in sentence for sentence in report["sentences"]), report["sentences"]
    assert report["same"]
    assert report["read"] == [2, 2, True]
    assert {p.name: p.read_bytes() for p in public.iterdir() if not p.name.endswith("-shm")} == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_plain_folder_without_rights_and_one_with_a_closed_sub_folder(public: Path) -> None:
    plain_folder(public, "a.png", "closed/b.png")
    (public / "closed").chmod(0)
    public.chmod(0o555)
    code = """
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
print(json.dumps(attempt(folder, [lambda: Store.open(folder)]) | {"read": [i.name for i in read_folder(folder)]}))
"""
    report = attempts(code, public)
    (public / "closed").chmod(0o755)
    assert "cannot be" in report["sentences"][0]
    assert report["read"] == ["a.png"]
    assert not (public / "captcha.db").exists()


# ------------------------------------------------------------------------------------------- other surprises


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open folder move")
def test_a_folder_that_moves_while_it_is_open(tmp_path: Path) -> None:
    folder = plain_folder(tmp_path / "d", "a.png", "b.png")
    with Store.open(folder) as store:
        folder.rename(tmp_path / "elsewhere")
        with pytest.raises(DatasetError):
            store.label(1, "A", by="me")
        with pytest.raises(DatasetError):
            store.read(store.get(1))
    with Store.open(tmp_path / "elsewhere") as store:
        assert named(store) == {"a.png": "new:", "b.png": "new:"}
        assert disagreements(store) == []
    assert not folder.exists()


def test_a_hundred_thousand_names() -> None:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as place:
        folder = Path(place)
        for i in range(100_000):
            (folder / f"{i:05}.png").touch()
        with Store.open(folder) as store:
            assert store.count() == 100_000
            assert store.get(100_000).file == "99999.png"
            assert store.label(70_000, "X", by="me").file == "X.png"
            assert store.scan() == 0
