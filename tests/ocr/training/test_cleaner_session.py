"""A whole training of a cleaner, a short one."""

import json
from pathlib import Path

import pytest
from PIL import Image

from ocr import cli
from ocr.cleaner import Cleaner
from ocr.errors import ArtefactError
from tests.ocr.pairs import draw_pairs


@pytest.fixture(scope="module", autouse=True)
def _backend() -> None:
    from ocr.training import backend

    backend.prepare()


def test_a_short_training_removes_most_of_the_background(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = draw_pairs(tmp_path / "pairs")
    out, report = tmp_path / "c.onnx", tmp_path / "report"
    command = ["train-cleaner", str(pairs), "--out", str(out), "--steps", "50", "--report", str(report), "--json"]
    assert cli.main(command) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert "24 pairs show 12 different clean pictures; the pairs of one stay together in one part" in captured.err
    assert told["rmse"] < 0.6 * told["before"]["rmse"]
    assert out.stat().st_size < 500_000
    card = Cleaner.load(out).card
    assert card.metrics["rmse"] == told["rmse"]
    assert card.dataset["pages"] == 12
    assert sorted(path.name for path in report.iterdir()) == ["curve.png", "report.json", "side-by-side.png"]
    for name in ("curve.png", "side-by-side.png"):
        with Image.open(report / name) as picture:
            assert picture.width > 200


def test_the_same_steps_and_seed_give_the_same_cleaner(tmp_path: Path) -> None:
    from ocr.training.cleaner_session import CleanerOptions, train

    pairs = draw_pairs(tmp_path / "pairs", pages=5, stains=1)
    dirty = Image.open(next((pairs / "dirty").iterdir()))
    results = []
    for name in ("a.onnx", "b.onnx"):
        train(pairs, tmp_path / name, CleanerOptions(steps=3, seed=4), say=lambda _: None)
        results.append(Cleaner.load(tmp_path / name).clean(dirty).tobytes())
    assert results[0] == results[1]


def test_interrupted_keeps_the_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.training import cleaner_loop
    from ocr.training.cleaner_session import CleanerOptions, train

    draw = cleaner_loop.Crops.draw
    drawn: list[int] = []

    def interrupted(crops: cleaner_loop.Crops) -> object:
        drawn.append(1)
        if len(drawn) == 6:
            raise KeyboardInterrupt
        return draw(crops)

    monkeypatch.setattr(cleaner_loop.Crops, "draw", interrupted)
    said: list[str] = []
    pairs = draw_pairs(tmp_path / "pairs", pages=5, stains=1)
    trained = train(pairs, tmp_path / "c.onnx", CleanerOptions(steps=100), say=said.append)
    assert trained.interrupted
    assert "stopped: keeping the best so far" in said
    assert Cleaner.load(tmp_path / "c.onnx").card.training["interrupted"] is True


def test_what_was_learned_since_the_last_look_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks are far apart in a long training: at a stop the weights of that moment are looked at, too."""
    from ocr.training import cleaner_loop
    from ocr.training.cleaner_session import CleanerOptions, train

    draw, drawn = cleaner_loop.Crops.draw, []

    def interrupted(crops: cleaner_loop.Crops) -> object:
        drawn.append(1)
        if len(drawn) == 40:
            raise KeyboardInterrupt
        return draw(crops)

    monkeypatch.setattr(cleaner_loop, "_LOOKS", (0.01, 1.0))
    monkeypatch.setattr(cleaner_loop.Crops, "draw", interrupted)
    pairs = draw_pairs(tmp_path / "pairs", pages=5, stains=1)
    trained = train(pairs, tmp_path / "c.onnx", CleanerOptions(steps=300), say=lambda _: None)
    looks = [row.watched for row in trained.history if row.watched is not None]
    assert len(looks) == 2
    assert looks[1] < looks[0]
    assert trained.card.metrics["watched_rmse"] == round(looks[1], 6)


def test_pressed_again_keeps_what_the_last_look_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.training import cleaner_loop
    from ocr.training.cleaner_session import CleanerOptions, train

    look, looks = cleaner_loop.CleanerLoop._look, []

    def interrupted(loop: cleaner_loop.CleanerLoop, arrays: object) -> float:
        looks.append(1)
        if len(looks) > 1:
            raise KeyboardInterrupt
        return look(loop, arrays)  # type: ignore[arg-type]

    monkeypatch.setattr(cleaner_loop.CleanerLoop, "_look", interrupted)
    pairs = draw_pairs(tmp_path / "pairs", pages=5, stains=1)
    trained = train(pairs, tmp_path / "c.onnx", CleanerOptions(steps=10), say=lambda _: None)
    assert trained.interrupted
    assert len(looks) == 3
    assert Cleaner.load(tmp_path / "c.onnx").card.metrics["watched_rmse"] == trained.card.metrics["watched_rmse"]


def test_a_wrong_export_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.training import cleaner_export
    from ocr.training.cleaner_session import CleanerOptions, train

    made = cleaner_export.artefact_bytes

    def other(model: object, card: object) -> bytes:
        for weights in model.trainable_weights:  # type: ignore[attr-defined]
            weights.assign(weights + 0.1)
        data = made(model, card)  # type: ignore[arg-type]
        for weights in model.trainable_weights:  # type: ignore[attr-defined]
            weights.assign(weights - 0.1)
        return data

    monkeypatch.setattr(cleaner_export, "artefact_bytes", other)
    (tmp_path / "c.onnx").write_bytes(b"the old one")
    with pytest.raises(ArtefactError, match="differs from the trained one"):
        train(draw_pairs(tmp_path / "pairs", 5, 1), tmp_path / "c.onnx", CleanerOptions(steps=2), say=lambda _: None)
    assert (tmp_path / "c.onnx").read_bytes() == b"the old one"
