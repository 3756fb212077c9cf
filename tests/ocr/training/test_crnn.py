"""The form of earlier systems really learns, so that a comparison with it says something."""

from pathlib import Path

import pytest

from ocr.evaluate import evaluate_folder
from ocr.recognizer import Recognizer
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.drawn import clean, draw_folder


@pytest.mark.full
def test_it_leaves_the_plateau_and_reads_what_it_has_not_seen(tmp_path: Path) -> None:
    alphabet = "0123456789"
    folder = draw_folder(tmp_path / "d", 500, 1, length=4, alphabet=alphabet, painter=clean)
    fresh = draw_folder(tmp_path / "fresh", 100, 2, length=4, alphabet=alphabet, painter=clean)
    told: list[str] = []
    out = tmp_path / "model.onnx"
    train(folder, out, Options(seconds=150, architecture="crnn", refit=False), say=told.append)
    assert not any("starting again" in sentence for sentence in told)
    assert evaluate_folder(Recognizer.load(out), fresh)[0]["exact_match"] >= 0.9
