"""Kill processes that work on a dataset at random instants, again and again, and look at what is left.

Run as a program, because it forks:  python -m tests.dataset.crash_random [--kills N] [--operations N] ...
Each operation is announced before and confirmed after. Prints one JSON object; "broken" lists what is neither as it
was confirmed nor as it was announced.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataset.hashing import sha256_of
from dataset.store import Store
from tests.dataset.support import SCRATCH, contents, disagreements, plain_folder, png


def random_kills(*, kills: int, operations: int, processes: int, pictures: int, seed: int) -> dict[str, Any]:
    """Random operations by one or more processes that are killed at random instants, again and again."""
    rng = random.Random(seed)
    expected: dict[int, list[Any]] = {}
    report: dict[str, Any] = {"kills": 0, "operations": 0, "broken": []}
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        folder = plain_folder(Path(scratch), *(f"{i:05}.png" for i in range(pictures)))
        with Store.open(folder) as store:
            while store.index():
                pass
            expected = {s.id: [s.sha256, s.status, s.label] for s in store.samples()}
        while report["kills"] < kills or report["operations"] < operations:
            mean = 1.2 * operations / kills * 0.002 * processes
            logs = _one_life(folder, processes, rng.randrange(1 << 30), rng.uniform(0.01, 0.02 + 2 * mean))
            report["kills"] += processes
            planned = []
            for log in logs:
                done, open_plan = _replay(log, expected)
                report["operations"] += done
                planned.append(open_plan)
            with Store.open(folder) as store:
                wrong = _compare(store, expected, planned) + disagreements(store)
            if wrong:
                report["broken"].append({"kill": report["kills"], "wrong": wrong[:10]})
                break
        report["pictures"] = len(contents(folder))
    return report


def _one_life(folder: Path, processes: int, seed: int, seconds: float) -> list[list[dict[str, Any]]]:
    """Let processes work for a while and kill them; what each had said until then."""
    children = []
    for share in range(processes):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with contextlib.suppress(BaseException):
                _labour(folder, random.Random(seed + share), share, processes, writing)
            os.write(writing, b'{"failed": true}\n')
            os._exit(1)
        os.close(writing)
        children.append((child, reading))
    end = time.monotonic() + seconds
    logs = [b""] * processes
    for _, reading in children:
        os.set_blocking(reading, False)
    while time.monotonic() < end:
        for i, (_, reading) in enumerate(children):
            logs[i] += _drained(reading)
        time.sleep(0.002)
    for child, _ in children:
        os.kill(child, signal.SIGKILL)
    for i, (child, reading) in enumerate(children):
        os.waitpid(child, 0)
        logs[i] += _drained(reading)
        os.close(reading)
    return [[json.loads(line) for line in log.split(b"\n")[:-1]] for log in logs]


def _drained(reading: int) -> bytes:
    found = b""
    with contextlib.suppress(BlockingIOError):
        while block := os.read(reading, 65536):
            found += block
    return found


def _labour(folder: Path, rng: random.Random, share: int, processes: int, out: int) -> None:
    """Random operations on the samples of one share, each announced before and confirmed after."""
    with Store.open(folder, scan=False) as store:
        while True:
            ids = [i for i in store.ids() if i % processes == share]
            plan, work = _operation(store, rng, ids, processes)
            os.write(out, json.dumps({"plan": plan}).encode() + b"\n")
            result = work()
            added = getattr(result, "sample", None)
            done = {added.id: [added.sha256, added.status, added.label]} if added else plan
            os.write(out, json.dumps({"done": done}).encode() + b"\n")


def _operation(
    store: Store, rng: random.Random, ids: list[int], processes: int
) -> tuple[dict[Any, list[Any]], Callable[[], object]]:
    """One operation and what it is going to change: id (or "new") -> [sha256 or None, status, label]."""
    kinds = ["add", "label", "label", "label", "status", "many"] + (["undo", "undo", "redo"] if processes == 1 else [])
    one, kind = rng.choice(ids), rng.choice(kinds)
    if kind == "add":
        data = png(rng.randrange(1 << 40))
        text = rng.choice([None, _text(rng)])
        plan: dict[Any, list[Any]] = {"new": [sha256_of(data), "labelled" if text else "new", text]}
        return plan, lambda: store.add(data, label=text, by="test")
    if kind == "label":
        text = _text(rng)
        return {one: [None, "labelled", text]}, lambda: store.label(one, text, by="test")
    if kind == "status":
        return {one: [None, "skipped", store.get(one).label]}, lambda: store.set_status(one, "skipped", by="test")
    if kind == "many":
        pairs = [(i, _text(rng)) for i in rng.sample(ids, min(len(ids), 8))]
        return {i: [None, "labelled", text] for i, text in pairs}, lambda: store.label_many(pairs, by="test")
    state, side = ("done", "before") if kind == "undo" else ("undone", "after")
    pick = "max" if kind == "undo" else "min"
    rows = store._db.execute(
        f"SELECT sample_id, {side} FROM edits WHERE batch = (SELECT {pick}(batch) FROM edits WHERE state = ?)", (state,)
    ).fetchall()
    plan = {}
    for sample_id, values in rows:
        sample, target = store.get(sample_id), json.loads(values)
        plan[sample_id] = [None, target.get("status", sample.status), target.get("label", sample.label)]
    return plan, store.undo if kind == "undo" else store.redo


def _text(rng: random.Random) -> str:
    return rng.choice(("ab", "AB", "aB", "x/y", "con", "53+6=?", "é", "..", "K", "k", "7", "8")) + rng.choice(("", "1"))


def _replay(log: list[dict[str, Any]], expected: dict[int, list[Any]]) -> tuple[int, dict[Any, list[Any]]]:
    """Take what was confirmed into `expected`; how many operations that were, and the plan that was not confirmed."""
    done, plan = 0, {}
    for entry in log:
        if "failed" in entry:
            raise RuntimeError("an operation failed by itself")
        if "plan" in entry:
            plan = entry["plan"]
        else:
            for key, (sha256, status, label) in entry["done"].items():
                known = expected.setdefault(int(key), [sha256, status, label])
                if sha256:  # an addition; the other process may have labelled it before its log came to be read
                    known[0] = sha256
                else:
                    known[1:] = [status, label]
            done, plan = done + 1, {}
    return done, plan


def _compare(store: Store, expected: dict[int, list[Any]], planned: list[dict[Any, list[Any]]]) -> list[str]:
    """What is neither as confirmed nor as the whole of an unconfirmed plan; takes up the plans that came true."""
    found = {s.id: [sha256_of(store.read(s)), s.status, s.label] for s in store.samples()}
    wrong = []
    for plan in planned:
        if "new" in plan:
            for i in (i for i, values in found.items() if values[0] == plan["new"][0]):
                expected.setdefault(i, list(plan["new"]))[0] = plan["new"][0]
        elif plan:
            target = {int(i): [expected[int(i)][0], *values[1:]] for i, values in plan.items()}
            if all(found.get(i) == values for i, values in target.items()):
                expected.update(target)
    for i in found.keys() | expected.keys():
        if found.get(i) != expected.get(i):
            wrong.append(f"sample {i}: {found.get(i)} instead of {expected.get(i)}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    for name, default in (("kills", 20), ("operations", 200), ("processes", 1), ("pictures", 60), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    report = random_kills(**vars(parser.parse_args()))
    print(json.dumps(report))
    return 1 if report["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
