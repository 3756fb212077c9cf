"""CPU time, memory and exactness of the collector, beside stock Scrapy and bare HTTP, in one run.

`python -m benchmarks.scraping [--repeats 5] [--pictures 1000] [--exact 5000] [--memory 10000]`
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.report import publish, summary
from dataset.sample import Query
from dataset.store import Store
from scraper.demo_site.client import AnswerKey

CPU_CASES = ("raw", "stock", "ours-shared", "bare-sessions", "ours-sessions")
_CHILD = [sys.executable, "-m", "benchmarks.scraping_parts.child"]


@contextmanager
def site(*hostile: str) -> Iterator[tuple[str, AnswerKey]]:
    """The mock site in a process of its own: its address, and its counts."""
    process = subprocess.Popen([*_CHILD, "site", *hostile], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    address, token = process.stdout.readline().strip(), process.stdout.readline().strip()
    try:
        yield address, AnswerKey(address, token)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def collected(case: str, pictures: int, address: str, folder: Path) -> dict[str, Any]:
    """One case in a fresh process: {"cpu_ms", "growth_mb", "sessions", ...} as the child prints it."""
    words = [*_CHILD, "collect", case, str(pictures), address, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"benchmark {case} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def stored(folder: Path) -> dict[str, int]:
    """What lies in the dataset: rows, distinct contents and files."""
    with Store.open(folder, read_only=True) as store:
        good = list(store.samples(Query(statuses=("new",))))
    files = sum(1 for _ in (folder / "images").iterdir())
    return {"rows": len(good), "distinct": len({sample.sha256 for sample in good}), "files": files}


def cpu(repeats: int, pictures: int) -> dict[str, Any]:
    """CPU ms a picture of every case, interleaved, and the two ratios that matter."""
    times: dict[str, list[float]] = {case: [] for case in CPU_CASES}
    with site() as (address, _):
        for _ in range(repeats):
            for case in CPU_CASES:
                with tempfile.TemporaryDirectory() as folder:
                    times[case].append(collected(case, pictures, address, Path(folder) / "out")["cpu_ms"])
    median = {case: statistics.median(values) for case, values in times.items()}
    return {
        "pictures": pictures,
        "cpu_ms_a_picture": {case: summary(values) for case, values in times.items()},
        "shared_over_stock": median["ours-shared"] / median["stock"],
        "sessions_over_bare": median["ours-sessions"] / median["bare-sessions"],
    }


def exact(pictures: int) -> dict[str, Any]:
    """One URL, a session each: what the stock pipeline stores of it, and what ours does."""
    with site() as (address, key), tempfile.TemporaryDirectory() as folder:
        stock = collected("stock-one-url", min(pictures, 500), address, Path(folder) / "stock")
        before = key.counts()["sessions"]
        ours = collected("ours-one-url", pictures, address, Path(folder) / "ours")
        sessions = key.counts()["sessions"] - before
        found = stored(Path(folder) / "ours")
    return {"wanted": pictures, "stock_stored": stock["stored"], **found, "server_sessions": sessions, **ours}


def hostile(pictures: int) -> dict[str, Any]:
    """67 % of the sessions get something else than a picture."""
    modes = ("503=0.15", "html=0.14", "truncated=0.13", "empty=0.05", "page-503=0.1", "no-image=0.1")
    with site(*modes) as (address, _), tempfile.TemporaryDirectory() as folder:
        outcome = collected("ours-sessions", pictures, address, Path(folder) / "out")
        return {"wanted": pictures, **stored(Path(folder) / "out"), **outcome}


def memory(pictures: int) -> dict[str, Any]:
    """Growth of the resident set over the last nine tenths of a long run, in MB."""
    with site() as (address, _), tempfile.TemporaryDirectory() as folder:
        return {"pictures": pictures, **collected("ours-sessions", pictures, address, Path(folder) / "out")}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scraping", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=1000, help="pictures in each CPU measurement")
    parser.add_argument("--exact", type=int, default=5000, help="pictures from one URL")
    parser.add_argument("--hostile", type=int, default=1000, help="pictures in spite of 67 percent trouble")
    parser.add_argument("--memory", type=int, default=10_000, help="pictures in the memory measurement")
    options = parser.parse_args(argv)
    results = {
        "cpu": cpu(options.repeats, options.pictures),
        "exact": exact(options.exact),
        "hostile": hostile(options.hostile),
        "memory": memory(options.memory),
    }
    publish("scraping", results)


if __name__ == "__main__":
    main()
