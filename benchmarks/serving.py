"""What the endpoint costs: CPU a request, latency, throughput, memory, start, swap. `python -m benchmarks.serving`.

The server runs on one core and the clients on another, where the system lets a process choose. CPU figures are the
server's own, so that they hold on a busy machine too; wall figures are for an idle one.
"""

import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks import http_load
from benchmarks.report import publish, summary
from dataset.imagefile import decode
from dataset.store import Store
from dataset.synth import synthesise
from ocr.recognizer import Recognizer

KEY = "benchmark"
SEED = 1
BATCH = 64
LABEL_LENGTH = (5, 5)


def main() -> None:
    """Measure everything and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="an artefact (default: one trained here on drawn digits)")
    parser.add_argument("--picture", type=Path, help="a picture that it reads (default: a drawn one)")
    parser.add_argument("--requests", type=int, default=50_000, help="requests of the memory measurement")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        drawn = _drawn(folder) if given.picture is None else given.picture
        model = _trained(folder) if given.model is None else given.model
        own = shutil.copy(model, folder / "served.onnx")
        publish("serving", _measure(Path(own), drawn.read_bytes(), given.requests), seed=SEED)


def _measure(model: Path, picture: bytes, requests: int) -> dict[str, Any]:
    single = {"image": base64.b64encode(picture).decode()}
    as_json = http_load.request("/predict", KEY, "application/json", json.dumps(single).encode())
    as_form = http_load.request("/predict", KEY, *http_load.multipart("image", picture))
    batch = {"images": [single["image"]] * BATCH}
    as_batch = http_load.request("/predict-batch", KEY, "application/json", json.dumps(batch).encode())
    results: dict[str, Any] = {"picture_bytes": len(picture), "model_bytes": model.stat().st_size}
    results["start_to_first_answer_s"] = summary([_start_seconds(model, as_json) for _ in range(5)])
    with _bare() as (process, port):
        http_load.run(port, as_json, clients=1, total=200)
        results["bare_fastapi_cpu_ms"] = _cpu_ms(process, port, as_json)
    with _serving(model) as (process, port):
        http_load.run(port, as_json, clients=1, total=200)
        early_mb = process.memory_info().rss / 1e6
        reader = _reader_ms(model, picture)
        results["recogniser_cpu_ms"] = reader
        for name, message in (("json", as_json), ("multipart", as_form)):
            results[f"{name}_cpu_ms"] = _cpu_ms(process, port, message)
            results[f"{name}_cpu_ms_over_recogniser"] = round(results[f"{name}_cpu_ms"]["median"] - reader["median"], 4)
        results["one_client_wall_ms"] = _wall(http_load.run(port, as_json, clients=1, total=2000))
        results["64_clients_wall_ms"] = _wall(http_load.run(port, as_json, clients=64, total=6000))
        results["batch"] = _batches(process, port, as_batch)
        results["memory"] = {"after_200_requests_mb": early_mb, **_memory(process, port, as_json, requests)}
        results["swap_under_8_clients"] = _swap(model, port, as_json)
    return results


def _cpu_ms(process: psutil.Process, port: int, message: bytes, rounds: int = 9, each: int = 500) -> dict[str, float]:
    """Milliseconds of the server's CPU for one request, over rounds of `each` requests."""
    values = []
    for _ in range(rounds):
        before = _cpu(process)
        http_load.run(port, message, clients=1, total=each)
        values.append(1000 * (_cpu(process) - before) / each)
    return summary(values)


def _reader_ms(model: Path, picture: bytes, rounds: int = 9, each: int = 200) -> dict[str, float]:
    """Milliseconds of CPU from the picture's bytes to its text, without any server."""
    recognizer = Recognizer.load(model, threads=1)
    values = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(each):
            recognizer.read([decode(picture)])
        values.append(1000 * (time.process_time() - started) / each)
    return summary(values)


