"""The runtime half runs without the training half's packages."""

from pathlib import Path

import pytest

from tests.ocr.conftest import TrainedOnce
from tests.support import one_sentence, python

PROBE = """
import sys
from ocr.cli import main
status = main({arguments!r})
heavy = [name for name in ("tensorflow", "keras", "onnx", "matplotlib") if name in sys.modules]
print("HEAVY", heavy, status)
"""


@pytest.mark.parametrize("command", ["evaluate", "predict", "info"])
def test_reading_loads_no_tensorflow(trained: TrainedOnce, command: str) -> None:
    arguments = [command, str(trained.model)] + ([] if command == "info" else [str(trained.fresh)])
    done = python("-c", PROBE.format(arguments=arguments))
    assert "HEAVY [] 0" in done.stdout, done.stderr


def test_errors_are_one_sentence(tmp_path: Path) -> None:
    done = python("-m", "ocr", "info", tmp_path / "none.onnx")
    assert done.returncode == 1
    assert one_sentence(done.stderr)


def test_wrong_use_is_status_2() -> None:
    assert python("-m", "ocr", "train").returncode == 2
    assert python("-m", "ocr", "train", "x", "--out", "m.onnx", "--seconds", "0").returncode == 2
