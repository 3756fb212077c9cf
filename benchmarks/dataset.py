"""Figures of the storage package: `python -m benchmarks.dataset [PART ...]`.

All of it takes about six minutes and keeps the result; parts by name are only printed.
CPU seconds of this process unless it says otherwise; memory is the largest resident size (ru_maxrss) of a fresh
process, in MiB. Folders are built in a temporary folder on the local disk.
"""

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.report import measure, publish, summary
from dataset.errors import ImageRefused
from dataset.imagefile import inspect
from dataset.sample import STATUSES, Query
from dataset.store import Store

PICTURES = 100_000
ROWS = 1_000_000
SEED = 7
_ROOT = Path(__file__).resolve().parent.parent

OPEN = """
import json, resource, sys, time
from dataset.sample import Query
from dataset.store import Store
before = time.process_time()
store = Store.open(sys.argv[1])
ids = store.ids()
page = list(store.samples(Query(limit=100)))
used = time.process_time() - before
assert len(ids) == int(sys.argv[2]) and len(page) == 100
print(json.dumps([used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
STREAM = """
import json, resource, sys, time
from dataset.sample import Query
from dataset.store import Store
store = Store.open(sys.argv[1], read_only=True)
for _ in store.samples(Query(limit=1000)): pass
start, small = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in store.samples(Query(order=sys.argv[2])))
used = time.process_time() - start
print(json.dumps([count, used, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - small) / 1024]))
"""
REFUSE = """
import json, resource, statistics, sys, time
from dataset.errors import ImageRefused
from dataset.imagefile import decode
data = sys.stdin.buffer.read()
def refuse():
    try: decode(data)
    except ImageRefused: return
    raise SystemExit("not refused")
try: decode(b"GIF89a")
except ImageRefused: pass
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
times = []
for _ in range(50):
    start = time.process_time(); refuse(); times.append(time.process_time() - start)
