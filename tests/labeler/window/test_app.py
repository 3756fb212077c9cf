"""The whole window on a real screen, keys and all."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from PIL import Image

from dataset.store import Store
from labeler import settings
from labeler.commands import COMMANDS
from labeler.draft import Change
from labeler.proposals import Proposal, Proposed
from labeler.rules import Rules
from labeler.view import NEUTRAL
from tests.labeler.conftest import Hand, draw

Window = Callable[..., Hand]
HOSTILE = [
    "../x", "..\\x", "/etc/passwd", "C:\\x", "a\x00b", "x" * 300, "..", ".", "CON", "aux.txt", "a/b/c", "‮abc",
    "😀", "a\tb", "שלום", " lead", "trail. ", "%2e%2e%2fx", "*?<>|", "a\u0301", "~", "-rf", "\u202e../../x",
]  # fmt: skip


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.png"))


def test_type_enter_next(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.type("k9xx2")
    hand.press("Return")
    assert "k9xx2.png" in names(folder)
    assert hand.app.controller.sample is not None and hand.app.controller.sample.file == "p1.png"
    assert hand.app.workspace.field.text == ""
    hand.type("k9xx2")
    hand.press("Return")
    assert sum(name.startswith("k9xx2") for name in names(folder)) == 2, "two pictures of one text"
    assert hand.app.controller.work is not None and hand.app.controller.work.saved.startswith("k9xx2")


def test_undo_and_redo_through_pictures_and_a_restart(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    for text in ("one", "two", "three"):
        hand.type(text)
        hand.press("Return")
    hand.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Y")
    assert {"one.png", "two.png", "p2.png"} <= set(names(folder))
    hand.app.close()
    again = window()
    again.open(folder)
    again.press("Ctrl+Z", "Ctrl+Z")
    assert names(folder) == [f"p{number}.png" for number in range(6)]
    assert again.app.controller.sample is not None and again.app.controller.sample.file == "p0.png"
    again.press("Ctrl+Z")
    assert "Nothing to undo" in again.app.workspace.writing.hint.cget("text")


def test_every_key_of_the_table(window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    hand = window()
    hand.open(folder)
    monkeypatch.setattr(hand.app.controller, "run", seen.append)
    monkeypatch.setattr(hand.app.controller, "reason", lambda _needs: "")  # as if there were a background remover
    monkeypatch.setattr(hand.app.controller.viewing, "press", seen.append)
    for command in COMMANDS:
        hand.press(*command.keys)
    assert seen == [command.id for command in COMMANDS for _key in command.keys]


def test_every_command_does_something_and_none_fails(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("tkinter.filedialog.askdirectory", lambda **_o: asked.append("folder") or "")
    monkeypatch.setattr("tkinter.filedialog.askopenfilename", lambda **_o: asked.append("model") or "")
    hand = window()
    hand.open(folder)
    failures: list[BaseException] = []
    monkeypatch.setattr(hand.app.root, "report_callback_exception", lambda _k, error, _t: failures.append(error))
    for command in COMMANDS:
        if command.id != "quit":
            hand.app.controller.run(command.id)
            hand.settle()
            for dialog in [w for w in hand.app.root.winfo_children() if w.winfo_class() == "Toplevel"]:
                dialog.destroy()
    assert failures == [] and asked == ["folder", "model", "model", "folder"]
    hand.app.controller.run("quit")
    assert hand.app.closed


def test_without_a_folder_the_keys_are_quiet(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = window()
    monkeypatch.setattr("tkinter.filedialog.askdirectory", lambda **_options: "")
    hand.app.root.focus_force()
    failures: list[BaseException] = []
    monkeypatch.setattr(hand.app.root, "report_callback_exception", lambda _k, error, _t: failures.append(error))
    for command in COMMANDS:
        if command.needs:
            hand.press(*command.keys)
    assert failures == [] and hand.app.start.winfo_ismapped()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_stay_inside(window: Window, tmp_path: Path, text: str) -> None:
    outside = tmp_path / "around"
    folder = outside / "inside"
    folder.mkdir(parents=True)
    for number in range(2):
        draw(str(number)).save(folder / f"p{number}.png")
    hand = window()
    hand.open(folder)
    hand.type(text)
    hand.press("Return")
    hand.app.close()
    assert [path.name for path in outside.iterdir()] == ["inside"]
    assert len(names(folder)) == 2
    with Store.open(folder) as store:
        stored = [sample.label for sample in store.samples() if sample.label is not None]
    assert not any(c in label for label in stored for c in "\x00\n\t")


def test_pasted_lines_become_one(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.type("ab\ncd\te\x07")
    assert hand.app.workspace.field.text == "abcde"


def test_a_corrupt_picture_says_so_and_the_work_goes_on(window: Window, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"not a picture at all")
    draw("good").save(tmp_path / "b.png")
    hand = window()
    hand.open(tmp_path)
    stage = hand.app.workspace.stage
    assert "a.png" in stage.itemcget(stage._sentence, "text")
    hand.press("Down")
    assert stage.itemcget(stage._sentence, "state") == "hidden"
    hand.type("good")
    hand.press("Return")
    assert (tmp_path / "good.png").exists()


def test_a_folder_that_is_none_is_said_on_the_start_page(window: Window, tmp_path: Path) -> None:
    hand = window()
    hand.app.open_folder(tmp_path / "nowhere")
    hand.settle(lambda: hand.app.controller.trouble is not None)
    assert "no such folder" in hand.told()
    hand.press("Return")
    assert hand.dialog() is None


def test_an_empty_folder_is_no_trouble_and_fills(window: Window, tmp_path: Path) -> None:
    hand = window()
    hand.open(tmp_path)
    hand.press("Return", "Ctrl+K", "Down", "Ctrl+Z", "Tab", "F3")
    draw("late").save(tmp_path / "late.png")
    hand.settle(lambda: hand.app.controller.sample is not None)
    assert hand.app.controller.sample is not None and hand.app.controller.sample.file == "late.png"


def test_a_label_that_breaks_a_rule_asks_once(window: Window, folder: Path) -> None:
    hand = window(rules=Rules("abc", 3, 3))
    hand.open(folder)
    hand.type("abX")
    assert "not in the alphabet: X" in hand.app.workspace.writing.hint.cget("text")
    hand.press("Return")
    assert "p0.png" in names(folder)
    hand.press("Return")
    assert "abX.png" in names(folder)


def test_skip_and_unreadable(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.press("Ctrl+K", "Ctrl+U")
    hand.settle(lambda: any(w.winfo_class() == "Toplevel" for w in hand.app.root.winfo_children()))
    hand.press("2")
    session = hand.app.controller.session
    assert session is not None
    samples = [session.store.get(i) for i in session.ids[:2]]
    assert [sample.status for sample in samples] == ["skipped", "unreadable"]
    assert samples[1].reason == "the picture is broken"


def test_the_pixels_on_the_screen_are_those_of_the_picture(window: Window, tmp_path: Path) -> None:
    from PIL import ImageGrab

    Image.new("RGB", (40, 20), "#c81e5a").save(tmp_path / "a.png")
    hand = window(settings.Settings(theme="light"))
    hand.open(tmp_path)
    hand.settle()
    stage = hand.app.workspace.stage
    middle = stage.winfo_rootx() + stage.winfo_width() // 2, stage.winfo_rooty() + stage.winfo_height() // 2
    assert ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).getpixel(middle) == (0xC8, 0x1E, 0x5A)
    hand.press("F5")
    assert hand.app.controller.viewing.view.invert
    hand.settle()
    assert ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).getpixel(middle) == (0x37, 0xE1, 0xA5)


def test_a_hundred_thousand_names_open_without_being_decoded(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO()
    draw("x").save(buffer, "PNG")
    for number in range(100_000):
        if number % 10_000 == 0:
            original = tmp_path / f"p{number:06}.png"
            original.write_bytes(buffer.getvalue())
        else:
            os.link(original, tmp_path / f"p{number:06}.png")
    decoded: list[Path] = []
    from dataset import imagefile

    real = imagefile.load
    monkeypatch.setattr(imagefile, "load", lambda path, *rest: decoded.append(path) or real(path, *rest))
    hand = window()
    hand.open(tmp_path)
    hand.settle()
    session = hand.app.controller.session
    assert session is not None and len(session.ids) == 100_000
    assert len(decoded) < 100
    items = len(hand.app.workspace.sidebar.list._canvas.find_all())
    hand.press("Ctrl+End")
    assert session.position == len(session.ids) - 1
    assert len(hand.app.workspace.sidebar.list._canvas.find_all()) == items, "rows are used again"


def test_an_unexpected_failure_is_told_and_survived(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.app.root.after(0, lambda: 1 / 0)
    hand.settle(lambda: "went wrong" in hand.app.workspace.writing.hint.cget("text"))
    hand.type("on")
    hand.press("Return")
    assert "on.png" in names(folder)


def test_a_window_that_cannot_be_redrawn_comes_to_rest(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = window()
    hand.open(folder)
    tries: list[object] = []

    def fail(change: object) -> None:
        tries.append(change)
        assert len(tries) < 20, "each failure leads to the next"
        raise ZeroDivisionError

    redraw = hand.app.workspace.redraw
    monkeypatch.setattr(hand.app.workspace, "redraw", fail)
    hand.press("Ctrl+End")
    assert 1 <= len(tries) < 20
    monkeypatch.setattr(hand.app.workspace, "redraw", redraw)
    hand.type("on")
    hand.press("Return")
    assert "on.png" in names(folder)


def test_a_held_key_is_a_peek(window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = window()
    hand.open(folder)
    entry = hand.app.workspace.field.entry
    entry.event_generate("<KeyPress>", keysym="F4")
    for _repeat in range(3):  # as X11 reports a held key
        entry.event_generate("<KeyRelease>", keysym="F4")
        entry.event_generate("<KeyPress>", keysym="F4")
    hand.settle()
    viewing = hand.app.controller.viewing
    assert viewing.view.grey
    assert viewing._held is not None
    viewing._held = (viewing._held[0], viewing._held[1] - 1, viewing._held[2])
    entry.event_generate("<KeyRelease>", keysym="F4")
    hand.settle(lambda: viewing.view == NEUTRAL)


def test_two_taps_that_the_busy_window_sees_late_are_two(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    entry = hand.app.workspace.field.entry
    for kind, time in (("Press", 1000), ("Release", 1060), ("Press", 1120), ("Release", 1180)):
        entry.event_generate(f"<Key{kind}>", keysym="F4", time=time)
    assert hand.app.controller.viewing.view == NEUTRAL
    hand.settle()


def test_changes_are_drawn_once(window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = window()
    hand.open(folder)
    drawn: list[Change] = []
    monkeypatch.setattr(hand.app.workspace, "redraw", drawn.append)
    hand.app.controller.run("next")
    hand.app.controller.run("next")
    hand.settle()
    assert len(drawn) == 1 and Change.PICTURE in drawn[0] and Change.FIELD in drawn[0]


def test_keys_that_come_faster_than_the_window_are_neither_lost_nor_mixed(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    entry = hand.app.workspace.field.entry
    for text in ("ab", "cd", "ef"):
        for letter in text:
            entry.event_generate("<KeyPress>", keysym=letter, when="tail")
        entry.event_generate("<KeyPress>", keysym="Return", when="tail")
    entry.event_generate("<KeyPress>", keysym="g", when="tail")
    hand.settle()
    hand.settle()
    assert names(folder) == ["ab.png", "cd.png", "ef.png", "p3.png", "p4.png", "p5.png"]
    assert hand.app.workspace.field.text == "g" == hand.app.controller.draft.text


def test_a_proposal_that_comes_with_the_first_key_does_not_take_its_place(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    controller, field = hand.app.controller, hand.app.workspace.field
    assert controller.sample is not None
    controller.load_model(Path("missing.onnx"))
    hand.app.post(Proposed(((controller.sample.id, Proposal("zz77", 0.9)),), "model-1", turn=1))
    field.entry.event_generate("<KeyPress>", keysym="a")  # Tk tells of the change a moment later
    hand.app.hear()
    hand.type("04")
    assert field.text == "a04"


def test_a_window_closed_at_once_leaves_nothing_to_be_done(window: Window, capfd: pytest.CaptureFixture[str]) -> None:
    window().app.close()
    after = window()
    end = monotonic() + 0.4  # what was put off at the start would come in this time
    after.settle(lambda: monotonic() > end)
    assert "_dress" not in capfd.readouterr().err
