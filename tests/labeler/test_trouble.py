"""What a person is told of an error, in every language."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dataset.errors import DatasetBusy, DatasetError, DatasetReadOnly, ImageRefused, LabelError
from labeler import i18n, settings, trouble
from tests.labeler.conftest import Hand

ERRORS = [
    DatasetBusy("d: busy"), DatasetReadOnly("d: locked"), LabelError("no"), ImageRefused("empty", "p: empty"),
    DatasetError("d: x"),
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_happened_and_what_to_do_are_translated_and_the_sentence_stays(error: Exception) -> None:
    i18n.use_language("en")
    english = trouble.of(error)
    i18n.use_language("de")
    german = trouble.of(error)
    assert english.kind == german.kind == "error"
    assert english.text == german.text == str(error)
    assert english.title != german.title and english.remedy != german.remedy


def test_the_dialog_of_the_last_error_says_what_to_do(window: Callable[..., Hand], folder: Path) -> None:
    hand = window(settings.Settings(language="pl"))
    hand.open(folder)
    (folder / "p0.png").unlink()
    hand.type("abc")
    hand.press("Return")
    hint = hand.app.workspace.writing.hint.cget("text")
    assert hint.startswith("✕") and "Nie udało się tego zrobić" in hint and "p0.png" in hint and "Ctrl+F1" in hint
    hand.press("Ctrl+F1")
    assert "Nic nie zmieniono" in hand.told() and "p0.png" in hand.told()
    hand.press("Escape")
    assert hand.dialog() is None and hand.app.workspace.field.text == "abc"


def test_without_an_error_there_is_nothing_to_tell(window: Callable[..., Hand]) -> None:
    hand = window()
    hand.app.root.focus_force()
    hand.settle()
    hand.press("Ctrl+F1")
    assert "Nothing has gone wrong" in hand.told()


def test_an_error_while_one_types_opens_no_dialog(window: Callable[..., Hand], folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"nothing")
    hand = window()
    hand.open(folder)
    hand.settle(lambda: hand.app.controller.trouble is not None)
    assert hand.dialog() is None
    hand.type("on")
    hand.press("Return")
    assert (folder / "on.png").exists(), "the key was for the text"
