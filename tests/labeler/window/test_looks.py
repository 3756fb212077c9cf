"""How the window looks: light and dark, sizes of text, what stands where."""

import tkinter as tk
from collections.abc import Callable
from pathlib import Path

import pytest

from labeler import settings
from labeler.rules import Rules
from labeler.window.scrolled import Scrolled
from labeler.window.settingsdialog import SettingsDialog
from tests.labeler.conftest import Hand

Window = Callable[..., Hand]


def test_another_look_keeps_the_work(window: Window, folder: Path) -> None:
    hand = window(settings.Settings(theme="light"))
    hand.open(folder)
    hand.type("half")
    hand.press("Ctrl+D", "Alt+plus")
    assert hand.app.theme.palette.name == "dark" and hand.app.settings.text_size == 125
    assert hand.app.workspace.field.text == "half"
    hand.focus()
    hand.press("Return")
    assert (folder / "half.png").exists()


def test_the_window_follows_the_system_and_keeps_the_work(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from labeler.window import appearance, theme

    dark = [False]
    for module in (appearance, theme):
        monkeypatch.setattr(module, "system_is_dark", lambda: dark[0])
    hand = window(settings.Settings(theme="system"))
    hand.open(folder)
    hand.type("half")
    dark[0] = True
    hand.app.root.event_generate("<FocusIn>")
    hand.settle(lambda: hand.app.theme.palette.name == "dark")
    assert hand.app.workspace.field.text == "half"
    hand.app.use(settings.Settings(theme="light"))
    hand.app.root.event_generate("<FocusIn>")
    hand.settle()
    assert hand.app.theme.palette.name == "light", "one's own choice stays"


def test_every_dialog_fits_on_the_screen_at_twice_the_size(window: Window, folder: Path) -> None:
    for size in (100, 200):
        hand = window(settings.Settings(text_size=size, theme="light"))
        hand.open(folder)
        for key in ("F1", "Ctrl+comma", "Ctrl+G", "Ctrl+F1", "Shift+F1", "Ctrl+U"):
            hand.press(key)
            dialog = hand.dialog()
            assert dialog is not None
            bottom = dialog.winfo_rooty() + dialog.winfo_height()
            assert bottom <= dialog.winfo_screenheight(), f"{key} at {size} %"
            hand.press("Escape")
            hand.focus()
        hand.app.close()


def test_the_settings_can_be_had_on_a_small_screen_at_three_times_the_size(window: Window, folder: Path) -> None:
    hand = window(settings.Settings(text_size=300, theme="light", language="de"))
    hand.open(folder)
    hand.press("Ctrl+comma")
    dialog = hand.dialog()
    assert isinstance(dialog, SettingsDialog)
    assert dialog.winfo_rooty() + dialog.winfo_height() <= dialog.winfo_screenheight()
    assert dialog.winfo_rootx() + dialog.winfo_width() <= dialog.winfo_screenwidth()
    place = next(w for w in dialog.body.winfo_children() if isinstance(w, Scrolled))
    assert place.cut
    assert not in_sight(dialog.sheet, place)
    dialog.sheet.focus_force()
    hand.settle(lambda: in_sight(dialog.sheet, place))
    for _turn in range(30):
        dialog.event_generate("<Button-4>")
    hand.settle(lambda: place._canvas.canvasy(0) == 0)


def in_sight(widget: tk.Misc, place: Scrolled) -> bool:
    top, bottom = place.winfo_rooty(), place.winfo_rooty() + place.winfo_height()
    return top <= widget.winfo_rooty() and widget.winfo_rooty() + widget.winfo_height() <= bottom


@pytest.mark.parametrize(("geometry", "brief"), [("640x700", True), ("1180x700", False)])
def test_the_keys_of_other_readings_stay_in_sight(window: Window, folder: Path, geometry: str, brief: bool) -> None:
    hand = window(settings.Settings(text_size=200 if brief else 100, geometry=f"{geometry}+0+0"))
    hand.open(folder)
    place = hand.app.workspace.writing._alternatives
    place.show([("7bx2wm", 0.21), ("7hx2wq", 0.08), ("1bx2wq", 0.03), ("7bx2", 0.02), ("7b", 0.01)])
    hand.settle()
    for text, facts, key in place._rows:
        assert text.cget("text") and key in facts.cget("text")
        assert ("%" not in facts.cget("text")) is brief
        assert facts.winfo_x() + facts.winfo_reqwidth() <= place.winfo_width()
        assert facts.winfo_rootx() + facts.winfo_width() <= hand.app.root.winfo_rootx() + hand.app.root.winfo_width()


def test_the_tools_stand_as_they_were_left_from_the_first_moment(window: Window, folder: Path) -> None:
    first = window(settings.Settings(show_tools=True))
    first.open(folder)
    first.press("F2")
    first.app.close()
    again = window(settings.Settings(show_tools=True))
    again.open(folder)
    assert again.app.workspace.tools._switches["contrast"].get()
    assert again.app.workspace.tools._boxes["background"][1].cget("text")


def test_the_status_line_leaves_out_what_has_no_room(window: Window, folder: Path) -> None:
    from labeler.hearing import Learning

    hand = window(settings.Settings(geometry="1180x700+0+0"), rules=Rules("abc", 3, 3))
    hand.open(folder)
    hand.app.post(Learning("learned from 38 labels"))
    status = hand.app.workspace.status
    hand.settle(lambda: "learned from 38 labels" in status._middle.cget("text"))
    assert "3 characters" in status._middle.cget("text")
    hand.app.root.geometry("640x700")
    hand.settle(lambda: status.winfo_width() < 700)
    hand.app.post(Learning("learned from 138 labels, and there is a lot to say about each of them"))
    hand.settle(lambda: "138" in status._middle.cget("text"))
    assert "3 characters" not in status._middle.cget("text")
    assert status._middle.winfo_reqwidth() + status._left.winfo_reqwidth() <= status.winfo_width()
