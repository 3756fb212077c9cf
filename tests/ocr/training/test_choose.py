from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image

from dataset.hashing import Fingerprint
from ocr.preprocess import InputSpec
from ocr.training.choose import _view, choose
from ocr.training.data import Labelled
from tests.ocr.hidden_text import PAPER, SIZE, hidden, text

LABELS = [f"H{number:03}" for number in range(40)]


def plain(label: str, ink: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", SIZE, PAPER)
    picture.paste(ink, (0, 0), text(label))
    return picture


def chosen(pictures: Sequence[Image.Image]) -> tuple[InputSpec, str]:
    samples = [
        Labelled(f"{label}.png", picture, label, None, Fingerprint(label, 0))
        for label, picture in zip(LABELS, pictures, strict=True)
    ]
    plan = choose(samples, 4)
    return plan.input, plan.reasons[1]


def test_grey_pictures_are_read_in_grey() -> None:
    spec, reason = chosen([plain(label, (30, 30, 30)) for label in LABELS])
    assert (spec.channels, spec.unmixed) == (1, False)
    assert reason.startswith("grey")


def test_colour_is_kept_as_it_is_where_it_shows_the_text() -> None:
    spec, reason = chosen([plain(label, (160, 40, 40)) for label in LABELS])
    assert (spec.channels, spec.unmixed) == (3, False)
    assert reason.startswith("colour is kept")


def page(label: str, pixels: int, ink: tuple[int, int, int], width: int) -> Image.Image:
    """Text `pixels` high in the middle of a page of 80."""
    picture = Image.new("RGB", (width, 80), "white")
    written = text(label)
    mask = written.crop(written.getbbox()).resize((pixels * (3 + pixels % 4), pixels))
    picture.paste(ink, ((width - mask.width) // 2, (80 - pixels) // 2), mask)
    return picture


def test_pictures_are_cut_to_coloured_text_whose_size_varies() -> None:
    pages = [page(label, 14 + n, (200, 30, 60), 280 + 5 * n) for n, label in enumerate(LABELS)]
    spec, _ = chosen(pages)
    assert spec.framed and spec.width is None
    samples = [Labelled("", p, label, None, Fingerprint(label, 0)) for p, label in zip(pages, LABELS, strict=True)]
    assert any("cut to its coloured text" in reason for reason in choose(samples, 4).reasons)


@pytest.mark.parametrize(
    ("growth", "ink", "wider"),
    [(0, (200, 30, 60), 5), (1, (40, 40, 40), 5), (1, (200, 30, 60), 0)],
    ids=["text of one size", "grey text", "pictures of one size"],
)
def test_other_pictures_are_seen_whole(growth: int, ink: tuple[int, int, int], wider: int) -> None:
    pages = [page(label, 20 + growth * n, ink, 280 + wider * n) for n, label in enumerate(LABELS)]
    assert not chosen(pages)[0].framed


def test_a_band_is_looked_at_where_the_text_is_small() -> None:
    pages = [page(label, 12, (40, 40, 40), 280).convert("L") for label in LABELS]
    samples = [Labelled("", p, label, None, Fingerprint(label, 0)) for p, label in zip(pages, LABELS, strict=True)]
    plan = choose(samples, 4)
    assert 0.15 < plan.input.band < 0.5 and not plan.input.framed
    assert any(reason.startswith("the text is small: a band of") for reason in plan.reasons)
    assert plan.input.width == 160  # of the shape of the band: that of the page would make 144


@pytest.mark.parametrize(
    ("size", "lengths", "width"),
    [
        ((200, 80), [4], 176),  # eleven time steps of four columns for each character, which may overlap
        ((150, 60), [4], 152),  # no more columns than there are
        ((50, 20), [4], 104),
        ((256, 80), [4], 128),  # as it is, from eight time steps
        ((600, 80), [4], 160),  # ten
        ((200, 80), [2, 4, 4, 6], 176),
        ((200, 80), range(1, 17), 320),  # five for each of the longest text
    ],
    ids=str,
)
def test_each_character_has_its_time_steps(size: tuple[int, int], lengths: Sequence[int], width: int) -> None:
    """Where pictures are of one size."""
    samples = [
        Labelled(f"{n}-{again}", Image.new("L", size, again), "0123456789abcdef"[:n], None, Fingerprint("", 0))
        for n in lengths
        for again in range(2)
    ]
    assert choose([*samples, replace(samples[0], label="f" * min(lengths))], 4).input.width == width


@pytest.mark.parametrize("pixels", [40, 64])
def test_larger_text_needs_none(pixels: int) -> None:
    assert chosen([page(label, pixels, (40, 40, 40), 280) for label in LABELS])[0].band == 1.0


@pytest.mark.parametrize("unmixed", [False, True])
def test_no_band_is_looked_for_where_text_may_differ_in_hue_alone(unmixed: bool) -> None:
    """That changes the lightness of no row."""
    pages = [page(label, 12, (40, 40, 40), 280) for label in LABELS]
    samples = [Labelled("", p, label, None, Fingerprint(label, 0)) for p, label in zip(pages, LABELS, strict=True)]
    spec, reason = _view(samples, InputSpec(40, None, 3, unmixed=unmixed))
    assert (spec.band == 1.0) == (reason == "") == unmixed


@pytest.mark.parametrize("count", [2, 40])
def test_colours_are_unmixed_where_some_pictures_hide_their_text(count: int) -> None:
    pictures = [hidden(characters=label) for label in LABELS[:count]]
    spec, reason = chosen([*pictures, *(plain(label, (160, 40, 40)) for label in LABELS[count:])])
    assert (spec.channels, spec.unmixed) == (3, True)
    assert f"unmixed in the {count / 40:.0%} of the pictures" in reason


@pytest.mark.parametrize("mirror", [True, False])
def test_pictures_of_a_script_written_from_right_to_left_are_mirrored(mirror: bool) -> None:
    pictures = [plain(label, (30, 30, 30)) for label in LABELS]
    hebrew = [label.translate(str.maketrans("H0123", "אבגדה")) for label in LABELS]
    samples = [Labelled("", p, t, None, Fingerprint(t, 0)) for p, t in zip(pictures, hebrew, strict=True)]
    plan = choose(samples, 4, mirror=mirror)
    assert plan.input.mirrored == mirror
    assert any("from right to left: pictures are mirrored" in reason for reason in plan.reasons) == mirror
    assert not chosen(pictures)[0].mirrored
