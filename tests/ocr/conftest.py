"""One real training, shared by all tests that need an artefact."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ocr.recognizer import Recognizer
from tests.ocr.drawn import draw_folder


@dataclass(frozen=True)
class TrainedOnce:
    """The artefact, the same exported as float32, the folder it was trained on, and fresh pictures of the same kind."""

    model: Path
    float32: Path
    folder: Path
    fresh: Path
    printed: list[str]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedOnce:
    """A small training of a few seconds on drawn pictures, done by the first of the parallel test processes."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "trained-once"
    done, printed = place / "done", place / "printed.txt"
    try:
        place.mkdir()
    except FileExistsError:
        _await(done)
    else:
        printed.write_text("\n".join(_train(place)), encoding="utf-8")
        done.touch()
    lines = printed.read_text(encoding="utf-8").splitlines()
    return TrainedOnce(place / "model.onnx", place / "float32.onnx", place / "drawn", place / "fresh", lines)


def _train(place: Path) -> list[str]:
    from ocr.training import backend

    backend.prepare()
    from ocr.training.convert import convert
    from ocr.training.options import Options
    from ocr.training.session import train

    printed: list[str] = []
    draw_folder(place / "fresh", 40, seed=2)
    train(
        draw_folder(place / "drawn", 120, seed=1),
        place / "model.onnx",
        Options(epochs=25, seed=3),
        say=printed.append,
    )
    convert(place / "model.onnx", place / "float32.onnx", "float32")
    return printed


def _await(done: Path, seconds: float = 240.0) -> None:
    end = time.monotonic() + seconds
    while not done.exists():
        assert time.monotonic() < end, "the training of another test process did not end"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def recognizer(trained: TrainedOnce) -> Recognizer:
    """The loaded artefact."""
    return Recognizer.load(trained.model)
