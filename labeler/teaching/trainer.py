"""Trainings beside the window: `ocr train` as a child process, one at a time, at low priority, never an orphan."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from dataset.atomic import atomic_write
from dataset.errors import ToolkitError
from labeler.errors import LabelerError
from labeler.teaching.interpreter import Interpreter
from labeler.teaching.scratch import Scratch

_PROG = "captcha-ocr: "


class Job(NamedTuple):
    """One lesson. `held_out`: file names of labelled pictures that it must not learn from; `seconds`: CPU seconds
    of all of it; `labels`: how many labels there were when it was planned."""

    folder: Path
    out: Path
    start_from: Path | None
    held_out: tuple[str, ...]
    seconds: float
    seed: int
    labels: int


class Said(NamedTuple):
    """Posted with each line that a training says about itself."""

    job: Job
    line: str


class Trained(NamedTuple):
    """Posted when the artefact lies at `job.out`; `report`: the JSON object of `ocr train`."""

    job: Job
    report: dict[str, Any]


class Failed(NamedTuple):
    """Posted when there is no artefact; `sentence` says why. What lay at `job.out` before is still there."""

    job: Job
    sentence: str


Message = Said | Trained | Failed


class Trainer:
    """At most one training at a time; used in the window's thread."""

    def __init__(self, post: Callable[[Message], None], python: Path | None = None) -> None:
        """`post` takes messages in other threads; `python` as a person chose it, None for the one at work."""
        self._post = post
        self._interpreter = Interpreter(python)
        self._lesson: _Lesson | None = None

    def missing(self) -> str:
        """Why no training can run, in one sentence; empty when it can."""
        return self._interpreter.missing()

    @property
    def busy(self) -> bool:
        """Whether a training runs."""
        return self._lesson is not None and self._lesson.thread.is_alive()

    def start(self, job: Job) -> None:
        """Begins a training; messages tell how it ends. Raises LabelerError while another one runs."""
        if self.busy:
            raise LabelerError("one training runs already; wait for it or cancel it")
        self._lesson = _Lesson(job, self._interpreter, self._post)
        self._lesson.thread.start()

    def close(self) -> None:
        """Ends a training at once and waits for that; nothing more is posted about it."""
        if self._lesson is not None:
            self._lesson.cancel()
            self._lesson = None


def run(job: Job, python: Path | None = None) -> dict[str, Any]:
    """The same training, waited for; returns its report. Raises LabelerError with the sentence of the failure."""
    interpreter = Interpreter(python)
    if missing := interpreter.missing():
        raise LabelerError(missing)
    return _Child(job, interpreter).run(lambda _line: None)


class _Lesson:
    """A training in a thread that posts what comes of it, until it is cancelled."""

    def __init__(self, job: Job, interpreter: Interpreter, post: Callable[[Message], None]) -> None:
        self._job, self._post = job, post
        self._child = _Child(job, interpreter)
        self.thread = threading.Thread(target=self._run, name="lesson", daemon=True)

    def cancel(self) -> None:
        self._child.kill()
        self.thread.join()

    def _run(self) -> None:
        try:
            report = self._child.run(lambda line: self._tell(Said(self._job, line)))
        except (ToolkitError, OSError) as error:
            self._tell(Failed(self._job, str(error)))
        else:
            self._tell(Trained(self._job, report))

    def _tell(self, message: Message) -> None:
        if not self._child.killed:
            self._post(message)


class _Child:
    """The process of one training. It writes into a folder of its own: only a finished artefact reaches `job.out`."""

    def __init__(self, job: Job, interpreter: Interpreter) -> None:
        self._job, self._interpreter = job, interpreter
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self.killed = False

    def run(self, say: Callable[[str], None]) -> dict[str, Any]:
        """Trains and waits. Raises LabelerError, DatasetError (the artefact cannot be written), OSError."""
        with Scratch() as scratch:
            folder, last = scratch.path, ""
            with (folder / "report.json").open("w+", encoding="utf-8") as answer:
                process = self._start(folder, answer.fileno())
                with process:
                    assert process.stderr is not None
                    for line in process.stderr:
                        last = line.strip() or last
                        say(last)
                if self.killed or process.returncode:
                    raise LabelerError(_sentence(last, process.returncode))
                answer.seek(0)
                report = _report(answer.read())
            with atomic_write(self._job.out) as file:
                file.write((folder / "model.onnx").read_bytes())
        return report | {"out": str(self._job.out)}

    def kill(self) -> None:
        """Ends the process, now or as soon as it would start."""
        with self._lock:
            self.killed = True
            if self._process is not None:
                with contextlib.suppress(OSError):
                    self._process.kill()

    def _start(self, scratch: Path, answer: int) -> "subprocess.Popen[str]":
        words = [str(self._interpreter.path), "-m", "labeler.teaching.child", str(scratch), "ocr"]
        options: dict[str, Any] = {"start_new_session": True}  # Ctrl-C in a terminal is for the window
        if sys.platform == "win32":
            options = {"creationflags": subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW}
        with self._lock:
            if self.killed:
                raise LabelerError("the training was cancelled before it began")
            self._process = subprocess.Popen(
                [*words, *command(self._job, scratch)], cwd=scratch, env=self._interpreter.environment(),
                stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
                **options,
            )  # fmt: skip
            return self._process


def command(job: Job, scratch: Path) -> list[str]:
    """The words after `python -m ocr`; files that they need are written into `scratch`."""
    words = ["train", str(job.folder.absolute()), "--out", str(scratch / "model.onnx"), "--json"]
    words += ["--seconds", f"{job.seconds:g}", "--seed", str(job.seed)]
    if job.start_from is not None:
        words += ["--from", str(job.start_from.absolute())]
    if job.held_out:
        names = scratch / "held-out.txt"
        names.write_text("".join(f"{name}\n" for name in job.held_out), encoding="utf-8")
        words += ["--hold-out", str(names)]
    return words


def _report(text: str) -> dict[str, Any]:
    """The JSON object on the last line of what a training printed."""
    try:
        report: dict[str, Any] = json.loads(text.splitlines()[-1])
    except (IndexError, ValueError):
        raise LabelerError("The Python for training has another captcha-toolkit; install this version there.") from None
    return report


def _sentence(last: str, status: int) -> str:
    """Why a training failed: what it said last, else how it ended."""
    if last.startswith(_PROG):
        return last.removeprefix(_PROG)
    if status < 0:
        return f"The training was ended by the system (signal {-status}); labelling goes on with what was learned."
    return f"The training failed: {last or f'exit status {status}'}"