print(json.dumps([times, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""


def fresh(code: str, *arguments: object, data: bytes | None = None) -> Any:
    """Run a program in a fresh process; the JSON it prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return json.loads(subprocess.run(command, input=data, cwd=_ROOT, capture_output=True, check=True).stdout)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def drawn(rng: random.Random) -> bytes:
    """A noisy grey PNG of 200 x 50 pixels, without its end."""
    image = Image.effect_noise((200, 50), 60).quantize(16, dither=Image.Dither.NONE).convert("L")
    image.paste(Image.frombytes("L", (16, 8), rng.randbytes(128)), (rng.randrange(180), rng.randrange(40)))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue().removesuffix(chunk(b"IEND", b""))


def build(folder: Path, count: int) -> Path:
    """A plain folder of `count` pictures: 500 drawn ones, each copy different by a comment in the file."""
    rng = random.Random(SEED)
    pictures = [drawn(rng) for _ in range(500)]
    folder.mkdir()
    for i in range(count):
        end = chunk(b"tEXt", b"Comment\0%d" % i) + chunk(b"IEND", b"")
        (folder / f"{rng.getrandbits(40):010x}{i:06d}.png").write_bytes(pictures[i % 500] + end)
    return folder


def opening(folder: Path) -> dict[str, Any]:
    """First open of the plain folder (in fresh processes), then of the dataset it has become."""
    runs = []
    for _ in range(5):
        for file in folder.glob("captcha.*"):
            file.unlink()
        runs.append(fresh(OPEN, folder, PICTURES))
    again = [fresh(OPEN, folder, PICTURES) for _ in range(3)]
    return {
        "first_open_100k": {**summary([used for used, _ in runs]), "asked": 0.5},
        "first_open_100k_mib": {**summary([size for _, size in runs]), "asked": 120},
        "next_open_100k": summary([used for used, _ in again]),
    }


def indexing(folder: Path) -> dict[str, Any]:
    """Hash and measure all pictures, with a stop in the middle."""
    start = time.process_time()
    done = 0
    with Store.open(folder) as store:
        while done < PICTURES // 2:
            done += store.index()
    with Store.open(folder) as store:
        while found := store.index():
            done += found
    assert done == PICTURES
    return {"index_100k": {**summary([time.process_time() - start]), "asked": 60}}


def editing(folder: Path) -> dict[str, Any]:
    """Relabel with rename, journal and commit; a batch and its undo; all at 100,000 samples."""
    rng = random.Random(SEED)
    with Store.open(folder) as store:
        ids = store.ids()
        relabel = measure(lambda: store.label(rng.choice(ids), f"L{rng.getrandbits(30):x}", by="benchmark"), 2000)
        start = time.process_time()
        store.label_many([(i, f"B{i:x}") for i in ids[:10_000]], by="benchmark")
        batch = time.process_time() - start
        start = time.process_time()
        edit = store.undo()
        back = time.process_time() - start
        assert edit is not None and len(edit.samples) == 10_000
        store.redo()
    return {
        "relabel": {**relabel, "asked": 0.001},
        "batch_of_10k": summary([batch]),
        "undo_batch_of_10k": {**summary([back]), "asked": 4},
    }


def exporting(folder: Path) -> dict[str, Any]:
    """All 100,000, labelled, to CSV: the list alone, the list with a copy of each picture, and bare copying of 20,000.

    No copy is removed before the end: ext4 creates files at many times the usual cost just after a mass removal.
    """
    with Store.open(folder) as store:
        store.label_many([(i, f"B{i:x}") for i in store.ids()], by="benchmark")
    listed = [exported(folder, f"list{i}", list_only=True) for i in range(5)]
    whole = [exported(folder, "whole", list_only=False)]
    return {
        "export_100k_csv_list_only": {**summary(listed), "asked": 2},
        "export_100k_csv_with_pictures": {**summary(whole), "asked": 2},
        "copy_20k_files_alone": summary([copied(folder.with_name("whole") / "images", folder.with_name("copied"))]),
    }


def exported(folder: Path, name: str, *, list_only: bool) -> float:
    """CPU seconds of an export to CSV."""
    from dataset.exchange import export_dataset

    start = time.process_time()
    report = export_dataset(folder, "csv", folder.with_name(name), list_only=list_only)
    assert report.counts["exported"] == PICTURES and not report.problems
    return time.process_time() - start


def copied(source: Path, target: Path) -> float:
    """CPU seconds of the fewest system calls that copy 20,000 files of a folder: no export can be faster than that."""
    target.mkdir()
    start = time.process_time()
    for name in os.listdir(source)[:20_000]:  # noqa: PTH208
        file = os.open(f"{source}/{name}", os.O_RDONLY)
        data = os.read(file, 1 << 20)
        os.close(file)
        file = os.open(f"{target}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(file, data)
        os.close(file)
    return time.process_time() - start


def querying(folder: Path) -> dict[str, Any]:
    """The first page by confidence of 1,000,000 rows, and a stream of them all."""
    rng = random.Random(SEED)
    Store.open(folder).close()
    with Store.open(folder) as store:
        rows = (
            (f"images/{i:07}.png", STATUSES[rng.randrange(3)], "XK7P2", "XK7P3", rng.random(), "[0.9, 0.8]", "m1")
            for i in range(ROWS)
        )
        store._db.execute("BEGIN")
        store._db.executemany(
            "INSERT INTO samples (file, status, label, prediction, confidence, character_confidences, model_version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        store._db.execute("COMMIT")
    results: dict[str, Any] = {}
    with Store.open(folder, read_only=True) as store:
        for name, statuses in (("one_status", ("new",)), ("three_statuses", STATUSES[:3]), ("any_status", ())):
            page = partial(store.samples, Query(statuses=statuses, order="confidence", limit=100))
            assert len(list(page())) == 100
            results[f"query_{name}"] = {**measure(partial(_all, page), 200), "asked": 0.005}
    for order in ("id", "confidence"):
        count, used, grown = fresh(STREAM, folder, order)
        assert count == ROWS
        results[f"stream_1m_by_{order}"] = {**summary([used]), "grown_mib": grown}
    return results


def _all(rows: Callable[[], Iterable[object]]) -> list[object]:
    return list(rows())


def bomb() -> bytes:
    """A PNG of 13,000 x 13,000 pixels in 164 KB."""

    side = (13_000).to_bytes(4, "big")
    data = zlib.compress(b"\0" * (13_001 * 13_000), 9)
    header = chunk(b"IHDR", side + side + b"\x08\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def refusing() -> dict[str, Any]:
    """A picture of 169 million pixels, refused from its header."""
    data = bomb()
    try:
        inspect(data)
    except ImageRefused as error:
        assert error.reason == "too-large"
    times, grown = fresh(REFUSE, data=data)
    return {"refuse_13000x13000": {**summary(times), "asked": 0.005, "bytes": len(data), "grown_mib": grown}}


def killing() -> dict[str, Any]:
    """200 kills -9 spread over 10,000 random operations, by one process and by two at once."""
    results = {}
    for name, options in (("kills", ("--processes", "1")), ("kills_of_two", ("--processes", "2"))):
        command = [sys.executable, "-m", "tests.dataset.crash_random", "--kills", "200", "--operations", "10000"]
        done = subprocess.run([*command, *options, "--seed", str(SEED)], cwd=_ROOT, capture_output=True, check=False)
        results[name] = json.loads(done.stdout)
    return results


def contending() -> dict[str, Any]:
    """Two writers and a reader at once for a minute."""
    command = [sys.executable, "-m", "tests.dataset.contention", "--seconds", "60"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, check=False)
    return {"a_minute_of_three": json.loads(done.stdout)}


ON_FOLDER = (opening, indexing, editing, exporting)
ALONE = (refusing, killing, contending)


def main(argv: list[str] | None = None) -> int:
    """Measure everything, or the named parts; the exit status is 1 when something was lost."""
    names = [part.__name__ for part in (*ON_FOLDER, querying, *ALONE)]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dataset", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"only these, printed and not kept: {', '.join(names)}"
    )
    wanted = parser.parse_args(argv).parts
    if unknown := set(wanted) - set(names):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; choose from {', '.join(names)}")
    chosen = set(wanted or names)
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        if chosen & {part.__name__ for part in ON_FOLDER}:
            folder = build(Path(scratch) / "plain", PICTURES)
        for work in ON_FOLDER:
            if work.__name__ in chosen:
                results |= told(work(folder))
        if querying.__name__ in chosen:
            (rows := Path(scratch) / "rows").mkdir()
            results |= told(querying(rows))
    for alone in ALONE:
        if alone.__name__ in chosen:
            results |= told(alone())
    if wanted:
        print(json.dumps(results))
    else:
        publish("dataset", results, seed=SEED)
    return 1 if any(value.get("broken") for value in results.values()) else 0


def told(found: dict[str, Any]) -> dict[str, Any]:
    """Show what was measured as soon as it is."""
    for name, value in found.items():
        print(name, json.dumps(value), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
