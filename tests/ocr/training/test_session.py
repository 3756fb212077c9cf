import json
import signal
from pathlib import Path
from typing import Any

import pytest

from dataset.errors import DatasetError, UsageError
from dataset.hashing import sha256_of
from dataset.store import Store
from ocr.cli import main
from ocr.errors import ArtefactError, TrainingError
from ocr.recognizer import Recognizer
from ocr.training import export, session
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import ALPHABET, draw_folder


def test_the_choices_and_figures_are_told(trained: TrainedOnce) -> None:
    told = "\n".join(trained.printed)
    for words in ("120 labelled pictures, 4 characters", "time steps", "3 characters", "to learn from", "test part"):
        assert words in told


def test_same_seed_and_epochs_same_artefact(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 24, seed=5)
    weights = []
    for name in ("a.onnx", "b.onnx"):
        trained = train(folder, tmp_path / name, Options(epochs=3, seed=1))
        weights.append([row.loss for row in trained.history])
    assert weights[0] == weights[1]


def test_nothing_labelled(tmp_path: Path) -> None:
    picture = draw_folder(tmp_path / "drawn", 1, seed=1) / "images" / "0000.png"
    with Store.open(tmp_path / "d") as store:
        store.add(picture.read_bytes())
    with pytest.raises(TrainingError, match="no picture has a label"):
        train(tmp_path / "d", tmp_path / "m.onnx", Options())


def test_one_label_only(tmp_path: Path) -> None:
    draw_folder(tmp_path / "d", 6, seed=1)
    rows = "".join(f"images/{i:04d}.png,aaa\n" for i in range(6))
    (tmp_path / "d" / "labels.csv").write_text("filename,label\n" + rows)
    with pytest.raises(TrainingError, match="same label 'aaa'"):
        train(tmp_path / "d", tmp_path / "m.onnx", Options())


def test_labels_outside_the_charset(tmp_path: Path) -> None:
    draw_folder(tmp_path / "d", 6, seed=1)
    with pytest.raises(TrainingError, match="outside --charset"):
        train(tmp_path / "d", tmp_path / "m.onnx", Options(charset="xyz"))


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such folder"):
        train(tmp_path / "none", tmp_path / "m.onnx", Options())


def test_a_place_that_does_not_exist_is_refused_before_training(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="make it first"):
        train(tmp_path, tmp_path / "missing" / "m.onnx", Options())
    with pytest.raises(ArtefactError, match="is a folder"):
        train(tmp_path, tmp_path, Options())


def test_broken_pictures_are_left_out_and_told(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "d", 24, seed=1)
    (folder / "images" / "0003.png").write_bytes(b"broken")
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if line.startswith("batches of"):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train(folder, tmp_path / "m.onnx", Options(epochs=1), say=tell)
    assert any(line.startswith("left out:") and "0003.png" in line for line in told)
    assert any(line.startswith("23 labelled pictures") for line in told)


def test_an_export_that_differs_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old artefact stays when the new one does not read as the network does."""
    folder = draw_folder(tmp_path / "d", 24, seed=1)
    out = tmp_path / "m.onnx"
    out.write_bytes(b"old")
    right = export.to_onnx
    monkeypatch.setattr(export, "to_onnx", lambda model, degree: right(model, degree * 3))
    with pytest.raises(ArtefactError, match="differs"):
        train(folder, out, Options(epochs=1))
    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.glob("*.onnx*")] == ["m.onnx"]


def test_held_out_pictures_measure_and_are_learned_last(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 24, seed=5)
    contents = sorted((folder / "images").glob("*.png"))[3:7]
    held = [contents[0].relative_to(folder).as_posix(), *(sha256_of(path.read_bytes()) for path in contents[1:])]
    trained = train(folder, tmp_path / "m.onnx", Options(epochs=1), held_out=held)
    names = [path.relative_to(folder).as_posix() for path in contents]
    assert [outcome.case.name for outcome in trained.outcomes] == names
    assert any(" 4 to measure" in sentence for sentence in trained.told)
    assert trained.card.metrics["n"] == 4


def test_holding_out_what_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 8, seed=5)
    with pytest.raises(TrainingError, match="none of the pictures to hold out"):
        train(folder, tmp_path / "m.onnx", Options(), held_out=["elsewhere.png"])
    with pytest.raises(TrainingError, match="too few to learn from"):
        train(folder, tmp_path / "m.onnx", Options(), held_out=[f"images/{i:04d}.png" for i in range(6)])


def test_the_command_reads_the_list_and_says_what_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = draw_folder(tmp_path / "drawn", 12, seed=5)
    (tmp_path / "held.txt").write_text("images/0002.png\nimages/0005.png\n", encoding="utf-8")
    words = ["train", str(folder), "--out", str(tmp_path / "m.onnx"), "--epochs", "1", "--json"]
    assert main([*words, "--hold-out", str(tmp_path / "held.txt")]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    rows = told["held_out"]
    assert set(told["charset"]) <= set(ALPHABET), "the alphabet, not the option of that name"
    assert [row["file"] for row in rows] == ["images/0002.png", "images/0005.png"]
    assert all(set(row) == {"file", "label", "text", "confidence"} for row in rows)
    with pytest.raises(UsageError, match="cannot be read as a list"):
        main([*words, "--hold-out", str(tmp_path / "none.txt")])
    with pytest.raises(UsageError, match="--types separate"):
        main([*words, "--types", "separate", "--hold-out", str(tmp_path / "held.txt")])


@pytest.mark.parametrize("stopped", ["temperature", "read_cases"])
def test_ctrl_c_while_the_figures_are_taken_keeps_what_was_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: str
) -> None:
    """Between the rounds, too: what follows is written, without the last round."""
    usual = getattr(session, stopped)

    def pressed(*arguments: Any) -> Any:
        monkeypatch.setattr(session, stopped, usual)
        signal.raise_signal(signal.SIGINT)
        return usual(*arguments)

    monkeypatch.setattr(session, stopped, pressed)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        done = train(draw_folder(tmp_path / "d", 24, seed=5), tmp_path / "m.onnx", Options(epochs=1))
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.interrupted and not done.card.refitted
    assert Recognizer.load(tmp_path / "m.onnx").card == done.card
