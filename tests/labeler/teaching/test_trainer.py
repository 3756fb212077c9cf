"""Trainings beside the window: what is told, what is left behind, and that nothing outlives anything."""

import os
import queue
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataset.synth import synthesise
from labeler.errors import LabelerError
from labeler.teaching import trainer
from labeler.teaching.trainer import Failed, Job, Message, Said, Trained, Trainer
from ocr.recognizer import Recognizer
from tests.labeler.teaching import pupil

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose trainings are those of the stand-in; temporary files lie in `school / "tmp"`."""
    pupil.install(tmp_path / "stand-in", monkeypatch)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "pictures").mkdir()
    return tmp_path


class Listener:
    """A trainer and what it says."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.trainer = Trainer(self._said.put)

    def until(self, kind: type[Message]) -> Message:
        """The next message of a kind."""
        while not isinstance(message := self._said.get(timeout=60), kind):
            pass
        return message

    def silent(self) -> bool:
        """Whether nothing more was said."""
        return self._said.empty()

    def until_it_lasts(self) -> tuple[int, Path]:
        """Process number and place of the artefact of a training that goes on."""
        while True:
            message = self.until(Said)
            assert isinstance(message, Said)
            if message.line.startswith("pid "):
                _pid, number, place = message.line.split(maxsplit=2)
                return int(number), Path(place)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.trainer.close()


def job(school: Path, seed: int, **changes: object) -> Job:
    planned = Job(school / "pictures", school / "model.onnx", None, (), 5.0, seed, 20)
    return planned._replace(**changes)  # type: ignore[arg-type]


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end, "that never came true"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_training_leaves_an_artefact_and_its_report(school: Path, listener: Listener) -> None:
    names = ("XK7P2.png", "ÄÖ 1.png")
    asked = job(school, pupil.LEARNS, start_from=school / "old.onnx", held_out=names, seconds=12.5)
    listener.trainer.start(asked)
    told = listener.until(Trained)
    assert isinstance(told, Trained)
    assert told.job is asked
    assert (school / "model.onnx").read_bytes() == b"an artefact"
    report = told.report
    assert report["out"] == str(school / "model.onnx")
    assert (report["command"], report["folder"], report["json"]) == ("train", str(school / "pictures"), True)
    assert (report["from"], report["seconds"], report["hold_out"]) == (str(school / "old.onnx"), "12.5", list(names))
    assert report["threads"] == "1"
    assert report["nice"] is None or report["nice"] >= os.nice(0) + 1
    wait(lambda: not listener.trainer.busy)
    assert not list((school / "tmp").iterdir())


def test_what_it_says_is_passed_on(school: Path, listener: Listener) -> None:
    listener.trainer.start(job(school, pupil.LEARNS))
    said = listener.until(Said)
    assert isinstance(said, Said)
    assert said.line == "learning"


@pytest.mark.parametrize(
    ("seed", "sentence"),
    [
        (pupil.REFUSES, "there is nothing to learn from; label some pictures first"),
        (pupil.BREAKS, "The training failed: ValueError: a bug"),
        (pupil.BABBLES, "The Python for training has another captcha-toolkit; install this version there."),
    ],
)
def test_a_failure_is_one_sentence_and_changes_nothing(
    school: Path, listener: Listener, seed: int, sentence: str
) -> None:
    (school / "model.onnx").write_bytes(b"the one before")
    listener.trainer.start(job(school, seed))
    told = listener.until(Failed)
    assert isinstance(told, Failed)
    assert told.sentence == sentence
    assert (school / "model.onnx").read_bytes() == b"the one before"
    wait(lambda: not listener.trainer.busy)
    assert not list((school / "tmp").iterdir())


def test_an_artefact_that_cannot_be_put_in_its_place(school: Path, listener: Listener) -> None:
    listener.trainer.start(job(school, pupil.LEARNS, out=school / "nowhere" / "model.onnx"))
    told = listener.until(Failed)
    assert isinstance(told, Failed)
    assert "nowhere" in told.sentence


def test_one_at_a_time(school: Path, listener: Listener) -> None:
    listener.trainer.start(job(school, pupil.LASTS))
    with pytest.raises(LabelerError):
        listener.trainer.start(job(school, pupil.LEARNS))


@POSIX
def test_a_cancelled_training_is_gone_without_a_word(school: Path, listener: Listener) -> None:
    listener.trainer.start(job(school, pupil.LASTS))
    pid, _place = listener.until_it_lasts()
    listener.trainer.close()
    assert not listener.trainer.busy
    assert not alive(pid)
    assert listener.silent()
    assert not list((school / "tmp").iterdir())
    assert not (school / "model.onnx").exists()
    listener.trainer.start(job(school, pupil.LEARNS))
    assert listener.until(Trained)


def test_cancelled_at_once(school: Path, listener: Listener) -> None:
    for _time in range(5):
        listener.trainer.start(job(school, pupil.LEARNS))
        listener.trainer.close()
        assert not listener.trainer.busy
    assert listener.silent()


@POSIX
def test_a_training_that_is_killed(school: Path, listener: Listener) -> None:
    listener.trainer.start(job(school, pupil.LASTS))
    pid, _place = listener.until_it_lasts()
    os.kill(pid, signal.SIGKILL)
    told = listener.until(Failed)
    assert isinstance(told, Failed)
    assert "signal 9" in told.sentence
    wait(lambda: not listener.trainer.busy)
    assert not list((school / "tmp").iterdir())


@POSIX
def test_a_training_ends_with_the_window_that_is_killed(school: Path) -> None:
    window = """
        import sys, time
        from pathlib import Path
        from labeler.teaching.trainer import Job, Said, Trainer

        def post(message):
            if isinstance(message, Said):
                print(message.line, flush=True)

        Trainer(post).start(Job(Path(sys.argv[1]), Path(sys.argv[2]), None, (), 5.0, 2, 20))
        time.sleep(600)
    """
    words = [sys.executable, "-c", textwrap.dedent(window), str(school / "pictures"), str(school / "model.onnx")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if line.startswith("pid "))
        process.kill()
    pid = int(line.split()[1])
    wait(lambda: not alive(pid))
    assert not list((school / "tmp").iterdir())
    assert not (school / "model.onnx").exists()


def test_run_waits(school: Path) -> None:
    assert trainer.run(job(school, pupil.LEARNS))["command"] == "train"
    with pytest.raises(LabelerError, match="nothing to learn from"):
        trainer.run(job(school, pupil.REFUSES))


@pytest.mark.full
def test_real_lessons(tmp_path: Path) -> None:
    synthesise(tmp_path / "pictures", 40, charset="0123456789", seed=5)
    first = Job(tmp_path / "pictures", tmp_path / "first.onnx", None, (), 12.0, 1, 40)
    report = trainer.run(first)
    assert report["cpu_seconds"] > 0
    assert report["out"] == str(tmp_path / "first.onnx")
    again = trainer.run(first._replace(out=tmp_path / "second.onnx", start_from=tmp_path / "first.onnx"))
    assert again["out"] == str(tmp_path / "second.onnx")
    assert Recognizer.load(tmp_path / "second.onnx").version != Recognizer.load(tmp_path / "first.onnx").version
