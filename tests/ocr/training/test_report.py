"""The report is four files, true to the training, that load nothing and survive any label."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from dataset.console import run
from dataset.folder import read_folder
from dataset.imagefile import load
from ocr import cli
from ocr.errors import OcrError
from ocr.evaluate import Case, Outcome, figures, read_cases
from ocr.recognizer import Recognizer
from ocr.training import report
from ocr.training.loop import Row
from ocr.training.session import Trained
from ocr.training.watch import Score
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import draw_folder
from tests.support import one_sentence

NASTY = "<b>$&\"'"


@pytest.fixture(scope="module")
def made(trained: TrainedOnce) -> Trained:
    """A training with two wrong readings, one of a label that HTML and templates must not swallow."""
    recognizer = Recognizer.load(trained.model)
    cases = [Case(i.name, i.label or "", None, load(i.path)) for i in read_folder(trained.fresh)[:30]]
    outcomes = [Outcome(o.case._replace(label=o.prediction.text), o.prediction) for o in read_cases(recognizer, cases)]
    outcomes[3] = replace(outcomes[3], case=outcomes[3].case._replace(label=NASTY))
    outcomes[7] = replace(outcomes[7], case=outcomes[7].case._replace(label="x" + outcomes[7].case.label[1:]))
    history = [
        Row(n, n / 10, 9.0 / n, 0.004, n / 60, Score(n / 60, -0.1) if n % 20 == 0 else None) for n in range(1, 61)
    ]
    card = replace(recognizer.card, metrics=figures(outcomes))
    return Trained(card, outcomes, history, ["chose <this> for $5"])


@pytest.fixture(scope="module")
def folder(made: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report") / "new"
    report.prepare(place)
    assert list(place.iterdir()) == []
    report.write(made, place, "model.onnx")
    return place


def test_the_files(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "report.json",
        "learning-curve.png",
        "worst.png",
    }
    for name in ("learning-curve.png", "worst.png"):
        with Image.open(folder / name) as picture:
            assert picture.width > 400
            assert len(picture.convert("RGB").getcolors(1 << 20) or "many") > 8


def test_the_json_is_the_whole_training(folder: Path, made: Trained) -> None:
    found = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert found["card"]["charset"] == made.card.charset
    assert [step["loss"] for step in found["history"]] == pytest.approx([row.loss for row in made.history], abs=1e-5)
    assert [step["exact"] for step in found["history"] if "exact" in step] == pytest.approx(
        [1 / 3, 2 / 3, 1.0], abs=1e-5
    )
    assert len(found["outcomes"]) == 30
    assert sum(row["label"] != row["text"] for row in found["outcomes"]) == 2
    assert {"true": "x", "read": made.outcomes[7].prediction.text[0], "count": 1} in found["confusions"]
    assert found["told"] == made.told


def test_the_page_is_whole_and_loads_nothing(folder: Path, made: Trained) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")

    class Links(HTMLParser):
        found: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            assert tag not in ("script", "link", "iframe")
            self.found += [value or "" for key, value in attributes if key in ("src", "href", "xlink:href")]

    links = Links()
    links.feed(text)
    pictures = [link for link in links.found if link.startswith("data:image/png;base64,")]
    assert len(pictures) == 24
    assert all(link.startswith(("data:", "#")) for link in links.found)
    assert not re.search(r"url\((?!#)|@import", text)
    assert "&lt;b&gt;$&amp;" in text.replace("<mark>", "").replace("</mark>", "")
    assert "chose &lt;this&gt; for $5" in text
    assert f"{made.card.metrics['exact_match']:.1%}" in text


def test_the_curve_takes_its_colours_from_the_page(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    svg = text[text.index("<svg") : text.index("</svg>") + 6]
    ElementTree.fromstring(svg)
    assert "var(--accent)" in svg
    used = set(re.findall(r"var\(--(\w+)\)", svg))
    assert used <= set(re.findall(r"--(\w+): light-dark", text))
    assert not re.search(r"(stroke|fill): #", svg.replace("fill: #ffffff", ""))


def test_the_surest_mistakes_come_first(made: Trained) -> None:
    worst = report.worst_of(made.outcomes)
    assert [outcome.right for outcome in worst[:3]] == [False, False, True]
    sure = [outcome.prediction.confidence for outcome in worst]
    assert sure[0] >= sure[1]
    assert sure[2:] == sorted(sure[2:])


def test_a_place_that_takes_no_report_is_told_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw_folder(tmp_path / "drawn", 5, seed=1)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.chdir(tmp_path)
    for place in ("file", "file/below"):
        assert run(cli.main, ["train", "drawn", "--out", "m.onnx", "--report", place], prog=cli.PROG) == 1
        captured = capsys.readouterr()
        assert one_sentence(captured.err), captured.err
        assert f"{place}: no report can be written there" in captured.err
        assert captured.out == ""
    assert not (tmp_path / "m.onnx").exists()


def test_a_disk_that_fills_later_is_one_sentence(
    made: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.prepare(tmp_path / "report")
    (tmp_path / "report").rmdir()
    with pytest.raises(OcrError, match=r"the artefact is written, but its report is not: .*cannot be written"):
        report.write(made, tmp_path / "report", "model.onnx")
