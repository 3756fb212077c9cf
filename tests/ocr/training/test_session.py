from pathlib import Path

import pytest

from dataset.errors import DatasetError
from dataset.store import Store
from ocr.errors import ArtefactError, TrainingError
from ocr.training import export
from ocr.training.session import Options, train
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import draw_folder


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
        if "to learn from" in line:
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
