from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from ocr.pairs import find_pairs, load_pairs
from ocr.training.drawn_pages import draw_page, main, stained
from tests.support import one_sentence, python


def test_each_page_lies_under_three_stains(tmp_path: Path) -> None:
    assert main([str(tmp_path / "pages"), "--count", "2", "--seed", "5"]) == 0
    problems: list[str] = []
    pairs = list(load_pairs(find_pairs(tmp_path / "pages", problems), problems))
    assert (len(pairs), problems) == (6, [])
    assert len({pair.clean.tobytes() for pair in pairs}) == 2
    assert len({pair.dirty.tobytes() for pair in pairs}) == 6


def test_the_seed_settles_the_pages(tmp_path: Path) -> None:
    pages = [draw_page(Random(3)) for _ in range(2)]
    assert pages[0].tobytes() == pages[1].tobytes()
    assert stained(pages[0], Random(1)).tobytes() == stained(pages[1], Random(1)).tobytes()
    assert stained(pages[0], Random(1)).tobytes() != stained(pages[1], Random(2)).tobytes()


@pytest.mark.parametrize("seed", range(5))
def test_text_stays_darker_than_the_stain_around_it(seed: int) -> None:
    page = draw_page(Random(seed))
    values, ink = np.asarray(stained(page, Random(seed))).astype(float), np.asarray(page) < 20
    assert ink.mean() > 0.01
    assert values[ink].mean() < 0.6 * values[~ink].mean()


@pytest.mark.parametrize("wrong", [["pages", "--count", "0"], ["pages", "--count", "x"], [""], ["."]])
def test_wrong_use_is_one_sentence(wrong: list[str], tmp_path: Path) -> None:
    Image.new("L", (4, 4)).save(tmp_path / "there.png")
    done = python("-m", "ocr.training.drawn_pages", *wrong, cwd=tmp_path)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
