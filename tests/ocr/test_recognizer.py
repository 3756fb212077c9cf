from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from dataset import imagefile
from dataset.errors import ImageRefused
from dataset.folder import read_folder
from ocr.evaluate import evaluate_folder
from ocr.recognizer import Recognizer
from tests.ocr.conftest import TrainedOnce


def test_fresh_pictures_are_read(recognizer: Recognizer, trained: TrainedOnce) -> None:
    result, _ = evaluate_folder(recognizer, trained.fresh)
    assert result["exact_match"] >= 0.8


def test_predictions_are_whole(recognizer: Recognizer, trained: TrainedOnce) -> None:
    items = read_folder(trained.fresh)[:4]
    for prediction in recognizer.read([item.path for item in items]):
        assert len(prediction.text) == 3  # all labels had three characters
        assert 0 < prediction.confidence <= 1
        assert "".join(character for character, _ in prediction.characters) == prediction.text
        assert all(0 < sure <= 1 for _, sure in prediction.characters)
        assert prediction.answer is None


def test_bytes_paths_and_pictures_read_alike(recognizer: Recognizer, trained: TrainedOnce) -> None:
    path = read_folder(trained.fresh)[0].path
    forms = [path, str(path), path.read_bytes(), imagefile.load(path)]
    assert len({(p.text, round(p.confidence, 6)) for form in forms for p in recognizer.read([form])}) == 1


def test_a_batch_changes_no_reading(recognizer: Recognizer, trained: TrainedOnce) -> None:
    paths = [item.path for item in read_folder(trained.fresh)]
    together = recognizer.read(paths)
    alone = [recognizer.read([path])[0] for path in paths]
    assert [p.text for p in together] == [p.text for p in alone]
    assert [p.confidence for p in together] == pytest.approx([p.confidence for p in alone], abs=1e-4)


def test_threads_share_one_recognizer(recognizer: Recognizer, trained: TrainedOnce) -> None:
    paths = [item.path for item in read_folder(trained.fresh)]
    expected = [p.text for p in recognizer.read(paths)]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [p.text for p in recognizer.read(paths)], range(16)):
            assert found == expected


def test_pictures_of_any_size_and_mode(recognizer: Recognizer) -> None:
    pictures = [Image.new("L", (400, 20), 255), Image.new("RGB", (3, 90)), Image.new("L", (200, 50))]
    assert len(recognizer.read(pictures)) == 3


def test_no_pictures_no_predictions(recognizer: Recognizer) -> None:
    assert recognizer.read([]) == []


def test_a_broken_picture_is_refused(recognizer: Recognizer) -> None:
    with pytest.raises(ImageRefused):
        recognizer.read([b"no picture"])


def test_any_text_forgets_the_lengths(trained: TrainedOnce) -> None:
    free = Recognizer.load(trained.model, any_text=True)
    blank = Image.new("L", (200, 50), 255)
    assert len(Recognizer.load(trained.model).read([blank])[0].text) == 3
    assert len(free.read([blank])[0].text) != 3 or free.read([blank])[0].confidence < 0.5


def test_alternatives_are_ranked(recognizer: Recognizer, trained: TrainedOnce) -> None:
    path = read_folder(trained.fresh)[0].path
    found = recognizer.alternatives(path, 3)
    assert found[0][0] == recognizer.read([path])[0].text
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
    assert all(len(text) == 3 for text, _ in found)


def test_info(recognizer: Recognizer, trained: TrainedOnce) -> None:
    info = recognizer.info
    assert info["alphabet"] == "27ae"
    assert info["max_sequence_length"] == 3
    assert info["path"] == str(trained.model)
    assert info["exact_match"] == recognizer.metrics["exact_match"]
    assert len(info["image_size"]) == 2
    assert recognizer.version


def test_the_artefact_is_one_small_file(trained: TrainedOnce) -> None:
    assert trained.model.stat().st_size < 1_500_000
    assert not list(Path(trained.model.parent).glob("*.data"))
