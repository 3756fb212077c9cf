"""Coloured text is found on a large page, whatever black lines cross it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.framing import band, between_rows, framed, side_by_side, text_box, written_share
from ocr.preprocess import InputSpec, pixels
from tests.ocr.hidden_text import text

INK = (200, 40, 120)


def page(box: tuple[int, int, int, int] = (100, 30, 180, 50), ink: tuple[int, int, int] = INK) -> Image.Image:
    picture = Image.new("RGB", (300, 80), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle(box, fill=ink)
    pen.line([(0, 5), (299, 75)], fill="black")
    pen.line([(20, 79), (280, 0)], fill=(90, 90, 90), width=2)
    return picture


def test_the_box_holds_the_text_with_room_for_a_character_beside_it() -> None:
    box = text_box(page())
    assert box is not None
    left, top, right, bottom = box
    assert left <= 100 - 20 and right >= 181 + 20
    assert 25 <= top <= 28 and 53 <= bottom <= 56
    assert framed(page()).size == (right - left, bottom - top)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_character_without_colour_stays_inside_where_they_stand_far_apart(side: str) -> None:
    picture = Image.new("RGB", (400, 80), "white")
    pen = ImageDraw.Draw(picture)
    for x in (120, 180, 240):
        pen.rectangle((x, 30, x + 15, 50), fill=INK)
    pen.point([(300, 40), (360, 20)], fill=INK)  # no characters
    left = 60 if side == "left" else 300
    pen.rectangle((left, 30, left + 15, 50), fill="black")
    box = text_box(picture)
    assert box is not None
    assert box[0] < left and box[2] > left + 16
    assert 25 <= box[1] <= 28 and 53 <= box[3] <= 56


@pytest.mark.parametrize("ground", ["white", (255, 244, 230), (20, 20, 20), (230, 235, 255)])
def test_any_plain_page_will_do(ground: str | tuple[int, int, int]) -> None:
    picture = Image.new("RGB", (300, 80), ground)
    ImageDraw.Draw(picture).rectangle((100, 30, 180, 50), fill=INK)
    box = text_box(picture)
    assert box is not None and 25 <= box[1] <= 28 and 53 <= box[3] <= 56


def test_a_few_stray_pixels_are_no_text() -> None:
    picture = page((60, 20, 240, 60))
    picture.putpixel((3, 2), INK)
    picture.putpixel((296, 78), INK)
    box = text_box(picture)
    assert box is not None and box[1] >= 10 and box[3] <= 70


@pytest.mark.parametrize(
    "picture",
    [page(ink=(60, 60, 60)), page((100, 30, 103, 32)), page((100, 30, 180, 34)), Image.new("RGB", (1, 1), "red")],
    ids=["grey", "a dot", "a dash", "one pixel"],
)
def test_what_shows_no_coloured_text_is_left_whole(picture: Image.Image) -> None:
    assert text_box(picture) is None
    assert framed(picture) is picture


def test_text_at_the_edge_stays_inside_the_picture() -> None:
    picture = page((0, 0, 299, 79))
    assert text_box(picture) == (0, 0, 300, 80)
    assert framed(picture) is picture


def test_a_network_sees_the_part_that_shows_text() -> None:
    spec = InputSpec(40, None, 3, multiple=8, max_width=600, framed=True)
    seen = pixels(page(), spec)
    assert seen.shape[0] == 40 and seen.shape[1] < 300
    assert (np.abs(seen.astype(int) - INK).max(axis=2) < 10).any(axis=1).mean() > 0.6
    grey = pixels(page().convert("L"), spec)
    assert grey.shape == (40, 152, 3)


def small(top: int, mode: str = "L") -> Image.Image:
    """Text 16 pixels high on a page of 120, with dirt and long lines that cross it."""
    picture = Image.new("L", (300, 120), 240)
    noise = np.random.default_rng(top)
    for x, y in noise.integers((300, 120), size=(300, 2)).tolist():
        picture.putpixel((x, y), 60)
    written = text("H123")
    picture.paste(20, (40, top), written.crop(written.getbbox()).resize((90, 16)))
    pen = ImageDraw.Draw(picture)
    pen.line([(0, 110), (299, 100)], fill=0, width=2)
    pen.line([(0, 10), (299, 115)], fill=0)
    return picture.convert(mode)


@pytest.mark.parametrize("top", [0, 37, 70, 104])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_band_holds_small_text_wherever_it_lies(top: int, mode: str) -> None:
    picture = small(top, mode)
    assert 0.08 < written_share(picture) < 0.25
    rows = band(picture, 0.4)
    assert rows.size == (300, 48)
    first = next(y for y in range(73) if rows.tobytes() == picture.crop((0, y, 300, y + 48)).tobytes())
    assert first <= top and top + 16 <= first + 48


def test_text_that_fills_a_picture_is_written_all_over_it() -> None:
    picture = Image.new("L", (200, 40), "white")
    written = text("H123")
    picture.paste(0, (5, 3), written.crop(written.getbbox()).resize((190, 34)))
    assert written_share(picture) > 0.6


def test_a_dirty_edge_is_no_text() -> None:
    picture = Image.new("L", (200, 44), 220)
    written = text("H123")
    picture.paste(90, (5, 8), written.crop(written.getbbox()).resize((190, 24)))
    clean = written_share(picture)
    for x in range(0, 200, 2):
        picture.putpixel((x, 0), 0)
        picture.putpixel((x, 43), 0)
    assert written_share(picture) == pytest.approx(clean, abs=0.05) and clean > 0.4


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 2), (3, 400)], ids=str)
def test_pictures_without_writing_are_cut_too(size: tuple[int, int]) -> None:
    picture = Image.new("L", size, 99)
    assert written_share(picture) == 1.0
    assert band(picture, 0.4).size == (size[0], max(1, round(0.4 * size[1])))
    assert band(picture, 1.0) is picture


def test_a_network_sees_the_band_at_its_size() -> None:
    assert pixels(small(70), InputSpec(40, 240, 1, band=0.4)).shape == (40, 240, 1)
    assert pixels(small(70), InputSpec(40, None, 3, multiple=8, band=0.4)).shape == (40, 248, 3)


def two_rows(parted: int, height: int = 100) -> Image.Image:
    """Strokes above and below an empty strip of 10 rows."""
    picture = Image.new("L", (60, height), "white")
    pen = ImageDraw.Draw(picture)
    for left in range(5, 55, 10):
        pen.rectangle((left, 5, left + 4, parted - 6), fill="black")
        pen.rectangle((left, parted + 5, left + 4, height - 5), fill="black")
    return picture


@pytest.mark.parametrize("parted", [40, 50, 60])
def test_two_rows_part_where_nothing_is_written(parted: int) -> None:
    assert between_rows([two_rows(parted)] * 3) == pytest.approx(parted / 100, abs=0.03)


def test_pictures_without_rows_part_somewhere_in_the_middle() -> None:
    assert 0.3 <= between_rows([Image.new("L", (60, 100)), two_rows(50).resize((30, 1))]) <= 0.7
    assert between_rows([Image.new("L", (60, 1))]) == 0.5


@pytest.mark.parametrize("leftwards", [False, True])
def test_what_lies_below_is_laid_beside_what_lies_above(leftwards: bool) -> None:
    values = np.random.default_rng(0).integers(0, 256, (50, 20), dtype=np.uint8)
    both = np.asarray(side_by_side(Image.fromarray(values), 0.4, leftwards=leftwards))
    parts = (values[:30], values[20:])
    assert (both == np.hstack(parts[::-1] if leftwards else parts)).all()


def test_a_picture_of_one_row_of_pixels_can_be_folded() -> None:
    assert side_by_side(Image.new("RGB", (7, 1)), 0.4, leftwards=False).size == (14, 1)
