"""What of the pictures a training looks at."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from dataset.hashing import Fingerprint
from ocr.preprocess import WHOLE, InputSpec, Part, seen
from ocr.training.choose import choose
from ocr.training.data import Labelled
from ocr.training.view import Look, colour, may_fold, may_turn, view
from tests.ocr.hidden_text import PAPER, SIZE, hidden, text
from tests.ocr.noise import dotted

LABELS = [f"H{number:03}" for number in range(40)]


def plain(label: str, ink: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", SIZE, PAPER)
    picture.paste(ink, (0, 0), text(label))
    return picture


def labelled(pictures: Sequence[Image.Image]) -> list[Labelled]:
    return [
        Labelled(f"{label}.png", picture, label, None, Fingerprint(label, 0))
        for label, picture in zip(LABELS, pictures, strict=True)
    ]


def chosen(pictures: Sequence[Image.Image]) -> tuple[InputSpec, str]:
    plan = choose(labelled(pictures), 4)
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
    assert any("cut to its coloured text" in reason for reason in choose(labelled(pages), 4).reasons)


@pytest.mark.parametrize(
    ("growth", "ink", "wider"),
    [(0, (200, 30, 60), 5), (1, (40, 40, 40), 5), (1, (200, 30, 60), 0)],
    ids=["text of one size", "grey text", "pictures of one size"],
)
def test_other_pictures_are_seen_whole(growth: int, ink: tuple[int, int, int], wider: int) -> None:
    pages = [page(label, 20 + growth * n, ink, 280 + wider * n) for n, label in enumerate(LABELS)]
    assert not chosen(pages)[0].framed


def test_a_band_is_looked_at_where_the_text_is_small() -> None:
    pages = [
        ImageChops.offset(page(label, 12, (40, 40, 40), 280).convert("L"), 0, number - 20)
        for number, label in enumerate(LABELS)
    ]
    plan = choose(labelled(pages), 4)
    assert 0.15 < plan.input.band < 0.5 and not plan.input.framed
    assert any(reason.startswith("the text is small: a band of") for reason in plan.reasons)
    assert plan.input.width == 160  # of the shape of the band: that of the page would make 144


@pytest.mark.parametrize("pixels", [40, 64])
def test_larger_text_needs_none(pixels: int) -> None:
    assert chosen([page(label, pixels, (40, 40, 40), 280) for label in LABELS])[0].band == 1.0


@pytest.mark.parametrize("unmixed", [False, True])
def test_no_band_is_looked_for_where_text_may_differ_in_hue_alone(unmixed: bool) -> None:
    """That changes the lightness of no row."""
    pages = [page(label, 12, (40, 40, 40), 280) for label in LABELS]
    spec, reason = view(labelled(pages), InputSpec(40, None, 3, unmixed=unmixed))
    assert (spec.band == 1.0) == (reason == "") == unmixed


@pytest.mark.parametrize("count", [2, 40])
def test_colours_are_unmixed_where_some_pictures_hide_their_text(count: int) -> None:
    pictures = [hidden(characters=label) for label in LABELS[:count]]
    spec, reason = chosen([*pictures, *(plain(label, (160, 40, 40)) for label in LABELS[count:])])
    assert (spec.channels, spec.unmixed) == (3, True)
    assert f"unmixed in the {count / 40:.0%} of the pictures" in reason


def test_colours_of_pictures_that_are_seen_plain_are_not_unmixed() -> None:
    pictures = labelled([hidden(characters=label) for label in LABELS])
    assert colour(pictures)[1]
    assert colour(pictures, Look(plain=True)) == (3, False, "colour is kept: 100% of the pictures have some")


@pytest.mark.parametrize(("noisy", "despeckled"), [(40, True), (36, True), (20, False), (0, False)])
def test_dots_are_taken_away_where_most_pictures_have_them(noisy: int, despeckled: bool) -> None:
    pictures = [plain(label, (30, 30, 30)) for label in LABELS]
    spec, reason = view(
        labelled([*(dotted(p, 0.15) for p in pictures[:noisy]), *pictures[noisy:]]), InputSpec(40, None, 1)
    )
    assert spec.despeckled == despeckled
    assert reason.startswith(f"dots of noise lie all over {noisy / 40:.0%} of the pictures") == despeckled


def test_a_band_is_found_under_dots() -> None:
    """They change rows of paper as much as text changes its rows."""
    pages = [dotted(page(label, 12, (40, 40, 40), 280), 0.15) for label in LABELS]
    spec, reason = view(labelled(pages), InputSpec(40, None, 1))
    assert spec.despeckled and 0.15 < spec.band < 0.6
    assert "; the text is small: a band of" in reason


def test_plain_pictures_are_seen_as_they_are() -> None:
    hiding = [hidden(characters=label) for label in LABELS]
    for pictures in (hiding, [dotted(picture, 0.3) for picture in hiding]):
        spec, samples = chosen(pictures)[0], labelled(pictures)
        assert not spec.plain
        plan = choose(samples, 4, look=Look(plain=True))
        assert plan.input.plain and plan.input.channels == spec.channels
        assert "pictures are seen as they are" in plan.reasons


def test_two_rows_of_text_are_laid_side_by_side() -> None:
    pages = [Image.new("L", (SIZE[0], 2 * SIZE[1]), 250) for _ in LABELS]
    for picture, label in zip(pages, LABELS, strict=True):
        for row in range(2):
            picture.paste(30, (0, row * SIZE[1]), text(label))
    plan = choose(labelled(pages), 4, look=Look(plain=True, folded=True))
    assert plan.input.fold == pytest.approx(0.5, abs=0.1)
    assert seen(pages[0], plan.input).width == 2 * SIZE[0]
    assert any(reason.endswith("is laid beside what lies above") for reason in plan.reasons)


@pytest.mark.parametrize("degrees", [90, 270])
def test_pictures_are_turned_before_their_size_is_chosen(degrees: int) -> None:
    lying = [plain(label, (30, 30, 30)) for label in LABELS]
    for number, picture in enumerate(lying):  # which differ up to their edges, of which nothing is to be cut off
        for corner in ((0, 0), (SIZE[0] - 1, SIZE[1] - 1)):
            picture.putpixel(corner, (6 * number, 0, 0))
    plan = choose(labelled([picture.rotate(-degrees, expand=True) for picture in lying]), 4, look=Look(turned=degrees))
    usual = choose(labelled(lying), 4, look=Look(plain=True))
    assert plan.input == replace(usual.input, turned=degrees)
    assert "pictures are turned, so that their text runs from left to right" in plan.reasons
    assert seen(lying[0].rotate(-degrees, expand=True), plan.input).tobytes() == lying[0].tobytes()


@pytest.mark.parametrize(
    ("asked", "size", "part", "may"),
    [
        (may_turn, (60, 200), WHOLE, True),
        (may_turn, (100, 100), WHOLE, False),
        (may_turn, (100, 100), (0.0, 0.0, 0.5, 1.0), True),
        (may_fold, (100, 60), WHOLE, True),
        (may_fold, (200, 60), WHOLE, False),
        (may_fold, (200, 60), (0.0, 0.0, 0.5, 1.0), True),
    ],
)
def test_the_shape_of_what_is_seen_tells_how_texts_may_run(
    asked: Callable[[Sequence[Labelled], Part], bool], size: tuple[int, int], part: Part, may: bool
) -> None:
    samples = labelled([Image.new("L", size) for _ in LABELS])
    assert asked(samples, part) == may
    assert not asked([replace(sample, label="a") for sample in samples], part)