def _wall(load: http_load.Load) -> dict[str, float]:
    ordered = sorted(1000 * seconds for seconds in load.seconds)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 3),
        "p99": round(ordered[len(ordered) * 99 // 100], 3),
        "errors": load.errors,
        "requests_a_second": round(len(ordered) / load.wall, 1),
    }


def _batches(process: psutil.Process, port: int, message: bytes, total: int = 60) -> dict[str, float]:
    """Pictures a second by the clock and, as a busy machine does not change it, by the server's CPU time."""
    before = _cpu(process)
    load = http_load.run(port, message, clients=2, total=total)
    pictures = total * BATCH
    by_cpu = pictures / (_cpu(process) - before)
    return {
        "pictures_a_second": round(pictures / load.wall, 1),
        "pictures_a_cpu_second": round(by_cpu, 1),
        "errors": load.errors,
    }


def _memory(process: psutil.Process, port: int, message: bytes, requests: int) -> dict[str, float]:
    """Resident megabytes before and after so many requests of 16 clients."""
    before = process.memory_info().rss / 1e6
    load = http_load.run(port, message, clients=16, total=requests)
    after = process.memory_info().rss / 1e6
    return {"requests": requests, "before_mb": before, "after_mb": after, "growth_mb": after - before} | {
        "errors": load.errors
    }


def _swap(model: Path, port: int, message: bytes, times: int = 20) -> dict[str, float]:
    def swap() -> None:
        for _ in range(times):
            headers = {"X-API-Key": KEY}
            request = urllib.request.Request(f"http://127.0.0.1:{port}/admin/reload", b"", headers)
            with urllib.request.urlopen(request) as answer:
                assert answer.status == 200

    load = http_load.run(port, message, clients=8, total=4000, meanwhile=swap)
    return {"swaps": times, **_wall(load)}


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _start_seconds(model: Path, message: bytes) -> float:
    started = time.perf_counter()
    with _serving(model) as (_, port):
        assert http_load.run(port, message, clients=1, total=1).errors == 0
        return time.perf_counter() - started


@contextmanager
def _serving(model: Path) -> Iterator[tuple[psutil.Process, int]]:
    """The endpoint on a core of its own, and its port. The key is in the message of every client."""
    command = [sys.executable, "-m", "api_stub", "--model", str(model), "--port", "0", "--data", str(model.parent)]
    environment = {**os.environ, "CAPTCHA_API_KEY": KEY}
    with _running(command, environment) as (process, first_line):
        found = re.search(r":(\d+) ", first_line)
        assert found
        yield process, int(found[1])


@contextmanager
def _bare() -> Iterator[tuple[psutil.Process, int]]:
    """The least that a FastAPI endpoint can be, for comparison; its picture is decoded, not read."""
    with _running([sys.executable, "-m", "benchmarks.bare_fastapi"]) as (process, first_line):
        yield process, int(first_line)


@contextmanager
def _running(command: list[str], environment: dict[str, str] | None = None) -> Iterator[tuple[psutil.Process, str]]:
    """A server on a core of its own, and the first line that it prints."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            process = psutil.Process(server.pid)
            if hasattr(process, "cpu_affinity") and (os.cpu_count() or 1) > 1:
                process.cpu_affinity([0])
                psutil.Process().cpu_affinity([1])
            assert server.stdout is not None
            yield process, server.stdout.readline()
        finally:
            server.terminate()


def _drawn(folder: Path) -> Path:
    """A drawn picture of five digits."""
    synthesise(folder / "one", 1, charset="0123456789", length=LABEL_LENGTH, seed=SEED + 1)
    with Store.open(folder / "one", read_only=True) as store:
        return store.path(next(store.samples()))


def _trained(folder: Path) -> Path:
    """An artefact trained for a minute: it must read, since what cannot be read takes longer."""
    synthesise(folder / "pictures", 400, charset="0123456789", length=LABEL_LENGTH, seed=SEED)
    model = folder / "M.onnx"
    words = ["train", str(folder / "pictures"), "--out", str(model), "--seconds", "90", "--no-refit"]
    subprocess.run([sys.executable, "-m", "ocr", *words], check=True, stdout=subprocess.DEVNULL)
    return model


if __name__ == "__main__":
    main()
