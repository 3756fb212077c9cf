"""Several processes work on one dataset at once: a collector adds, a window labels, a reader reads.

python -m tests.dataset.contention --seconds 60        prints one JSON object; "broken" lists what went wrong
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataset.folder import read_folder
from dataset.hashing import sha256_of
from dataset.sample import Query
from dataset.store import Store
from tests.dataset.support import SCRATCH, disagreements, plain_folder, png


def collect(folder: Path, until: float) -> dict[str, Any]:
    """Add pictures; the content of each."""
    added = {}
    rng = random.Random(1)
    with Store.open(folder, program="collector") as store:
        while time.time() < until:
            sample = store.add(png(rng.getrandbits(40)), label=rng.choice([None, "AB", "ab"]), by="key").sample
            added[sample.id] = sample.sha256
            store.scan()
            store.index(20)
    return {"added": added}


def label(folder: Path, until: float) -> dict[str, Any]:
    """Label and undo; the last confirmed label of each sample."""
    confirmed: dict[int, str | None] = {}
    rng = random.Random(2)
    steps: list[dict[int, str | None]] = []
    with Store.open(folder, program="window") as store:
        ids = store.ids(Query(limit=100))
        while time.time() < until:
            time.sleep(0.003)
            if steps and rng.random() < 0.3:
                before = steps.pop()
                store.undo()
                confirmed |= before
                continue
            pairs = {rng.choice(ids): rng.choice(["x", "X", "y/z", "AB"]) for _ in range(rng.choice([1, 1, 1, 30]))}
            steps.append({i: confirmed.get(i) for i in pairs})
            store.label_many(pairs.items(), by="me")
            confirmed |= pairs
    return {"confirmed": confirmed}


def read(folder: Path, until: float) -> dict[str, Any]:
    """Read rows and files all the time; each file must hold the content of its row."""
    passes = wrong = 0
    while time.time() < until:
        with Store.open(folder, read_only=True) as store:
            for sample in store.samples(Query(limit=300)):
                wrong += sample.sha256 is not None and sha256_of(store.read(sample)) != sample.sha256
        assert read_folder(folder)
        passes += 1
    return {"passes": passes, "wrong": wrong}


ROLES: dict[str, Callable[[Path, float], dict[str, Any]]] = {"collect": collect, "label": label, "read": read}


def contend(seconds: float) -> dict[str, Any]:
    """Run all roles at once, then look whether everything that was confirmed is there."""
    broken: list[str] = []
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        folder = plain_folder(Path(scratch), *(f"{i}.png" for i in range(100)))
        with Store.open(folder) as store:
            while store.index():
                pass
        command = [sys.executable, "-m", "tests.dataset.contention", "--folder", folder, "--seconds", str(seconds)]
        children = {
            role: subprocess.Popen(
                [*command, "--role", role], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for role in ROLES
        }
        done: dict[str, Any] = {}
        for role, child in children.items():
            out, err = child.communicate()
            if child.returncode:
                broken.append(f"{role}: {err.strip()[-500:]}")
            else:
                done |= json.loads(out)
        if not broken:
            broken = compare(folder, done)
    sizes = {key: len(value) if isinstance(value, dict) else value for key, value in done.items()}
    return {**sizes, "broken": broken}


def compare(folder: Path, done: dict[str, Any]) -> list[str]:
    with Store.open(folder) as store:
        broken = disagreements(store)
        for i, sha256 in done["added"].items():
            if sha256_of(store.read(store.get(int(i)))) != sha256:
                broken.append(f"sample {i} is another picture")
        for i, text in done["confirmed"].items():
            if store.get(int(i)).label != text:
                broken.append(f"sample {i} has the label {store.get(int(i)).label!r} instead of {text!r}")
        if store.count() != 100 + len(done["added"]):
            broken.append(f"{store.count()} samples instead of {100 + len(done['added'])}")
    return broken + ["a picture was read under another's name"] * bool(done["wrong"])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--role", choices=ROLES)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    report = ROLES[given.role](given.folder, time.time() + given.seconds) if given.role else contend(given.seconds)
    print(json.dumps(report))
    return 1 if report.get("broken") else 0


if __name__ == "__main__":
    sys.exit(main())
