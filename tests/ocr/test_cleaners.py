"""The cleaners that ship do what they are for, on drawings that they have not seen."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from dataset.synth import draw_pair
from ocr import cli
from ocr.cleaner import Cleaner
from ocr.cleaner_figures import Tally
from ocr.cleaners import NAMES, find
from ocr.training.drawn_pages import draw_page, stained


def pages() -> Iterator[tuple[Image.Image, Image.Image]]:
    for seed in range(4):
        page = draw_page(Random(f"unseen {seed}"))
        yield stained(page, Random(seed)), page


def captchas() -> Iterator[tuple[Image.Image, Image.Image]]:
    for seed in range(1000, 1008):
        for style in ("lines", "colour", "rings"):
            clean, dirty = draw_pair(style, "a7e25" if style == "lines" else "A7E25", seed)
            yield dirty, clean


@pytest.mark.parametrize(("name", "pairs"), [("pages", pages), ("captcha", captchas)])
def test_most_of_the_background_goes(name: str, pairs: object) -> None:
    path = find(Path(name))
    assert path.stat().st_size < 500_000
    assert path.with_suffix(".md").is_file()
    cleaner, before, after = Cleaner.load(path), Tally(), Tally()
    for dirty, clean in pairs():  # type: ignore[operator]
        before.add(dirty, clean)
        after.add(cleaner.clean(dirty), clean)
    assert after.figures()["rmse"] < 0.6 * before.figures()["rmse"]


def test_a_file_of_that_name_is_meant_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert {find(Path(name)).suffix for name in NAMES} == {".onnx"}
    Path("pages").touch()
    assert find(Path("pages")) == Path("pages")


def test_the_command_knows_their_names(tmp_path: Path) -> None:
    dirty, clean = next(pages())
    dirty.save(tmp_path / "scan.png")
    assert cli.main(["clean", "pages", str(tmp_path / "scan.png"), "--out", str(tmp_path / "out")]) == 0
    with Image.open(tmp_path / "out" / "scan.png") as cleaned:
        assert cleaned.size == clean.size
        assert np.asarray(cleaned).mean() > np.asarray(dirty).mean()
