import ast
import re
from pathlib import Path

import pytest

import labeler
from labeler import i18n
from labeler.view import TOOLS

PACKAGE = Path(labeler.__file__).parent
CODES = [code for code in i18n.LANGUAGES if code != "en"]


def texts() -> set[str]:
    """Every text of the source that is marked for translation."""
    found = {tool.title for tool in TOOLS}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if called in ("_", "N_") and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated_and_no_other(code: str) -> None:
    catalogue = i18n.read_po(PACKAGE / "locale" / f"{code}.po")
    assert set(catalogue) == texts()
    assert all(catalogue.values())


@pytest.mark.parametrize("code", CODES)
def test_translations_keep_the_places_for_values(code: str) -> None:
    for text, translated in i18n.read_po(PACKAGE / "locale" / f"{code}.po").items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", translated)), text


def test_the_language_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "pl_PL.UTF-8:de")
    assert i18n.system_language() == "pl"
    monkeypatch.setenv("LANGUAGE", "fi:de")
    assert i18n.system_language() == "de"


def test_what_is_missing_stays_english(tmp_path: Path) -> None:
    assert i18n.read_po(tmp_path / "none.po") == {}
    assert i18n.Catalogue({"Undo": ""}).gettext("Undo") == "Undo"


def test_long_entries_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.po").write_text('# comment\nmsgid ""\n"one "\n"two"\nmsgstr "eins "\n"\\"zwei\\""\n', "utf-8")
    assert i18n.read_po(tmp_path / "x.po") == {"one two": 'eins "zwei"'}


def test_numbers_have_the_signs_of_the_language() -> None:
    assert i18n.number("1,234.5") == "1,234.5"
    i18n.use_language("de")
    assert i18n.number("1,234.5") == "1.234,5"


def test_a_language_is_used_at_once() -> None:
    assert i18n.use_language("de") == "de" == i18n.language() and i18n._("Undo") == "Rückgängig"
    assert i18n.use_language("en") == "en" and i18n._("Undo") == "Undo"
