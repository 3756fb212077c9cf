"""Retrainings on disk: one small JSON file each, so that their states survive a restart or a crash."""

import json
import shutil
import tempfile
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

from api_stub.errors import BadRequest
from dataset.atomic import atomic_write
from dataset.locks import claimed

WORK = "work-"
INTERRUPTED = "The endpoint was stopped before the training was over"


@dataclass
class Job:
    """One retraining. `old` and `new` are the exact-match rates that decided about `swapped`, 0..1."""

    id: str
    state: Literal["running", "done", "failed"] = "running"
    error: str = ""
    swapped: bool = False
    old: float | None = None
    new: float | None = None


class Jobs:
    """The jobs of one data folder, which several processes of an endpoint may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "jobs"

    def new(self) -> Job:
        """A running job with an id of its own, kept."""
        job = Job(uuid.uuid4().hex)
        self.save(job)
        return job

    def get(self, job_id: str) -> Job:
        """What is known of a job; raises `BadRequest` for an id that is not ours."""
        try:
            known = uuid.UUID(job_id).hex == job_id
            return Job(**json.loads((self._folder / f"{job_id}.json").read_text("utf-8") if known else ""))
        except (ValueError, OSError, TypeError):
            raise BadRequest("There is no training of this name") from None

    def save(self, job: Job) -> None:
        """Keep the job as it is now."""
        with atomic_write(self._folder / f"{job.id}.json") as file:
            file.write(json.dumps(asdict(job)).encode())

    def workplace(self) -> "tempfile.TemporaryDirectory[str]":
        """A folder for the pictures of a job, for as long as it runs."""
        return tempfile.TemporaryDirectory(prefix=WORK, dir=self._folder)

    def claim(self) -> IO[bytes] | None:
        """The right to train, until the file is closed or its process ends; None while somebody else has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / "lock").open("wb")
        if claimed(file.fileno()):
            return file
        file.close()
        return None

    def clear_up(self) -> None:
        """Mark the jobs as failed that a process left running when it ended, and remove their pictures."""
        if not self._folder.is_dir():
            return
        right = self.claim()
        if right is None:  # another process of this endpoint is training
            return
        with right:
            for path in self._folder.glob("*.json"):
                job = self.get(path.stem)
                if job.state == "running":
                    job.state, job.error = "failed", INTERRUPTED
                    self.save(job)
            for left in self._folder.glob(f"{WORK}*"):
                shutil.rmtree(left, ignore_errors=True)
