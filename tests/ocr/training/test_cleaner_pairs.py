from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import OcrError, TrainingError
from ocr.training import backend
from tests.ocr.pairs import SIZE, draw_pairs

backend.prepare()

from ocr.training.cleaner_pairs import Crops, load, page_of  # noqa: E402  (Keras must be settled first)


@pytest.mark.parametrize("seed", range(3))
def test_no_clean_page_is_in_two_parts(tmp_path: Path, seed: int) -> None:
    data = load(draw_pairs(tmp_path / "pairs", pages=10, stains=3), seed)
    parts = [{page_of(pair) for pair in part} for part in (data.learn, data.watch, data.measure)]
    assert [len(part) for part in parts] == [8, 1, 1]
    assert len(set.union(*parts)) == 10
    assert [len(part) for part in (data.learn, data.watch, data.measure)] == [24, 3, 3]


def test_a_clean_page_saved_in_another_way_is_the_same_page(tmp_path: Path) -> None:
    folder = draw_pairs(tmp_path / "pairs", pages=4, stains=2)
    for path in sorted((folder / "clean").iterdir())[::2]:
        with Image.open(path) as picture:
            picture.convert("RGB").save(path, compress_level=0)
    data = load(folder, 0)
    assert data.pages == 4
    assert data.channels == (1, 1)  # RGB without any colour


def test_pages_of_the_test_folder_are_not_learned_from(tmp_path: Path) -> None:
    folder = draw_pairs(tmp_path / "pairs", pages=6, stains=1)
    data = load(folder, 0, test=draw_pairs(tmp_path / "test", pages=2, stains=1, seed=9))
    assert (len(data.learn), len(data.watch), len(data.measure)) == (5, 1, 2)
    with pytest.raises(TrainingError, match="shows all clean pages"):
        load(folder, 0, test=folder)


def test_too_few_pages(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="2 different clean pictures, and 3 are the fewest"):
        load(draw_pairs(tmp_path / "pairs", pages=2, stains=4), 0)


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    folder = draw_pairs(tmp_path / "pairs", pages=6, stains=1)
    (folder / "labels.csv").unlink()
    cut, small, lone, *_ = sorted((folder / "dirty").iterdir())
    cut.write_bytes(cut.read_bytes()[:100])
    Image.new("L", (10, 10)).save(small)
    lone.unlink()
    data = load(folder, 0)
    assert data.pages == 3
    lonely, *broken = data.problems
    assert lonely.endswith(f"clean/{lone.name}: has no partner in dirty")
    assert [path.name in told for path, told in zip((cut, small), broken, strict=True)] == [True, True]


def test_no_pairs(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="has no folders dirty and clean"):
        load(tmp_path, 0)


def test_crops_are_of_one_place(tmp_path: Path) -> None:
    """Dirty and clean crops are mirrored and moved together: ink of the text is in both."""
    data = load(draw_pairs(tmp_path / "pairs", pages=6, stains=1), 0)
    crops = Crops(data.learn, (3, 1), seed=1)
    dirty, clean = crops.draw()
    assert dirty.shape == (crops.count, 48, 96, 3)
    assert clean.shape == (crops.count, 48, 96, 1)
    assert SIZE == (96, 48)
    assert dirty.min() >= 0.0
    assert dirty.max() <= 1.0
    inked = clean[..., 0] > 0.9
    assert dirty[inked].mean() > 0.8
    assert dirty[~inked].mean() < 0.6


def test_small_pictures_are_continued(tmp_path: Path) -> None:
    folder = draw_pairs(tmp_path / "pairs", pages=6, stains=1)
    for part in ("dirty", "clean"):
        path = min((folder / part).iterdir())
        with Image.open(path) as picture:
            picture.crop((0, 0, 20, 10)).save(path)
    data = load(folder, 0)
    crops = Crops([*data.learn, *data.watch, *data.measure], (1, 1), seed=1)
    assert np.stack([crops.draw()[0].shape for _ in range(3)]).tolist() == [[crops.count, 48, 96, 1]] * 3
