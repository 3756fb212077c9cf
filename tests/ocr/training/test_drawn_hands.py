"""The pictures that teach any hand: labels in small letters, inks of their own, the same for the same seed."""

import numpy as np
import pytest
from PIL import Image

from dataset.synth import fonts
from ocr.training import drawing
from ocr.training.drawn_hands import CHARACTERS, HandDrawer, _sheared


def test_the_same_seed_draws_the_same_and_labels_are_in_small_letters() -> None:
    first, again, other = (HandDrawer(seed).draw() for seed in (1, 1, 2))
    assert first[0] == again[0] and first[1].tobytes() == again[1].tobytes()
    assert first[0] != other[0] or first[1].tobytes() != other[1].tobytes()
    drawer = HandDrawer(3)
    pairs = [drawer.draw() for _ in range(100)]
    assert {picture.mode for _, picture in pairs} == {"RGB"}
    texts = "".join(text for text, _ in pairs)
    assert texts == texts.lower() and set(texts) <= set(CHARACTERS)
    assert all(3 <= len(text) <= 8 and min(picture.size) >= 8 for text, picture in pairs)


def test_font_files_take_the_place_of_those_that_dependencies_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()
    covering = fonts.covering

    def recorded(faces: tuple[str, ...], text: str) -> tuple[str, ...]:
        used.update(faces)
        return covering(faces, text)

    monkeypatch.setattr(fonts, "covering", recorded)
    face = str(fonts.font_path("DejaVuSans"))
    drawer = HandDrawer(5, [face])
    for _ in range(10):
        drawer.draw()
    assert used == {face}


@pytest.mark.parametrize("architecture", sorted(drawing.CHARACTERS))
def test_what_is_drawn_fits_the_network(architecture: str) -> None:
    samples = drawing.draw(architecture, 12, 4)
    assert len(samples) == 12
    for sample in samples:
        assert sample.image.height == drawing.INPUT.height
        assert sample.image.width % drawing.INPUT.multiple == 0
        assert sample.image.width >= 8 * len(sample.label) + 4
        assert set(sample.label) <= set(drawing.CHARACTERS[architecture])


@pytest.mark.parametrize("processes", [1, 2])
def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    monkeypatch.setattr(drawing, "_AT_ONCE", 8)
    monkeypatch.setattr("os.cpu_count", lambda: processes)
    samples = drawing.draw("large", 20, 7)
    assert len(samples) == 20
    seeds = drawing._seeds(7, 3)
    alone = [sample for seed in seeds for sample in drawing._some("large", (), 8, seed)]
    assert [(s.label, s.image.tobytes()) for s in samples] == [(s.label, s.image.tobytes()) for s in alone[:20]]


@pytest.mark.parametrize("across", [-0.6, 0.0, 0.6])
@pytest.mark.parametrize("down", [-0.6, 0.0, 0.6])
def test_nothing_of_a_leaning_character_is_cut_off(across: float, down: float) -> None:
    mask = Image.new("L", (60, 40), 255)
    leaning = np.asarray(_sheared(mask, across, down, smooth=Image.Resampling.NEAREST))
    assert (leaning > 0).sum() == pytest.approx(60 * 40, rel=0.01)
    rows, columns = np.nonzero(leaning)
    assert columns.mean() == pytest.approx((leaning.shape[1] - 1) / 2, abs=0.6)
    assert rows.mean() == pytest.approx((leaning.shape[0] - 1) / 2, abs=0.6)
    assert min(columns.min(), rows.min(), *(leaning.shape - np.array([rows.max(), columns.max()]) - 1)) <= 1


def test_fonts_without_latin_letters_are_no_endless_search(monkeypatch: pytest.MonkeyPatch) -> None:
    covering = fonts.covering
    monkeypatch.setattr(fonts, "covering", lambda faces, text: () if "cyrillic.ttf" in faces else covering(faces, text))
    text, picture = HandDrawer(5, ["cyrillic.ttf"]).draw()
    assert text and picture.mode == "RGB"
