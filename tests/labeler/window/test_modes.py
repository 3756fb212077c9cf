"""Pages, review and the dialogs, with real keys."""

from collections.abc import Callable
from pathlib import Path

from dataset.store import Store
from labeler import settings
from labeler.window.acceptdialog import AcceptDialog
from labeler.window.settingsdialog import SettingsDialog
from tests.labeler.conftest import Hand, draw

Window = Callable[..., Hand]


def predicted(folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        draw(f"n{number}").save(folder / f"p{number:02}.png")
    with Store.open(folder) as store:
        store.set_predictions((i, f"t{i}", 1 - i / 1000, [0.9, 0.9], "m") for i in store.ids())


def labels(folder: Path) -> list[str | None]:
    with Store.open(folder) as store:
        return [sample.label for sample in store.samples()]


def dialog(hand: Hand) -> object:
    found = [w for w in hand.app.root.winfo_children() if w.winfo_class() == "Toplevel"]
    return found[0] if found else None


def test_a_page_of_right_proposals_costs_one_key(window: Window, tmp_path: Path) -> None:
    predicted(tmp_path / "d", 80)
    hand = window()
    hand.open(tmp_path / "d")
    hand.press("Alt+2")
    size = len(hand.app.controller.paging.ids)
    assert 12 <= size <= 60 and hand.app.workspace.grid_view.winfo_ismapped()
    hand.press("Return")
    hand.app.close()
    assert sum(label is not None for label in labels(tmp_path / "d")) == size
    assert 1 / size <= 0.1


def test_one_wrong_cell_is_clicked_and_corrected(window: Window, tmp_path: Path) -> None:
    predicted(tmp_path / "d", 20)
    hand = window()
    hand.open(tmp_path / "d")
    hand.press("Alt+2")
    grid = hand.app.workspace.grid_view
    width, height = grid._cell_size
    grid.event_generate("<Button-1>", x=width + width // 2, y=height // 2)
    hand.settle()
    assert hand.app.workspace.field.text == "t2"
    hand.type("mine")
    hand.press("Return", "Return")
    hand.app.close()
    assert labels(tmp_path / "d")[:3] == ["t1", "mine", "t3"]


def test_a_page_uses_its_cells_again(window: Window, tmp_path: Path) -> None:
    predicted(tmp_path / "d", 60)
    hand = window()
    hand.open(tmp_path / "d")
    hand.press("Alt+2")
    items = len(hand.app.workspace.grid_view.find_all())
    for _page in range(3):
        hand.press("Return")
    assert len(hand.app.workspace.grid_view.find_all()) == items


def test_a_blind_pass_tells_the_label_nowhere(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.type("secret")
    hand.press("Return", "Alt+3", "Ctrl+B")
    canvases = (hand.app.workspace.sidebar.list._canvas, hand.app.workspace.stage)
    shown = [c.itemcget(item, "text") for c in canvases for item in c.find_all() if c.type(item) == "text"]
    assert not [text for text in shown if "secret" in text] and hand.app.workspace.field.text == ""
    hand.type("sekret")
    hand.press("Return")
    assert "secret" in hand.app.workspace.writing.hint.cget("text")


def test_search_and_back_to_the_text(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.type("needle")
    hand.press("Return", "Ctrl+F")
    search = hand.app.workspace.sidebar.filters.search
    assert hand.app.root.focus_get() is search
    search.insert(0, "need")
    search.event_generate("<KeyRelease>", keysym="d")
    hand.settle()
    session = hand.app.controller.session
    assert session is not None and len(session.ids) == 1
    hand.press("Escape")
    assert len(session.ids) == 6 and hand.app.root.focus_get() is hand.app.workspace.field.entry


def test_accept_all_above_by_keys_alone(window: Window, tmp_path: Path) -> None:
    predicted(tmp_path / "d", 60)
    hand = window()
    hand.open(tmp_path / "d")
    hand.press("Ctrl+E")
    asked = dialog(hand)
    assert isinstance(asked, AcceptDialog)
    for _step in range(3):
        asked._step(0.005)
    assert asked._count.cget("text").startswith("35 of 60")
    hand.press("Return")
    assert dialog(hand) is None
    hand.press("Ctrl+Z")
    hand.app.close()
    assert labels(tmp_path / "d") == [None] * 60


def test_a_key_is_changed_and_a_taken_one_refused(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    hand.press("Ctrl+comma")
    asked = dialog(hand)
    assert isinstance(asked, SettingsDialog)
    asked.sheet.selection_set("skip")
    asked._catch(None)
    hand.press("Ctrl+Z")
    assert "Undo" in asked._say.cget("text")
    asked._catch(None)
    hand.press("Ctrl+Shift+J")
    asked._accept()
    hand.settle()
    hand.focus()
    hand.press("Ctrl+Shift+J")
    session = hand.app.controller.session
    assert session is not None and session.store.counts()["skipped"] == 1
    assert settings.load().keys == {"skip": "Ctrl+Shift+J"}


def test_every_text_size_and_both_looks_can_be_drawn(window: Window, folder: Path) -> None:
    for size in (100, 300):
        for theme in ("light", "dark"):
            hand = window(settings.Settings(theme=theme, text_size=size, show_tools=True))
            hand.open(folder)
            hand.press("Alt+2", "Alt+1", "F1")
            hand.app.close()


def test_another_language_is_spoken_at_once(window: Window, folder: Path) -> None:
    hand = window()
    hand.open(folder)
    for code in ("de", "pl", "pt", "ru", "en"):
        hand.app.use(settings.Settings(language=code, theme="light"))
        hand.settle()
        hand.focus()
        hand.press("Ctrl+Z")
        said = hand.app.workspace.writing.hint.cget("text")
        assert (said == "Nothing to undo.") == (code == "en")
