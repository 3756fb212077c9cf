import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from dataset import imagefile
from dataset.folder import read_folder
from ocr import cli
from ocr.artefact import WEIGHTS_KEY
from ocr.errors import ArtefactError
from ocr.preprocess import prepare
from ocr.recognizer import Recognizer
from tests.ocr.conftest import TrainedOnce
from tests.support import one_sentence, python


def export(trained: TrainedOnce, out: Path, *options: str, model: Path | None = None) -> int:
    return cli.main(["export", str(model or trained.model), "--out", str(out), *options])


def texts(model: Path, folder: Path) -> list[str]:
    return [p.text for p in Recognizer.load(model).read([item.path for item in read_folder(folder)])]


def test_float32_reads_the_same_without_training_weights(trained: TrainedOnce, tmp_path: Path) -> None:
    out = tmp_path / "small.onnx"
    assert export(trained, out) == 0
    assert out.stat().st_size < 1_000_000
    assert WEIGHTS_KEY not in {prop.key for prop in onnx.load(out).metadata_props}
    assert Recognizer.load(out).card == replace(Recognizer.load(trained.model).card, precision="float32")
    same = [a == b for a, b in zip(texts(out, trained.fresh), texts(trained.model, trained.fresh), strict=True)]
    assert np.mean(same) >= 0.9  # all of them, where the artefact has 32 bits, too
    assert texts(out, trained.fresh) == texts(trained.float32, trained.fresh)


def test_int8_tells_what_it_costs(trained: TrainedOnce, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "int8.onnx"
    options = ("--format", "int8", "--data", str(trained.fresh), "--json")
    assert export(trained, out, *options, model=trained.float32) == 0
    lines = capsys.readouterr().out.splitlines()
    told = json.loads(lines[0])
    assert len(lines) == 1
    assert told["size"] == out.stat().st_size < 0.4 * trained.float32.stat().st_size
    labels = [str(item.label) for item in read_folder(trained.fresh)]
    right = [read == label for read, label in zip(texts(out, trained.fresh), labels, strict=True)]
    assert told["n"] == len(labels)
    assert told["exact_match"] == pytest.approx(np.mean(right))
    assert told["exact_match"] >= told["exact_match_before"] - 0.1
    assert Recognizer.load(out).metrics["export"]["exact_match"] == told["exact_match"]


def test_int8_needs_pictures(trained: TrainedOnce, tmp_path: Path) -> None:
    done = python("-m", "ocr", "export", trained.float32, "--out", tmp_path / "x.onnx", "--format", "int8")
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "--data" in done.stderr
    assert not (tmp_path / "x.onnx").exists()


@pytest.mark.full
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
def test_litert_computes_what_the_artefact_does(trained: TrainedOnce, tmp_path: Path) -> None:
    lite = pytest.importorskip("tensorflow").lite
    out = tmp_path / "model.tflite"
    done = python("-m", "ocr", "export", trained.model, "--out", out, "--format", "litert")
    assert done.returncode == 0, done.stderr
    recognizer = Recognizer.load(trained.model)
    spec = recognizer.card.input
    picture = prepare(imagefile.load(read_folder(trained.fresh)[0].path), spec)[None]
    interpreter = lite.Interpreter(model_path=str(out))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    logits = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]
    path = logits.argmax(axis=-1)
    text = recognizer.charset.decode(int(c) for b, c in itertools.pairwise([0, *path]) if c and c != b)
    assert text == Recognizer.load(trained.model, any_text=True).read([read_folder(trained.fresh)[0].path])[0].text


def test_litert_needs_the_training_weights(trained: TrainedOnce, tmp_path: Path) -> None:
    assert export(trained, tmp_path / "small.onnx") == 0
    with pytest.raises(ArtefactError, match=r"small.onnx: holds no training weights"):
        cli.main(["export", str(tmp_path / "small.onnx"), "--out", str(tmp_path / "m"), "--format", "litert"])


def test_a_failed_export_leaves_the_old_file(trained: TrainedOnce, tmp_path: Path) -> None:
    out = tmp_path / "old.onnx"
    out.write_bytes(b"old")
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(ArtefactError, match=r"text.onnx"):
        cli.main(["export", str(tmp_path / "text.onnx"), "--out", str(out)])
    assert out.read_bytes() == b"old"
    with pytest.raises(ArtefactError, match="is a folder"):
        export(trained, tmp_path)
