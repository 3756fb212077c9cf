import pytest

from labeler.view import NEUTRAL, View
from labeler.viewing import Viewing


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def made() -> tuple[Viewing, Clock, list[View]]:
    clock, seen = Clock(), []
    viewing = Viewing(lambda: seen.append(viewing.view), clock=clock)
    return viewing, clock, seen


def test_a_tap_switches_and_stays() -> None:
    viewing, clock, seen = made()
    viewing.press("tool.invert")
    clock.now += 0.1
    viewing.release("tool.invert")
    assert viewing.view.invert and len(seen) == 1


def test_a_long_press_is_a_peek() -> None:
    viewing, clock, seen = made()
    viewing.press("tool.invert")
    viewing.press("tool.invert")  # a repeat of the same key
    clock.now += 1
    viewing.release("tool.invert")
    assert viewing.view == NEUTRAL and [view.invert for view in seen] == [True, False]


def test_the_original_is_only_ever_a_peek() -> None:
    viewing, _clock, _seen = made()
    viewing.run("tool.grey")
    before = viewing.view
    viewing.press("original")
    assert viewing.view == NEUTRAL
    viewing.release("tool.grey")  # another key coming up changes nothing
    assert viewing.view == NEUTRAL
    viewing.release("original")
    assert viewing.view == before


def test_a_key_brings_back_the_value_of_its_slider() -> None:
    viewing, _clock, _seen = made()
    viewing.slide("contrast", 3.3)
    viewing.run("tool.contrast")
    assert viewing.view == NEUTRAL
    viewing.run("tool.contrast")
    assert viewing.view.contrast == 3.3


def test_zoom_begins_where_fitting_left_it() -> None:
    viewing, _clock, _seen = made()
    viewing.size, viewing.viewport = (200, 50), (800, 240)
    viewing.run("zoom_in")
    assert viewing.view.zoom == 5
    viewing.run("zoom_fit")
    assert viewing.view.zoom == 0


def test_what_changes_nothing_is_not_drawn_again() -> None:
    viewing, _clock, seen = made()
    viewing.run("zoom_fit")
    assert seen == [] and not viewing.run("confirm")


def test_a_slider_moves_by_keys_too() -> None:
    viewing, _clock, _seen = made()
    viewing.run("tool.gamma")
    before = viewing.view.gamma
    viewing.run("more")
    assert viewing.view.gamma > before
    for _press in range(60):
        viewing.run("less")
    assert viewing.view.gamma == 0.2, "held at the end of the slider"
    viewing.run("tool.threshold")
    viewing.run("less")
    assert viewing.view.threshold is not None and 100 < viewing.view.threshold < 128, "from the middle when automatic"
    viewing.slide("lines", 1)
    viewing.run("more")
    assert viewing.view.lines == 2
    viewing.run("tool.grey")
    viewing.run("more")
    assert viewing.view.grey, "a switch has no slider"


@pytest.mark.parametrize("command", ["zoom_in", "zoom_out", "zoom_fit", "rotate"])
def test_zoom_and_turn_can_be_peeked(command: str) -> None:
    viewing, clock, _seen = made()
    before = View(zoom=3, pan_x=0.2)
    viewing.set(before)
    viewing.press(command)
    assert viewing.view != before
    clock.now += 1
    viewing.release(command)
    assert viewing.view == before
