from pathlib import Path

import pytest
from PIL import Image

from ocr.cleaner import Cleaner
from ocr.cleaners import find
from ocr.pairs import Pair, PairFiles
from tests.ocr.pairs import draw_pair


@pytest.fixture(scope="module", autouse=True)
def _backend() -> None:
    from ocr.training import backend

    backend.prepare()


def pair(size: tuple[int, int], stain: int = 1) -> Pair:
    return Pair(PairFiles("a.png", Path("dirty/a.png"), Path("clean/a.png")), *draw_pair("12", stain, size))


@pytest.mark.parametrize(("size", "shown"), [
    ((100, 40), (300, 120)), ((200, 90), (200, 90)), ((900, 700), (360, 240)), ((10, 8), (30, 24)),
])  # fmt: skip
def test_small_pictures_are_enlarged_and_large_ones_cut(size: tuple[int, int], shown: tuple[int, int]) -> None:
    from ocr.training.cleaner_report import side_by_side

    one, both = (side_by_side(Cleaner.load(find(Path("pages"))), [pair(size)] * rows) for rows in (1, 2))
    gap = both.height - one.height - shown[1]
    assert 0 < gap < 20
    column = (one.width - gap) // 3
    assert column == max(shown[0], 120) + gap
    expected = pair(size).clean.convert("RGB")
    last = one.crop((gap + 2 * column, one.height - gap - shown[1], gap + 2 * column + shown[0], one.height - gap))
    times = max(1, shown[0] // size[0])
    corner = expected.crop((0, 0, shown[0] // times, shown[1] // times))
    assert last.tobytes() == corner.resize(shown, Image.Resampling.NEAREST).tobytes()


def test_six_examples_at_most_spread_over_all() -> None:
    from ocr.training.cleaner_report import spread

    pairs = [pair((20, 20), stain) for stain in range(13)]
    assert [pairs.index(chosen) for chosen in spread(pairs)] == [0, 3, 6, 9, 12]
    assert spread(pairs[:2]) == pairs[:2]
