import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr.preprocess import WHOLE, InputSpec, pixels, prepare, standardise, within

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


def test_of_a_part_nothing_else_is_seen() -> None:
    values = np.random.default_rng(0).integers(0, 256, (60, 200), dtype=np.uint8)
    spec = InputSpec(40, None, 1, part=(0.1, 0.25, 0.6, 0.75))
    cut = Image.fromarray(values[15:45, 20:120])
    assert (pixels(Image.fromarray(values), spec) == pixels(cut, replace(spec, part=WHOLE))).all()
    assert spec.changes == ["margins that are the same in all pictures cut off"]


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (1, 5)])
def test_a_part_of_a_tiny_picture_has_a_pixel(size: tuple[int, int]) -> None:
    assert within(Image.new("L", size, 7), (0.98, 0.99, 1.0, 1.0)).getcolors() == [(1, 7)]


@pytest.mark.parametrize("part", [(0.5, 0, 0.5, 1), (0, 0, 1, 1.5), (-0.1, 0, 1, 1), (0, float("nan"), 1, 1), (0, 1)])
def test_a_part_that_cannot_be_is_refused(part: tuple[float, ...]) -> None:
    with pytest.raises(ValueError):
        InputSpec.from_dict(GREY.to_dict() | {"part": part})


def test_an_input_survives_being_stored() -> None:
    spec = replace(GREY, part=(0.1, 0.25, 0.6, 0.75))
    stored = json.loads(json.dumps(spec.to_dict()))
    assert InputSpec.from_dict(stored) == spec
    del stored["part"]
    assert InputSpec.from_dict(stored) == GREY


def test_what_is_done_to_pictures_is_told() -> None:
    assert GREY.changes == []
    told = replace(ANY_WIDTH, despeckled=True, framed=True, mirrored=True).changes
    assert told == ["dots of noise taken away", "cut to the coloured text", "mirrored"]
    told = replace(GREY, part=(0, 0, 1, 0.5), turned=90, despeckled=True).changes
    assert [words.split()[0] for words in told] == ["margins", "turned", "dots"]
    assert replace(GREY, band=0.5).changes == ["cut to the 50% of its height that is written on"]


def test_two_rows_run_on_in_the_direction_of_their_script() -> None:
    values = np.random.default_rng(0).integers(0, 256, (40, 60), dtype=np.uint8)
    folded, upper = InputSpec(20, 120, 1, fold=0.5), Image.fromarray(values[:20])
    found = pixels(Image.fromarray(values), folded)
    assert (found[:, :60, 0] == values[:20]).all() and (found[:, 60:, 0] == values[20:]).all()
    mirrored = pixels(Image.fromarray(values), replace(folded, mirrored=True))
    assert (mirrored[:, :60] == pixels(upper, InputSpec(20, 60, 1, mirrored=True))).all()
    assert folded.changes == ["two rows of text laid side by side"]


@pytest.mark.parametrize(("degrees", "first"), [(90, 0), (270, 1)])
def test_text_that_runs_down_or_up_is_turned_to_the_right(degrees: int, first: int) -> None:
    """The upper end of what runs down, the lower one of what runs up, comes to lie on the left."""
    ends = np.random.default_rng(0).integers(0, 256, (2, 30, 20), dtype=np.uint8)
    turned = InputSpec(20, 60, 1, turned=degrees)
    found = pixels(Image.fromarray(np.concatenate(ends)), turned)
    assert (found[:, :30, 0] == np.rot90(ends[first], degrees // 90)).all()
    assert (found[:, 30:, 0] == np.rot90(ends[1 - first], degrees // 90)).all()
    assert turned.changes == [f"turned by {degrees} degrees against the clock"]


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
