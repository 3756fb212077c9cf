"""Every error of the command line is one sentence that names the thing, with the right exit status."""

import json
import shlex
from pathlib import Path

import pytest
from PIL import Image

from dataset.console import run
from ocr import cli
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import draw_folder
from tests.support import one_sentence


@pytest.fixture
def place(tmp_path: Path, trained: TrainedOnce) -> Path:
    """Good and bad things of every kind."""
    (tmp_path / "model.onnx").write_bytes(trained.model.read_bytes())
    (tmp_path / "float32.onnx").write_bytes(trained.float32.read_bytes())
    (tmp_path / "cut.onnx").write_bytes(trained.model.read_bytes()[:5000])
    (tmp_path / "text.onnx").write_text("no model")
    (tmp_path / "folder.onnx").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "unlabelled").mkdir()
    Image.new("L", (60, 20), 255).save(tmp_path / "unlabelled" / "a.png")
    (tmp_path / "unlabelled" / "labels.csv").write_text("filename,label\na.png,\n")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "abc.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    one = tmp_path / "one"
    one.mkdir()
    Image.new("L", (60, 20), 255).save(one / "abc.png")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "status", "named"),
    [
        ("info missing.onnx", 1, "missing.onnx"),
        ("info cut.onnx", 1, "cut.onnx"),
        ("info text.onnx", 1, "text.onnx"),
        ("info folder.onnx", 1, "folder.onnx"),
        ("evaluate missing.onnx one", 1, "missing.onnx"),
        ("evaluate model.onnx missing", 1, "missing"),
        ("evaluate model.onnx empty", 1, "empty"),
        ("evaluate model.onnx unlabelled", 1, "unlabelled"),
        ("evaluate model.onnx broken", 1, "broken"),
        ("predict model.onnx empty", 1, "no pictures"),
        ("predict model.onnx one --out one/abc.png", 2, "abc.png"),
        ("predict model.onnx one --out nowhere/p.csv", 2, "nowhere"),
        ("train one --out m.onnx --from cut.onnx", 1, "cut.onnx"),
        ("train one --out m.onnx --from missing.onnx", 1, "missing.onnx"),
        ("train one --out m.onnx --architecture huge", 1, "huge"),
        ("export missing.onnx --out e.onnx", 1, "missing.onnx"),
        ("export model.onnx --out nowhere/e.onnx", 1, "nowhere"),
        ("export float32.onnx --out e.onnx --format int8", 2, "--data"),
        ("export model.onnx --out e.onnx --data empty", 1, "empty"),
    ],
)
def test_errors(
    place: Path,
    command: str,
    status: int,
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(place)
    before = sorted(place.rglob("*"))
    assert run(cli.main, command.split(), prog=cli.PROG) == status
    captured = capsys.readouterr()
    assert one_sentence(captured.err), captured.err
    assert named in captured.err
    assert captured.out == ""
    assert sorted(place.rglob("*")) == before


@pytest.mark.parametrize(
    "command",
    [
        "",
        "learn x",
        "train x",
        "train x --out m.onnx --seconds -1",
        "train x --out m.onnx --seconds much",
        "train x --out m.onnx --seconds 3 --epochs 3",
        "train x --out m.onnx --seed -1",
        "suspects x --out s.csv --seed 4294967296",
        "predict model.onnx",
        "export model.onnx --out e --format tiny",
        "suspects x",
    ],
)
def test_wrong_use(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(command.split())
    assert ended.value.code == 2
    assert one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize("command", ["info ''", "predict m.onnx ''", "train x --out ''", "suspects '' --out s"])
def test_nothing_names_no_file(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(shlex.split(command))
    assert ended.value.code == 2
    assert "is empty; give a file or folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["info", "evaluate", "predict", "export"])
def test_json_is_one_line(
    trained: TrainedOnce, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {"info": [], "export": ["--out", str(tmp_path / "e.onnx")]}.get(command, [str(trained.fresh)])
    assert cli.main([command, str(trained.model), *more, "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert isinstance(json.loads(lines[0]), dict)


def test_reading_changes_nothing_in_the_folder(trained: TrainedOnce, tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 5, seed=9)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert cli.main(["evaluate", str(trained.model), str(folder)]) == 0
    assert cli.main(["predict", str(trained.model), str(folder)]) == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
