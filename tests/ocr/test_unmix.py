from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocr.preprocess import InputSpec, pixels, prepare, standardise
from ocr.unmix import unmix
from tests.ocr.hidden_text import PAPER, SIZE, hidden, stripes, text


def cells(picture: Image.Image) -> NDArray[np.float32]:
    values = np.asarray(picture.convert("RGB"), dtype=np.float32).reshape(-1, 3)
    return values - values.mean(axis=0)


def turned(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return unmix(values)[0]


def likeness(values: NDArray[np.float32]) -> float:
    """How far values follow the text, 0..1."""
    return float(abs(np.corrcoef(values, np.asarray(text(), dtype=np.float32).ravel())[0, 1]))


def test_text_that_no_channel_shows_stands_out_in_the_first_direction() -> None:
    before, after = cells(hidden()), turned(cells(hidden()))
    assert max(likeness(before[:, channel]) for channel in range(3)) < 0.75
    assert likeness(after[:, 0]) > 0.95


def test_ink_is_dark_whatever_its_colour_was() -> None:
    dark, light = Image.new("RGB", SIZE, "white"), Image.new("RGB", SIZE, (20, 30, 60))
    dark.paste((40, 60, 20), (0, 0), text())
    light.paste((250, 220, 90), (0, 0), text())
    inside = np.asarray(text()).ravel() == 255
    for picture in (dark, light, hidden()):
        assert turned(cells(picture))[inside, 0].mean() < -1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_channels_does_not_matter(order: tuple[int, ...]) -> None:
    plain, mixed = turned(cells(hidden())), turned(cells(hidden())[:, order])
    assert mixed[:, 0] == pytest.approx(plain[:, 0], abs=1e-3)


def test_a_stack_is_unmixed_picture_by_picture() -> None:
    one, two = cells(hidden()), cells(hidden((150, 190, 190)))
    assert turned(np.stack([one, two])) == pytest.approx(np.stack([turned(one), turned(two)]), abs=1e-4)


@pytest.mark.parametrize("picture", [Image.new("RGB", SIZE), text().convert("RGB"), Image.new("RGB", (1, 1), "red")])
def test_pictures_without_colour_or_content_stay_finite(picture: Image.Image) -> None:
    found = turned(cells(picture))
    assert np.isfinite(found).all()
    assert found.std(axis=0).max() < 1.001


def test_faint_noise_does_not_become_loud() -> None:
    rng = np.random.default_rng(0)
    assert turned(rng.normal(0, 0.5, (8000, 3)).astype(np.float32)).std() < 0.2


def test_the_input_of_an_artefact_may_be_unmixed() -> None:
    spec = InputSpec(40, 200, 3, unmixed=True)
    found = prepare(hidden(), spec)
    assert found.shape == (40, 200, 3)
    assert found.flags.c_contiguous
    assert likeness(found[..., 0].ravel()) > 0.95
    assert (spec.colour, InputSpec(40, 200, 3).colour, InputSpec(40, 200, 1).colour) == ("RGB, unmixed", "RGB", "grey")


def test_text_hides_only_where_the_ground_is_stronger() -> None:
    others = (shown(), faint(), stripes(), Image.new("RGB", SIZE))
    assert unmix(cells(hidden()))[1]
    assert not any(unmix(cells(picture))[1] for picture in others)
    assert unmix(np.stack([cells(picture) for picture in (shown(), hidden(), stripes())]))[1].tolist() == [0, 1, 0]


def test_pictures_whose_text_shows_are_seen_as_in_an_input_that_is_not_unmixed() -> None:
    spec, plain = InputSpec(40, 200, 3, unmixed=True), InputSpec(40, 200, 3)
    stack = standardise(np.stack([pixels(picture, spec) for picture in (shown(), hidden(), faint())]), unmixed=True)
    for found, picture, which in zip(stack, (shown(), hidden(), faint()), (plain, spec, plain), strict=True):
        assert found == pytest.approx(prepare(picture, which), abs=1e-4)
    assert stack.dtype == np.float32


def shown() -> Image.Image:
    picture = Image.new("RGB", SIZE, PAPER)
    picture.paste((40, 60, 160), (0, 0), text())
    return picture


def faint() -> Image.Image:
    picture = stripes(PAPER, (235, 240, 250))
    picture.paste((40, 60, 160), (0, 0), text())
    return picture
