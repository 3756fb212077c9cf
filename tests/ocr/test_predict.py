import csv
import itertools
import json
import os
import re
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset import console
from dataset.errors import UsageError
from ocr import cli
from ocr.errors import OcrError
from ocr.predict import Reading, read_paths, write_table
from ocr.recognizer import Prediction, Recognizer
from tests.ocr.conftest import TrainedOnce


@pytest.fixture
def mixed(trained: TrainedOnce, tmp_path: Path) -> Path:
    """Two good pictures, one of them in a sub-folder, and one that is cut off."""
    good = sorted((trained.fresh / "images").iterdir())[:2]
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.png").write_bytes(good[0].read_bytes())
    (tmp_path / "sub" / "b, c.png").write_bytes(good[1].read_bytes())
    (tmp_path / "cut.png").write_bytes(good[0].read_bytes()[:60])
    return tmp_path


def test_broken_files_are_reported_and_skipped(recognizer: Recognizer, mixed: Path) -> None:
    readings = list(read_paths(recognizer, [mixed]))
    assert [reading.path.name for reading in readings if reading.prediction] == ["a.png", "b, c.png"]
    problem = next(reading.problem for reading in readings if reading.problem)
    assert "cut.png" in problem


def test_csv(trained: TrainedOnce, mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "p.csv"
    assert cli.main(["predict", str(trained.model), str(mixed), "--out", str(out), "--json"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["file", "text", "confidence", "type", "answer"]
    assert [Path(row["file"]).name for row in rows] == ["a.png", "b, c.png"]
    assert all(len(row["text"]) == 3 and 0 <= float(row["confidence"]) <= 1 for row in rows)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["skipped"] == 1
    assert "cut.png" in captured.err


def test_txt_has_one_file_tab_text_line_each(trained: TrainedOnce, mixed: Path, tmp_path: Path) -> None:
    out = tmp_path / "predictions.txt"
    assert cli.main(["predict", str(trained.model), str(mixed), "--out", str(out)]) == 0
    lines = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(Path(file).name, len(text)) for file, text in lines] == [("a.png", 3), ("b, c.png", 3)]


def test_only_broken_files_fail(trained: TrainedOnce, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    assert cli.main(["predict", str(trained.model), str(tmp_path / "bad.png")]) == 1


def test_nothing_to_read(recognizer: Recognizer, tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="no pictures found"):
        list(read_paths(recognizer, [tmp_path]))


def test_a_table_that_cannot_be_written(recognizer: Recognizer, mixed: Path) -> None:
    readings = list(read_paths(recognizer, [mixed / "a.png"]))
    with pytest.raises(OcrError, match="cannot be written"):
        write_table(readings, mixed / "missing" / "p.csv")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["a\tb.png", "a\nb.png", 'a"b,c.png', "é ü.png", "=1+1.png"])
def test_odd_names_survive_the_csv(trained: TrainedOnce, mixed: Path, tmp_path: Path, name: str) -> None:
    odd = tmp_path / "odd"
    odd.mkdir()
    (mixed / "a.png").rename(odd / name)
    assert cli.main(["predict", str(trained.model), str(odd), "--out", str(tmp_path / "p.csv")]) == 0
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        assert [row["file"] for row in csv.DictReader(file)] == [str(odd / name)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_line_break_in_a_name_is_refused_in_txt(recognizer: Recognizer, mixed: Path, tmp_path: Path) -> None:
    odd = (mixed / "a.png").rename(tmp_path / "a\nb.png")
    out = tmp_path / "p.txt"
    with pytest.raises(OcrError, match=r"write a \.csv instead"):
        write_table(read_paths(recognizer, [odd]), out)
    assert not out.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only there a file name may be any bytes")
def test_a_name_that_is_no_unicode_keeps_its_bytes(recognizer: Recognizer, mixed: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/a\xff.png"))
    (mixed / "a.png").rename(odd)
    write_table(read_paths(recognizer, [odd]), tmp_path / "p.csv")
    assert bytes(odd) in (tmp_path / "p.csv").read_bytes()


@pytest.mark.parametrize("out", ["model.onnx", "a.png", "table", "missing/p.csv"])
def test_a_wrong_place_for_the_table_is_refused_before_reading(trained: TrainedOnce, mixed: Path, out: str) -> None:
    before = (mixed / "a.png").read_bytes()
    with pytest.raises(UsageError, match=re.escape(str(mixed / out))):
        cli.main(["predict", str(trained.model), str(mixed), "--out", str(mixed / out)])
    assert (mixed / "a.png").read_bytes() == before


def test_thousands_are_read_as_they_come(recognizer: Recognizer, mixed: Path) -> None:
    readings = read_paths(recognizer, itertools.repeat(mixed / "a.png", 2000))
    first = next(readings)
    assert first.prediction is not None
    texts = {reading.prediction.text for reading in readings if reading.prediction}
    assert texts == {first.prediction.text}


def test_broken_files_among_many_keep_the_order(recognizer: Recognizer, mixed: Path) -> None:
    files = [mixed / ("cut.png" if number % 7 == 3 or number > 90 else "a.png") for number in range(100)]
    readings = list(read_paths(recognizer, files))
    assert [reading.path for reading in readings] == files
    assert all((reading.problem is not None) == (reading.path.name == "cut.png") for reading in readings)
    assert all((reading.prediction is None) == (reading.path.name == "cut.png") for reading in readings)


@pytest.mark.parametrize("name", ["p.csv", "p.txt"])
def test_a_long_table_is_not_kept_in_memory(tmp_path: Path, name: str) -> None:
    def readings() -> Iterator[Reading]:
        for number in range(2000):
            yield Reading(Path(f"{number:05}.png"), Prediction(f"{number:010000}", 0.5))

    tracemalloc.start()
    try:
        assert write_table(readings(), tmp_path / name) == 2000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert (tmp_path / name).stat().st_size > 20_000_000


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody presses Ctrl-C while the third chunk is being read."""
    read, chunks = Recognizer.read, itertools.count()

    def until_stopped(self: Recognizer, images: list[Path]) -> list[Prediction]:
        if next(chunks) == 2:
            raise KeyboardInterrupt
        return read(self, images)

    monkeypatch.setattr(Recognizer, "read", until_stopped)


@pytest.mark.usefixtures("interrupted")
def test_a_stopped_table_is_not_there_and_the_old_one_stays(
    trained: TrainedOnce, mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "tables"
    place.mkdir()
    (place / "p.csv").write_text("old")
    words = ["predict", str(trained.model), *[str(mixed / "a.png")] * 200, "--out", str(place / "p.csv")]
    assert console.run(cli.main, words) == console.INTERRUPTED
    assert [path.name for path in place.iterdir()] == ["p.csv"]
    assert (place / "p.csv").read_text() == "old"
    assert f"{place / 'p.csv'} was not written" in capsys.readouterr().err


@pytest.mark.usefixtures("interrupted")
def test_what_was_read_before_a_stop_is_shown(
    trained: TrainedOnce, mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["predict", str(trained.model), *[str(mixed / "a.png")] * 200]
    assert console.run(cli.main, words) == console.INTERRUPTED
    assert len(capsys.readouterr().out.splitlines()) == 128


def test_a_sum_gets_its_answer_in_the_table(tmp_path: Path) -> None:
    found = Prediction("53+6=?", 0.5, (), "sums", 1.0, "59")
    write_table([Reading(Path("s.png"), found), Reading(Path("bad.png"), None, "broken")], tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text() == "file,text,confidence,type,answer\ns.png,53+6=?,0.50000,sums,59\n"


def test_json_holds_the_predictions_in_one_line(
    trained: TrainedOnce, mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["predict", str(trained.model), str(mixed), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    found = json.loads(lines[0])
    assert (found["read"], found["skipped"]) == (2, 1)
    assert set(found["predictions"][0]) >= {"file", "text", "confidence", "characters", "type", "answer"}
