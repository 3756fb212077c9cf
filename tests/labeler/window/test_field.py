"""The text field among the other things that may have the keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.labeler.conftest import Hand

Window = Callable[..., Hand]


def test_a_menu_opened_with_the_mouse_takes_the_keyboard_without_an_error(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = window()
    hand.open(folder)
    failures: list[BaseException] = []
    monkeypatch.setattr(hand.app.root, "report_callback_exception", lambda _k, error, _t: failures.append(error))
    field = hand.app.workspace.field
    with_keyboard = field.cget("background")
    bar = next(
        name for name in hand.app.root.tk.splitlist(hand.app.root.tk.call("winfo", "children", ".")) if "#" in name
    )
    hand.app.root.tk.call("focus", "-force", bar)  # Tk's own copy of the menu bar, which tkinter does not know
    hand.settle(lambda: bool(failures) or field.cget("background") != with_keyboard)
    assert failures == []
    hand.focus()
    assert field.cget("background") == with_keyboard
