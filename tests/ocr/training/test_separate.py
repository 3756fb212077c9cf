"""A recogniser for each type lies in the artefact, and is asked when that type is told."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import onnx
import pytest

from dataset.errors import UsageError
from dataset.folder import read_folder
from ocr import cli
from ocr.artefact import RECOGNISER_KEY, Card, TypeCard
from ocr.errors import ArtefactError
from ocr.preprocess import InputSpec
from ocr.recognizer import Recognizer
from ocr.training import architectures, export, separate
from ocr.training.options import Options
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import clean, draw_folder


@pytest.fixture(scope="module")
def joined(trained: TrainedOnce, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artefact whose own network has learned nothing; both of its types are read by one that has."""
    kinds = (TypeCard("one", "27ae"), TypeCard("two", "27ae"))
    card = replace(Recognizer.load(trained.model).card, types=kinds, input=InputSpec(40, 160, 1))
    network = architectures.find("small").build(card.input, 5, 2)
    reader = separate._Reader(None, trained.model.read_bytes(), {}, 1)  # type: ignore[arg-type]
    out = tmp_path_factory.mktemp("joined") / "joined.onnx"
    out.write_bytes(separate._with(export.artefact_bytes(network, card), card, {0: reader, 1: reader}))
    return out


def test_the_type_is_told_by_one_and_the_text_read_by_the_other(joined: Path, trained: TrainedOnce) -> None:
    paths = [item.path for item in read_folder(trained.fresh)][:12]
    found, own = Recognizer.load(joined).read(paths), Recognizer.load(trained.model).read(paths)
    assert [prediction.text for prediction in found] == [prediction.text for prediction in own]
    for prediction, read in zip(found, own, strict=True):
        assert prediction.type in ("one", "two")
        assert prediction.confidence == pytest.approx(read.confidence * prediction.type_confidence, rel=1e-5)
        assert prediction.characters == read.characters
    first = Recognizer.load(joined).alternatives(paths[0], 3)
    assert first == Recognizer.load(trained.model).alternatives(paths[0], 3)


def test_only_float32_keeps_them(joined: Path, trained: TrainedOnce, tmp_path: Path) -> None:
    assert cli.main(["export", str(joined), "--out", str(tmp_path / "small.onnx")]) == 0
    paths = [item.path for item in read_folder(trained.fresh)][:4]
    assert Recognizer.load(tmp_path / "small.onnx").read(paths) == Recognizer.load(joined).read(paths)
    with pytest.raises(UsageError, match=r"joined.onnx: has a recogniser for each type"):
        cli.main(
            ["export", str(joined), "--out", str(tmp_path / "x"), "--format", "int8", "--data", str(trained.fresh)]
        )


def test_a_damaged_part_is_one_sentence(joined: Path, tmp_path: Path) -> None:
    model = onnx.load(joined)
    for change, problem in (("~ not base 85", "type in it is damaged"), ("00000", "damaged")):
        for prop in model.metadata_props:
            if prop.key.startswith(RECOGNISER_KEY):
                prop.value = change
        onnx.save(model, tmp_path / "odd.onnx")
        with pytest.raises(ArtefactError, match=rf"odd.onnx.*{problem}"):
            Recognizer.load(tmp_path / "odd.onnx")


def test_one_network_a_type_is_kept_only_if_it_reads_more() -> None:
    assert separate._better(0.9, 0.915, 80)
    assert not separate._better(0.9, 0.905, 80)
    assert not separate._better(0.9, 0.9, 0)


@pytest.mark.full
def test_separate_trainings_make_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(separate, "_better", lambda before, after, pictures: True)
    folder = tmp_path / "mixed"
    for name, length, alphabet in (("short", 2, "27"), ("long", 4, "ax")):
        draw_folder(folder / name, 40, seed=length, length=length, alphabet=alphabet, painter=clean)
    out = tmp_path / "m.onnx"
    options = ["--types", "separate", "--epochs", "12", "--no-refit", "--report", str(tmp_path / "report")]
    assert cli.main(["train", str(folder), "--out", str(out), *options, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["types"] == "separate"
    recognizer = Recognizer.load(out)
    assert recognizer.separate
    long, short = recognizer._own[0].card, recognizer._own[1].card
    assert (long.charset, short.charset) == ("ax", "27")
    assert long.input.width != short.input.width
    shown = {name: [item.path for item in read_folder(folder / name)] for name in ("short", "long")}
    for name, paths in shown.items():
        assert sum(prediction.type == name for prediction in recognizer.read(paths)) >= 0.8 * len(paths)
    assert "keeping one a type" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert 0.0 <= told["exact_match"] <= 1.0
    assert told["by_type"].keys() == {"short", "long"}


def test_nothing_more_is_trained_after_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mixed"
    for name in ("one", "two"):
        draw_folder(folder / name, 12, seed=1, length=2, alphabet="27", painter=clean)
    card = Card("27", InputSpec(40, 64, 1), (TypeCard("one", "27"), TypeCard("two", "27")), "small", "1.0", "")
    trained: list[Path] = []

    def reader(items: object, place: Path, *_: object) -> SimpleNamespace:
        trained.append(place)
        return SimpleNamespace(trained=SimpleNamespace(interrupted=True))

    monkeypatch.setattr(separate, "_reader", reader)
    assert [*separate._readers(folder, tmp_path, Options(epochs=1), card, print, True)] == [0]
    assert len(trained) == 1


def test_one_type_is_not_separated(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "d", 24, seed=1, length=2, alphabet="27", painter=clean)
    told: list[str] = []
    trained = separate.train(folder, tmp_path / "m.onnx", Options(epochs=1, find_types=True), say=told.append)
    assert "there is one type only, so nothing is separated" in told
    assert not Recognizer.load(tmp_path / "m.onnx").separate
    assert trained.card.types[0].name is None
