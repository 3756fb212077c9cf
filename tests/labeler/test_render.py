import pytest
from PIL import Image, ImageChops, ImageDraw

from labeler import render
from labeler.view import NEUTRAL, OTSU, TOOLS, View, place, toggled
from tests.labeler.conftest import draw


def same(first: Image.Image, second: Image.Image) -> bool:
    return first.size == second.size and ImageChops.difference(first, second).getbbox() is None


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_neutral_view_changes_nothing(mode: str) -> None:
    image = draw("abc").convert(mode)
    assert same(render.tone(image, NEUTRAL), image)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("name", [tool.name for tool in TOOLS])
def test_no_tool_touches_the_original_or_its_size(name: str, mode: str) -> None:
    image = draw("abc", (90, 31)).convert(mode)
    before = image.copy()
    toned = render.tone(image, toggled(NEUTRAL, name))
    assert same(image, before)
    assert toned.size == image.size and toned.mode in ("L", "RGB")


@pytest.mark.parametrize("size", [(1, 1), (2, 50), (300, 3)])
def test_all_tools_at_once_on_the_smallest_pictures(size: tuple[int, int]) -> None:
    view = NEUTRAL
    for tool in TOOLS:
        view = toggled(view, tool.name)
    assert render.tone(Image.new("RGB", size, "#808080"), view).size == size


def test_otsu_parts_two_heaps() -> None:
    image = Image.new("L", (10, 10), 40)
    image.paste(200, (0, 0, 10, 4))
    assert 40 <= render.otsu(image) < 200
    black_and_white = render.tone(image, View(threshold=OTSU))
    assert sorted({value for _count, value in black_and_white.getcolors()}) == [0, 255]


def test_otsu_of_one_grey_is_no_trouble() -> None:
    assert 0 <= render.otsu(Image.new("L", (5, 5), 77)) <= 254


def test_threshold_is_exact() -> None:
    ramp = Image.linear_gradient("L")
    toned = render.tone(ramp, View(threshold=100))
    assert toned.histogram()[255] == sum(ramp.histogram()[101:])


def test_zoom_of_a_zoom_is_never_taken() -> None:
    image = draw("sharp", (50, 20))
    frame = render.enlarge(image, place(image.size, (400, 400), View(zoom=8)))
    assert same(frame, image.resize((400, 160), Image.Resampling.NEAREST))


def test_only_what_is_seen_is_enlarged() -> None:
    image = Image.new("RGB", (4000, 3000))
    frame = render.enlarge(image, place(image.size, (800, 240), View(zoom=20)))
    assert frame.width <= 860 and frame.height <= 300


def test_thin_lines_go_and_strokes_stay() -> None:
    image = Image.new("L", (60, 30), 255)
    pen = ImageDraw.Draw(image)
    pen.line((0, 5, 59, 5), fill=0, width=1)
    pen.rectangle((20, 12, 30, 25), fill=0)
    for ground in (image, ImageChops.invert(image)):
        cleared = render.remove_lines(ground, 1)
        far, inside = ground.getpixel((50, 25)), ground.getpixel((25, 18))
        assert cleared.getpixel((40, 5)) == far
        assert cleared.getpixel((25, 18)) == inside


def test_an_uneven_ground_becomes_even() -> None:
    image = Image.linear_gradient("L").rotate(90).resize((120, 40)).point([128 + v // 3 for v in range(256)])
    before, after = image.getextrema(), render.even_background(image).getextrema()
    assert after[1] - after[0] < (before[1] - before[0]) / 2


def test_turned_pictures() -> None:
    image = draw("x", (50, 20))
    assert render.tone(image, View(rotation=90)).size == (20, 50)
    assert same(render.tone(image, View(rotation=180)), image.rotate(180))


@pytest.mark.parametrize("size", [(1, 1), (200, 50), (30, 400), (5000, 20)])
def test_thumbnails_have_exactly_their_size(size: tuple[int, int]) -> None:
    small = render.thumbnail(Image.new("L", size), (72, 24))
    assert small.size == (72, 24) and small.mode == "RGBA"
