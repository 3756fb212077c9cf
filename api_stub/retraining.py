"""Retraining: ocr's trainer in a subprocess, one job at a time, and a new model only when it is no worse.

    job = jobs.start(pictures, labels)      refuses a second one
    await job.finished                      or ask `jobs.state(job.id)` later; states survive a restart

A job's pictures lie in a temporary folder for as long as it runs. Its state is one small JSON file.
"""

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from api_stub.errors import BadRequest, EndpointError
from dataset.atomic import atomic_write
from dataset.hashing import sha256_of
from dataset.store import Store

try:
    import resource
except ImportError:  # not on Windows, where a job has no memory cap
    resource = None  # type: ignore[assignment]

TRAINER = (sys.executable, "-m", "ocr")
START_SECONDS = 120.0
"""Wall time on top of the CPU seconds allowed: imports, a busy machine."""
INTERRUPTED = "The endpoint was stopped before the training was over"


class TrainingFailed(EndpointError):
    """A job that did not bring a usable model."""


@dataclass
class Job:
    """One retraining. `old` and `new` are the exact-match rates that decided about `swapped`, 0..1."""

    id: str
    state: Literal["running", "done", "failed"] = "running"
    error: str = ""
    swapped: bool = False
    old: float | None = None
    new: float | None = None


@dataclass(frozen=True)
class Caps:
    """What one training may use."""

    cpu_seconds: float
    memory_mib: int


class Retrainer:
    """Runs one job at a time. `swap` is called with the path of the new model when it is to be used."""

    def __init__(
        self,
        folder: Path,
        caps: Caps,
        swap: Callable[[Path], object],
        *,
        holdout: Path | None = None,
        trainer: Sequence[str] = TRAINER,
    ) -> None:
        self._jobs = folder / "jobs"
        self._caps = caps
        self._swap = swap
        self._holdout = holdout
        self._trainer = tuple(trainer)
        self._task: asyncio.Task[Job] | None = None
        self._process: subprocess.Popen[str] | None = None

    def open(self) -> None:
        """Mark the jobs that an earlier process left running as failed."""
        for path in self._jobs.glob("*.json"):
            job = self.state(path.stem)
            if job.state == "running":
                job.state, job.error = "failed", INTERRUPTED
                self._save(job)

    def close(self) -> None:
        """Stop the subprocess of a running job."""
        if self._process is not None:
            self._process.kill()

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._task is not None and not self._task.done()

    def state(self, job_id: str) -> Job:
        """What is known of a job; raises `BadRequest` for an id that is not ours."""
        try:
            known = uuid.UUID(job_id).hex == job_id
            return Job(**json.loads((self._jobs / f"{job_id}.json").read_text("utf-8") if known else ""))
        except (ValueError, OSError, TypeError):
            raise BadRequest("There is no training of this name") from None

    def start(self, model: Path, pictures: Sequence[bytes], labels: Sequence[str]) -> "asyncio.Task[Job]":
        """Begin to train on labelled pictures from the weights of `model`; the task never raises.

        Raises `BadRequest` while another job runs.
        """
        if self.busy:
            raise BadRequest("A training is already running; wait for its end")
        self._jobs.mkdir(parents=True, exist_ok=True)
        job = Job(uuid.uuid4().hex)
        self._save(job)
        self._task = asyncio.create_task(self._run(job, model, list(pictures), list(labels)), name=job.id)
        return self._task

    async def _run(self, job: Job, model: Path, pictures: list[bytes], labels: list[str]) -> Job:
        try:
            await asyncio.to_thread(self._train, job, model, pictures, labels)
            job.state = "done"
        except Exception as error:
            job.state = "failed"
            job.error = str(error) if isinstance(error, TrainingFailed) else "Failed to train the model"
        self._save(job)
        return job

    def _train(self, job: Job, model: Path, pictures: list[bytes], labels: list[str]) -> None:
        with tempfile.TemporaryDirectory(prefix="captcha-retrain-") as temporary:
            folder = Path(temporary)
            kept_apart = _fill(folder, pictures, labels, hold_out=self._holdout is None)
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
        command = [*self._trainer, *map(str, words)]
        wall = self._caps.cpu_seconds + START_SECONDS
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True
        ) as self._process:
            _cap_memory(self._process.pid, self._caps.memory_mib)
            try:
                output, _ = self._process.communicate(timeout=wall)
            except subprocess.TimeoutExpired:
                self._process.kill()
                raise TrainingFailed("The training took too long") from None
        if self._process.returncode != 0:
            raise TrainingFailed("Failed to train the model")
        return dict(json.loads(output.splitlines()[-1]))

    def _save(self, job: Job) -> None:
        with atomic_write(self._jobs / f"{job.id}.json") as file:
            file.write(json.dumps(asdict(job)).encode())


def replace_keeping(model: Path, new: Path, job_id: str) -> Path:
    """Put `new` in the place of `model`, whose former content is kept beside it; returns where."""
    kept = model.with_name(f"{model.stem}.before-{job_id[:8]}{model.suffix}")
    shutil.copy2(model, kept)
    with atomic_write(model) as file:
        file.write(new.read_bytes())
    return kept


def _fill(folder: Path, pictures: list[bytes], labels: list[str], *, hold_out: bool) -> Path:
    """Two datasets, `train` and `test`. With `hold_out` a tenth, chosen by content, is kept apart for `test`."""
    pairs = sorted(zip(pictures, labels, strict=True), key=lambda pair: sha256_of(pair[0]))
    apart = max(1, len(pairs) // 10) if hold_out else 0
    for name, part in (("test", pairs[:apart]), ("train", pairs[apart:])):
        (folder / name).mkdir()
        with Store.open(folder / name, create=True, program="captcha-serve") as store:
            for data, label in part:
                store.add(data, label=label, by="client")
    return folder / "test"


def _cap_memory(pid: int, mib: int) -> None:
    """Limit the data a process may hold, where the system can do that to a running process (Linux)."""
    prlimit = getattr(resource, "prlimit", None)
    if prlimit is not None:
        with contextlib.suppress(ProcessLookupError):  # it is over already; its exit status tells
            prlimit(pid, resource.RLIMIT_DATA, (mib * 2**20, mib * 2**20))
