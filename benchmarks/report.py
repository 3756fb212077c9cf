"""What every benchmark shares: measuring, describing the machine, keeping the last result as JSON."""

import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
_VERSIONS = ("numpy", "pillow", "onnxruntime", "tensorflow", "keras", "scrapy", "fastapi")


def measure(work: Callable[[], object], n: int, *, warm_up: int = 1, wall: bool = False) -> dict[str, float]:
    """Seconds of one call: {"n", "median", "p90"}, as CPU time of this process, or wall time when asked."""
    clock = time.perf_counter if wall else time.process_time
    for _ in range(warm_up):
        work()
    seconds = []
    for _ in range(n):
        start = clock()
        work()
        seconds.append(clock() - start)
    return summary(seconds)


def summary(values: list[float]) -> dict[str, float]:
    """{"n", "median", "p90"} of measured values (nearest rank)."""
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "median": statistics.median(ordered),
        "p90": ordered[int(0.9 * (len(ordered) - 1) + 0.5)],
    }


def publish(name: str, results: Mapping[str, Any], *, seed: int = 0, shown: bool = True) -> None:
    """Print the results with commit, machine, versions and seed, and keep them in benchmarks/results/NAME.json."""
    document = {
        "benchmark": name,
        "commit": commit(),
        "machine": {"system": platform.system(), "processor": _processor(), "cores": os.cpu_count()},
        "versions": {"python": platform.python_version(), **_versions()},
        "seed": seed,
        "results": results,
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    if shown:
        sys.stdout.write(text)


def commit() -> str:
    """The abbreviated hash of what is checked out."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=RESULTS.parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
