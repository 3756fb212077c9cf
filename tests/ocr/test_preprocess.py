from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr.preprocess import InputSpec, pixels, prepare, standardise

GREY = InputSpec(40, 160, 1)
ANY_WIDTH = InputSpec(40, None, 3, multiple=8, min_width=64, max_width=400)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("spec", [GREY, InputSpec(40, 160, 3), ANY_WIDTH])
@pytest.mark.parametrize("size", [(200, 50), (2, 2), (1, 300), (3000, 20), (160, 40)])
def test_every_picture_becomes_an_array_of_the_artefacts_size(
    mode: str, spec: InputSpec, size: tuple[int, int]
) -> None:
    array = prepare(Image.new(mode, size), spec)
    assert array.dtype == np.float32
    assert array.shape == (spec.height, spec.width_for(size), spec.channels)
    assert np.isfinite(array).all()


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_a_free_width_is_a_multiple_within_its_bounds(width: int, height: int) -> None:
    found = ANY_WIDTH.width_for((width, height))
    assert 64 <= found <= 400
    assert found % 8 == 0


def test_a_free_width_keeps_the_shape() -> None:
    assert ANY_WIDTH.width_for((400, 80)) == 200


def test_pixels_of_the_right_size_are_left_alone() -> None:
    values = np.random.default_rng(0).integers(0, 256, (40, 160), dtype=np.uint8)
    assert (pixels(Image.fromarray(values), GREY)[..., 0] == values).all()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_mirrored_input_shows_the_right_side_on_the_left(mode: str) -> None:
    values = np.random.default_rng(0).integers(0, 256, (30, 70, 3), dtype=np.uint8)
    picture = Image.fromarray(values).convert(mode)
    for spec in (InputSpec(30, 70, len(picture.getbands())), InputSpec(40, None, 3)):
        assert (pixels(picture, replace(spec, mirrored=True)) == pixels(picture, spec)[:, ::-1]).all()


def test_what_is_done_to_pictures_is_told() -> None:
    assert GREY.changes == []
    told = replace(ANY_WIDTH, despeckled=True, framed=True, mirrored=True).changes
    assert told == ["dots of noise taken away", "cut to the coloured text", "mirrored"]
    assert replace(GREY, band=0.5).changes == ["cut to the 50% of its height that is written on"]


def test_brightness_goes_and_contrast_evens_out() -> None:
    values = np.random.default_rng(0).integers(0, 100, (40, 160, 1), dtype=np.uint8)
    plain, brighter, stronger = (standardise(v) for v in (values, values + 50, values * 2))
    assert plain == pytest.approx(brighter, abs=1e-4)
    assert np.abs(plain - stronger).mean() < 0.2
    assert plain.mean() == pytest.approx(0, abs=1e-4)
    assert 0.7 < plain.std() <= 1.0


def test_contrast_between_colours_stays() -> None:
    values = np.zeros((40, 160, 3), dtype=np.uint8)
    values[:, :80, 0] = 200
    found = standardise(values)
    assert found[..., 0].std() > 1
    assert not found[..., 1:].any()


def test_an_empty_picture_stays_quiet() -> None:
    nearly = np.full((40, 160, 1), 128, dtype=np.uint8)
    nearly[0, 0] = 129
    assert np.abs(standardise(nearly)).max() < 0.2


def test_a_batch_is_prepared_like_its_pictures() -> None:
    batch = np.random.default_rng(0).integers(0, 256, (5, 40, 160, 3), dtype=np.uint8)
    assert standardise(batch) == pytest.approx(np.stack([standardise(one) for one in batch]), abs=1e-5)
