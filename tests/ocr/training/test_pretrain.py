"""The backbone: made by a command, shipped as an ordinary artefact, used unless one says otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest

from dataset import console
from ocr import BACKBONE
from ocr.preprocess import InputSpec
from ocr.recognizer import Recognizer
from ocr.training import backbone, pretrain
from ocr.training.data import load
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.drawn import clean, draw_folder


def test_the_shipped_backbone_reads_and_belongs_to_the_default_network() -> None:
    known = backbone.known("small", "ab", [])
    assert known is not None and known.card.dataset["drawn"] is True
    assert set("0789azAZ+=?жЖ") <= set(known.card.charset)
    assert backbone.known("crnn", "ab", []) is None
    assert BACKBONE.stat().st_size < 1_600_000


def test_the_larger_backbone_reads_either_case() -> None:
    known = backbone.known("large", "27aX", [])
    assert known is not None and known.card.dataset["drawn"] is True
    assert known.card.architecture == "large" and set(known.card.charset) == {*"0123456789abcdefghijklmnopqrstuvwxyz"}
    assert known.shown_as == {"X": "x"}
    assert backbone.knows("large", "0123456789ABCdefGHI") and backbone.knows("large", "abcdefghijklmnopqrstuvwxyé")
    assert not backbone.knows("large", "abcжзи")


def test_what_the_larger_backbone_reads_untrained(tmp_path: Path) -> None:
    samples = load(draw_folder(tmp_path / "drawn", 20, seed=1, painter=clean)).samples
    wrong = [replace(sample, label="zzz") for sample in samples]
    upper = [replace(sample, label=sample.label.upper()) for sample in samples]
    specs = [InputSpec(40, None, 3), InputSpec(40, None, 3, framed=True)]
    found = [backbone.reads("large", part, spec) for part in (samples, upper, wrong) for spec in specs]
    assert found[0] == found[1] == found[2] == found[3] > 0.3
    assert found[4:] == [0.0, 0.0]


def test_trainings_begin_with_the_backbone_unless_told_otherwise(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 40, seed=1, painter=clean)
    options = Options(epochs=4, seed=1, refit=False)
    told: list[str] = []
    begun = train(folder, tmp_path / "m.onnx", options, say=told.append)
    assert [line for line in told if "the backbone" in line]
    told.clear()
    bare = train(folder, tmp_path / "m.onnx", replace(options, backbone=False), say=told.append)
    assert not [line for line in told if "the backbone" in line]
    assert begun.history[-1].loss < bare.history[-1].loss / 2
    train(folder, tmp_path / "m.onnx", replace(options, epochs=1, architecture="crnn"), say=told.append)
    assert not [line for line in told if "the backbone" in line]


@pytest.mark.parametrize("more", [[], ["--architecture", "large"], ["--bfloat16"]], ids=str)
def test_the_command_writes_an_artefact_that_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    out = tmp_path / "b.onnx"
    assert pretrain.main(["--out", str(out), "--count", "60", "--steps", "5", *more]) == 0
    assert "fresh drawn pictures read exactly" in capsys.readouterr().out
    card = Recognizer.load(out).card
    assert card.architecture == ("large" if "large" in more else "small")
    assert card.training["bfloat16"] == ("--bfloat16" in more)
    assert card.dataset == {"samples": 60, "drawn": True, "longest": 8}
    assert card.input.width is None and card.input.channels == 3


def test_a_backbone_is_gone_on_from(tmp_path: Path) -> None:
    out = tmp_path / "b.onnx"
    assert pretrain.main(["--out", str(out), "--count", "60", "--steps", "5", "--from", str(BACKBONE)]) == 0
    before, after = (Recognizer.load(path).card.metrics["exact_match"] for path in (BACKBONE, out))
    assert after > before / 2 > 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--out", "b.onnx", "--from", "missing.onnx"], 1, "missing.onnx: cannot be read"),
        (["--out", "b.onnx", "--from", str(BACKBONE), "--architecture", "large"], 1, "large cannot go on"),
        (["--out", "missing/b.onnx"], 1, "make it first"),
        (["--out", "b.onnx", "--fonts", "."], 2, "no fonts"),
        (["--out", "b.onnx", "--fonts", "fonts"], 2, "cannot be read as a font"),
    ],
)
def test_wrong_use_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if "fonts" in arguments:
        (tmp_path / "fonts").mkdir()
        (tmp_path / "fonts" / "broken.ttf").write_bytes(b"no font")
    assert console.run(pretrain.main, arguments, prog=pretrain.PROG) == status
    error = capsys.readouterr().err
    assert words in error and len(error.splitlines()) == 1


@pytest.mark.parametrize("name", ["--count", "--steps"])
def test_nothing_to_draw_or_to_learn_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        pretrain.main(["--out", "b.onnx", name, "0"])
    assert "no whole number above 0" in capsys.readouterr().err
