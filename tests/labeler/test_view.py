from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler import view
from labeler.view import NEUTRAL, View, fitting_zoom, panned, place, stepped_zoom, toggled

sides = st.integers(1, 3000)
sizes = st.tuples(sides, sides)
viewports = st.tuples(st.integers(1, 1600), st.integers(1, 900))
zooms = st.integers(view.MIN_ZOOM, view.MAX_ZOOM).filter(lambda zoom: zoom not in (-1,))


def test_the_largest_whole_zoom_that_fits() -> None:
    assert fitting_zoom((200, 50), (800, 240)) == 4
    assert fitting_zoom((200, 50), (799, 240)) == 3
    assert fitting_zoom((200, 50), (150, 240)) == -2


@given(sizes, viewports, zooms, st.floats(0, 1), st.floats(0, 1))
def test_what_is_drawn_lies_in_the_picture_and_covers_the_viewport(
    size: tuple[int, int], viewport: tuple[int, int], zoom: int, pan_x: float, pan_y: float
) -> None:
    placed = place(size, viewport, View(zoom=zoom, pan_x=pan_x, pan_y=pan_y))
    left, top, right, bottom = placed.box
    assert 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
    for start, drawn, room in ((placed.x, placed.width, viewport[0]), (placed.y, placed.height, viewport[1])):
        scale = max(abs(placed.zoom), 1)
        assert (start <= 0 and start + drawn >= room - 1) or drawn <= room + scale
    if placed.zoom > 0:
        assert placed.width == (right - left) * placed.zoom
        assert placed.height == (bottom - top) * placed.zoom


@given(sizes, viewports, st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_dragging_never_leaves_the_picture(size: tuple[int, int], viewport: tuple[int, int], dx: int, dy: int) -> None:
    moved = panned(View(zoom=3), size, viewport, dx, dy)
    assert 0 <= moved.pan_x <= 1 and 0 <= moved.pan_y <= 1


def test_zoom_steps_over_what_does_not_exist() -> None:
    assert [stepped_zoom(zoom, -1) for zoom in (3, 2, 1, -2)] == [2, 1, -2, -3]
    assert [stepped_zoom(zoom, 1) for zoom in (-3, -2, 1)] == [-2, 1, 2]
    assert stepped_zoom(view.MAX_ZOOM, 1) == view.MAX_ZOOM


@pytest.mark.parametrize("name", [tool.name for tool in view.TOOLS if tool.name != "channel"])
def test_every_tool_goes_on_and_off(name: str) -> None:
    on = toggled(NEUTRAL, name)
    assert view.is_active(on, name)
    assert toggled(on, name) == NEUTRAL


def test_the_single_colour_walks_round() -> None:
    shown = NEUTRAL
    for channel in ("R", "G", "B", ""):
        shown = toggled(shown, "channel")
        assert shown.channel == channel


def test_values_stay_in_their_range() -> None:
    assert view.with_value(NEUTRAL, "contrast", 99).contrast == 5
    assert view.with_value(NEUTRAL, "threshold", 12.6).threshold == 13
    assert view.with_value(NEUTRAL, "threshold", view.OTSU).threshold == view.OTSU


@given(
    st.builds(
        View, zoom=zooms, contrast=st.floats(0.2, 5), invert=st.booleans(), denoise=st.sampled_from([0, 3, 5]),
        channel=st.sampled_from(["", "R", "G", "B"]), threshold=st.none() | st.integers(-1, 255),
        rotation=st.sampled_from([0, 90, 180, 270]), lines=st.integers(0, 4),
    )
)  # fmt: skip
def test_a_view_survives_being_stored(shown: View) -> None:
    assert view.from_dict(view.to_dict(shown)) == shown


@pytest.mark.parametrize(
    "stored", [None, [], "x", {"zoom": "big", "contrast": 1e9, "channel": "X", "rotation": 45, "lines": True}]
)
def test_nonsense_is_read_as_neutral(stored: object) -> None:
    assert replace(view.from_dict(stored), lines=0) == NEUTRAL


def test_turning_takes_the_pan_along() -> None:
    shown = View(pan_x=0.2, pan_y=0.9)
    turned = view.rotated(shown)
    assert turned.rotation == 90 and turned.pan_x == pytest.approx(0.1) and turned.pan_y == pytest.approx(0.2)
    for _turn in range(3):
        turned = view.rotated(turned)
    assert turned.rotation == 0 and turned.pan_x == pytest.approx(0.2)
