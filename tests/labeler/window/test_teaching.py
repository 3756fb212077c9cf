"""The recogniser in the window: what a person sees of it, and that it starts and ends with the folder."""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from labeler import settings
from labeler.teaching import interpreter, report
from labeler.teaching.coach import Coach, Means
from labeler.teaching.pages import Pages
from labeler.teaching.record import Point
from labeler.teaching.trainer import Trainer
from labeler.window.learning import LearningChoice
from labeler.window.settingsdialog import SettingsDialog
from tests.labeler.conftest import Hand, draw
from tests.labeler.teaching import pupil

Window = Callable[..., Hand]


def coach(hand: Hand) -> Coach:
    work = hand.app.controller.work
    assert work is not None
    assert work.coach is not None
    return work.coach


def offer(monkeypatch: pytest.MonkeyPatch, pages: Pages | None) -> None:
    monkeypatch.setattr(Coach, "offer", pages)


def test_off_it_is_not_there(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    assert hand.app.controller.work is not None
    assert hand.app.controller.work.coach is None
    hand.press("Ctrl+Shift+R")
    assert "learns while you label" in hand.app.workspace.writing.hint.cget("text")


def test_keys_and_clicks_are_counted(window: Window, folder: Path) -> None:
    hand = window(learn=True)
    hand.open(folder)
    hand.press("a", "b", "Return", "Down", "Ctrl+Z")
    assert coach(hand).keys == 5
    hand.app.workspace.field.entry.event_generate("<KeyPress>", keysym="Shift_L")
    hand.app.workspace.stage.event_generate("<ButtonPress-1>", x=5, y=5)
    hand.settle()
    assert coach(hand).keys == 6


def test_an_invitation_is_taken_by_key_or_click_or_put_off(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = window(learn=True)
    hand.open(folder)
    banner = hand.app.workspace.banner
    assert not banner.winfo_ismapped()
    offer(monkeypatch, Pages(tuple(hand.app.controller.session.ids), 0.2))  # type: ignore[union-attr]
    hand.press("Down")
    hand.settle(lambda: bool(banner.winfo_ismapped()))
    hand.press("Alt+Return")
    hand.settle(lambda: not banner.winfo_ismapped())
    hand.press("Ctrl+Return")
    hand.settle(lambda: hand.app.controller.paging.active)
    assert not banner.winfo_ismapped()


def test_the_card_stays_inside_the_narrowest_window(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = window(settings.Settings(text_size=200, language="de"), learn=True)
    hand.app.root.geometry("800x700")
    hand.open(folder)
    offer(monkeypatch, Pages(tuple(range(1234)), 20.4))
    hand.press("Down")
    banner = hand.app.workspace.banner
    hand.settle(lambda: bool(banner.winfo_ismapped()))
    hand.settle()
    assert banner.winfo_x() >= 0
    assert banner.winfo_x() + banner.winfo_width() <= banner.master.winfo_width()


def test_what_is_missing_is_said_once(window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "find_spec", lambda _name: None)
    hand = window(learn=True)
    hand.open(folder)
    assert "captcha-toolkit[train]" in hand.app.controller.note.text
    hand.type("abc")
    hand.press("Return")
    assert hand.app.controller.session is not None
    assert hand.app.controller.session.open_count() == 5
    hand.app.close()
    again = window(settings.load(), learn=True)
    again.open(folder)
    assert again.app.controller.note.text == ""


def test_a_finished_folder_has_its_report(window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    hand = window(learn=True)
    hand.open(folder)
    for number in range(6):
        hand.type(f"t{number}")
        hand.press("Return")
    page = folder / report.NAME
    hand.settle(page.is_file)
    assert "6 of 6 pictures labelled" in page.read_text("utf-8")
    hand.settle(lambda: bool(hand.app.workspace.banner.winfo_ismapped()))
    hand.press("Ctrl+Shift+R")
    assert opened == [page.as_uri()]


def test_a_report_that_cannot_be_written_is_told(window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = window(learn=True)
    hand.open(folder)
    (folder / report.NAME).mkdir()
    (folder / report.NAME / "in the way").touch()
    coach(hand).record.points.append(Point(1, 5, 3.0))
    hand.press("Ctrl+Shift+R")
    assert hand.app.controller.trouble is not None
    assert report.NAME in hand.app.controller.trouble.text


def test_the_settings_hold_whether_and_in_which_python(window: Window, folder: Path) -> None:
    hand = window(learn=True)
    hand.open(folder)
    before = coach(hand)
    hand.press("Ctrl+comma")
    dialog = hand.dialog()
    assert isinstance(dialog, SettingsDialog)
    choice: LearningChoice = dialog.learning
    choice.entry.insert("end", "/no/such/python ")
    hand.settle()
    dialog._accept()
    hand.settle()
    assert hand.app.settings.python == "/no/such/python"
    hand.settle(lambda: coach(hand) is not before)
    assert "/no/such/python" in coach(hand).missing
    hand.press("Ctrl+comma")
    dialog = hand.dialog()
    assert isinstance(dialog, SettingsDialog)
    dialog.learning._on.set(False)
    dialog.learning._switched()
    assert str(dialog.learning.entry.cget("state")) == "disabled"
    dialog._accept()
    hand.settle(lambda: hand.app.controller.work is not None and hand.app.controller.work.coach is None)
    assert settings.load().learn is False


def taught(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: int) -> Hand:
    """A window at 22 pictures whose trainings are those of the stand-in; 20 are labelled."""
    pupil.install(tmp_path / "stand-in", monkeypatch)
    pictures = tmp_path / "many"
    pictures.mkdir()
    for number in range(22):
        draw(f"text {number}").save(pictures / f"p{number:02}.png")
    hand = window(learn=True, means=lambda _settings: Means(Trainer, None, seed=what))
    hand.open(pictures)
    for number in range(20):
        hand.type(f"t{number}")
        hand.press("Return")
    return hand


def line(hand: Hand) -> str:
    return str(hand.app.workspace.status._middle.cget("text"))


def test_it_is_told_that_the_order_is_not_that_of_the_list(window: Window, folder: Path) -> None:
    hand = window(learn=True)
    hand.open(folder)
    bar = hand.app.workspace.sidebar.filters
    hand.settle(lambda: bool(bar._led.winfo_ismapped()))
    bar._choose(order="name")
    hand.settle(lambda: not bar._led.winfo_ismapped())
    session = hand.app.controller.session
    assert session is not None
    for place in range(3):
        assert session.position == place
        hand.type(f"t{place}")
        hand.press("Return")
    hand.app.close()
    alone = window()
    alone.open(folder)
    assert not alone.app.workspace.sidebar.filters._led.winfo_ismapped()


def test_a_lesson_that_fails_is_told_and_the_work_goes_on(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = taught(window, tmp_path, monkeypatch, pupil.REFUSES)
    hand.settle(lambda: "nothing to learn from" in line(hand))
    hand.type("more")
    hand.press("Return")
    assert hand.app.controller.session is not None
    assert hand.app.controller.session.open_count() == 1


def test_closing_ends_a_lesson_and_leaves_nothing_of_it(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    hand = taught(window, tmp_path, monkeypatch, pupil.LASTS)
    hand.settle(lambda: "learning" in line(hand))
    hand.settle(lambda: bool(list((tmp_path / "tmp").glob("captcha-lesson-*/.half.tmp"))), 60)
    hand.app.close()
    assert not list((tmp_path / "tmp").iterdir())
    assert sorted(path.suffix for path in (tmp_path / "many").iterdir()) == [".db", *[".png"] * 22]


def test_closing_leaves_no_thread(window: Window, folder: Path) -> None:
    before = set(threading.enumerate())
    hand = window(learn=True)
    hand.open(folder)
    hand.type("abc")
    hand.press("Return")
    hand.app.close()
    left = [thread for thread in set(threading.enumerate()) - before if thread.name in ("lesson", "aide")]
    for thread in left:
        thread.join(20)
    assert not [thread for thread in left if thread.is_alive()]
