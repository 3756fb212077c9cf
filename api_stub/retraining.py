"""Retraining: ocr's trainer in a subprocess, one job at a time, and a new model only when it is no worse.

    task = retrainer.start(model, pictures, labels)     refuses a second one
    await task                                          or ask `retrainer.jobs.get(id)` later, after a restart too

A job's pictures lie in the data folder for as long as it runs.
"""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from api_stub.errors import BadRequest, EndpointError
from api_stub.jobs import Job, Jobs
from dataset.atomic import atomic_write
from dataset.hashing import sha256_of

log = logging.getLogger("api_stub")
TRAINER = "ocr"
START_SECONDS = 120.0
"""Wall time on top of the CPU seconds allowed: imports, a busy machine."""
COMPLAINT = 2000
"""Characters of what the trainer said last that a log of level `debug` shows."""
FAILED = "Failed to train the model"


class TrainingFailed(EndpointError):
    """A job that did not bring a usable model."""


@dataclass(frozen=True)
class Caps:
    """What one training may use."""

    cpu_seconds: float
    memory_mib: int


class Retrainer:
    """Runs one job at a time. `swap` is called with the path of the new model when it is to be used."""

    def __init__(
        self, folder: Path, caps: Caps, swap: Callable[[Path], object], *, holdout: Path | None = None
    ) -> None:
        self.jobs = Jobs(folder)
        self._caps = caps
        self._swap = swap
        self._holdout = holdout
        self._task: asyncio.Task[Job] | None = None
        self._process: subprocess.Popen[str] | None = None

    def close(self) -> None:
        """Stop the subprocess of a running job."""
        if self._process is not None:
            self._process.kill()

    def start(self, model: Path, pictures: Sequence[bytes], labels: Sequence[str]) -> "asyncio.Task[Job]":
        """Begin to train on labelled pictures from the weights of `model`; the task is named as the job, never raises.

        Raises `BadRequest` while another job runs.
        """
        busy = self._task is not None and not self._task.done()
        claimed = None if busy else self.jobs.claim()
        if claimed is None:
            raise BadRequest("A training is already running; wait for its end")
        job = self.jobs.new()
        self._task = asyncio.create_task(self._run(job, claimed, model, pictures, labels), name=job.id)
        return self._task

    async def _run(
        self, job: Job, claimed: IO[bytes], model: Path, pictures: Sequence[bytes], labels: Sequence[str]
    ) -> Job:
        with claimed:
            try:
                await asyncio.to_thread(self._train, job, model, pictures, labels)
                job.state = "done"
            except Exception as error:
                expected = isinstance(error, TrainingFailed)
                log.warning("A training failed; a log of level debug tells why", exc_info=None if expected else error)
                job.state, job.error = "failed", str(error) if expected else FAILED
            self.jobs.save(job)
        return job

    def _train(self, job: Job, model: Path, pictures: Sequence[bytes], labels: Sequence[str]) -> None:
        with self.jobs.workplace() as temporary:
            folder = Path(temporary)
            kept_apart = _fill(folder, dict(zip(pictures, labels, strict=True)), hold_out=self._holdout is None)
            test = self._holdout or kept_apart
            new = folder / "new.onnx"
            budget = ("--seconds", f"{self._caps.cpu_seconds:g}")
            self._call("train", folder / "train", "--out", new, "--from", model, *budget, "--json")
            job.old = self._call("evaluate", model, test, "--json")["exact_match"]
            job.new = self._call("evaluate", new, test, "--json")["exact_match"]
            assert job.old is not None and job.new is not None
            if job.new >= job.old:
                replace_keeping(model, new, job.id)
                self._swap(model)
                job.swapped = True

    def _call(self, *words: str | Path) -> dict[str, Any]:
        """Run one of the trainer's commands under the caps; its JSON, or `TrainingFailed`."""
        command = [sys.executable, "-m", "api_stub.child", str(self._caps.memory_mib), TRAINER, *map(str, words)]
        wall = self._caps.cpu_seconds + START_SECONDS
        with (
            _lifeline() as lifeline,
            subprocess.Popen(
                command, stdin=lifeline, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
            ) as self._process,
        ):
            try:
                output, complaints = self._process.communicate(timeout=wall)
            except subprocess.TimeoutExpired:
                self._process.kill()
                raise TrainingFailed("The training took too long") from None
        if self._process.returncode != 0:
            log.debug("The trainer ended with %d: %s", self._process.returncode, complaints[-COMPLAINT:])
            raise TrainingFailed(FAILED)
        return dict(json.loads(output.splitlines()[-1]))


@contextmanager
def _lifeline() -> Iterator[int]:
    """A child's standard input, which ends when this block or this process does."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def replace_keeping(model: Path, new: Path, job_id: str) -> Path:
    """Put `new` in the place of `model`, whose former content is kept beside it; returns where."""
    kept = model.with_name(f"{model.stem}.before-{job_id[:8]}{model.suffix}")
    shutil.copy2(model, kept)
    with atomic_write(model) as file:
        file.write(new.read_bytes())
    return kept


def _fill(folder: Path, labelled: Mapping[bytes, str], *, hold_out: bool) -> Path:
    """Two datasets, `train` and `test`. With `hold_out` a tenth, chosen by content, is kept apart for `test`."""
    from dataset.store import Store  # SQLite, which nothing else needs at the start

    pairs = sorted(labelled.items(), key=lambda pair: sha256_of(pair[0]))
    apart = max(1, len(pairs) // 10) if hold_out else 0
    for name, part in (("test", pairs[:apart]), ("train", pairs[apart:])):
        (folder / name).mkdir()
        with Store.open(folder / name, create=True, program="captcha-serve") as store:
            for data, label in part:
                store.add(data, label=label, by="client")
    return folder / "test"
