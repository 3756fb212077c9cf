import pytest

from labeler.commands import COMMANDS, MENUS, Keymap
from labeler.errors import KeyConflict
from labeler.window.icons import _ICONS


def test_ids_and_keys_are_given_once() -> None:
    ids = [command.id for command in COMMANDS]
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(set(ids)) == len(ids) and len(set(keys)) == len(keys)


def test_every_command_has_a_menu_a_key_and_a_drawn_icon() -> None:
    for command in COMMANDS:
        assert command.menu in MENUS and command.keys and command.title
        assert not command.icon or command.icon in _ICONS
        assert command.needs in ("", "folder", "picture", "cleaner")


def test_own_keys_replace_the_tables() -> None:
    keymap = Keymap({"skip": "Ctrl+Shift+J"})
    found = keymap.command("Ctrl+Shift+J")
    assert found is not None and found.id == "skip"
    assert keymap.command("Ctrl+K") is None
    keymap.reset()
    assert keymap.keys("skip") == ("Ctrl+K",)


@pytest.mark.parametrize("key", ["Ctrl+Z", "Return", "Ctrl+C", "Left", ""])
def test_taken_and_reserved_keys_are_refused(key: str) -> None:
    keymap = Keymap()
    with pytest.raises(KeyConflict):
        keymap.change("skip", key)
    assert keymap.keys("skip") == ("Ctrl+K",) and keymap.own() == {}


def test_a_command_keeps_its_own_key() -> None:
    keymap = Keymap()
    keymap.change("skip", "Ctrl+K")
    assert keymap.own() == {"skip": "Ctrl+K"}


def test_stored_keys_that_make_no_sense_are_left_out() -> None:
    keymap = Keymap({"nothing": "Ctrl+Shift+J", "skip": "Ctrl+Z", "undo": "Ctrl+Shift+J"})
    assert keymap.own() == {"undo": "Ctrl+Shift+J"}
