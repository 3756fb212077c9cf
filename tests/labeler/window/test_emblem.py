"""The program's icon, and where the window says what it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labeler import build
from labeler.window import app
from labeler.window.emblem import emblem, wear
from tests.labeler.conftest import Hand

Window = Callable[..., Hand]


@pytest.mark.parametrize("pixels", [16, 24, 32, 48, 256, 512])
def test_every_size_shows_letters_on_a_round_cornered_ground(pixels: int) -> None:
    icon = emblem(pixels)
    assert icon.mode == "RGBA" and icon.size == (pixels, pixels)
    assert all(icon.getpixel(corner)[3] < 128 for corner in ((0, 0), (pixels - 1, 0), (0, pixels - 1)))  # type: ignore[index]
    white = sum(count for count, (r, g, b, _a) in icon.getcolors(1 << 20) if min(r, g, b) > 220)  # type: ignore[misc,union-attr]
    assert 0.05 < white / pixels**2 < 0.5


def test_small_sizes_leave_the_stray_line_out() -> None:
    def yellow(pixels: int) -> bool:
        return any(r > 200 and g > 150 and b < 120 for _n, (r, g, b, _a) in emblem(pixels).getcolors(1 << 20))  # type: ignore[misc,union-attr]

    assert yellow(48) and not yellow(16)


def test_the_window_wears_it(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    worn: list[object] = []
    monkeypatch.setattr(app, "wear", worn.append)
    hand = window()
    hand.settle(lambda: worn == [hand.app.root])


def test_it_is_put_on_a_real_window(window: Window) -> None:
    hand = window()
    shown: list[tuple[int, int]] = []
    root = hand.app.root
    original = root.iconphoto
    root.iconphoto = lambda default, *icons: (  # type: ignore[method-assign, assignment]
        shown.extend((icon.width(), icon.height()) for icon in icons), original(default, *icons),
    )  # fmt: skip
    wear(root)
    assert len(shown) >= 3 and all(width == height for width, height in shown) and len(set(shown)) == len(shown)


def test_help_about_says_what_the_packaged_app_was_built_from(
    window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hand = window()
    hand.app.controller.run("about")
    assert "commit" not in hand.told() and "Version" in hand.told()
    hand.press("Escape")
    monkeypatch.setattr(build, "build", lambda: build.Build("0123abc", "2026-11-21"))
    monkeypatch.setattr(build, "licences", lambda: tmp_path)
    hand.app.controller.run("about")
    assert "0123abc" in hand.told() and "2026-11-21" in hand.told() and str(tmp_path) in hand.told()
