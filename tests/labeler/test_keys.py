import pytest

from labeler.commands import COMMANDS
from labeler.keys import RESERVED, chord, shown, tk_event

SHIFT, LOCK, CONTROL, ALT, NUM = 1, 2, 4, 8, 16


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
@pytest.mark.parametrize("key", [key for command in COMMANDS for key in command.keys])
def test_every_key_of_the_table_is_read_back(key: str, platform: str) -> None:
    keysym, state = tk_event(key, platform)
    assert chord(keysym, state, platform=platform) == key


def test_text_is_no_chord() -> None:
    for keysym in ("a", "A", "1", "plus", "minus", "comma", "space", "Cyrillic_ya", "adiaeresis"):
        assert chord(keysym, 0, platform="linux") == ""
        assert chord(keysym, SHIFT, platform="linux") == ""


def test_caps_lock_and_num_lock_change_nothing() -> None:
    assert chord("Z", CONTROL | LOCK | NUM, platform="linux") == "Ctrl+Z"
    assert chord("z", CONTROL | SHIFT | LOCK, platform="linux") == "Ctrl+Shift+Z"
    assert chord("F3", LOCK, platform="linux") == "F3"


def test_a_cyrillic_layout_has_the_same_places() -> None:
    assert chord("Cyrillic_ya", CONTROL, 52, platform="linux") == "Ctrl+Z"  # the key that is Z on a Latin layout
    assert chord("Cyrillic_er", CONTROL, 43, platform="linux") == "Ctrl+H"
    assert chord("Cyrillic_ya", CONTROL, 0x5A, platform="win32") == "Ctrl+Z"


def test_altgr_writes_text() -> None:
    assert chord("at", CONTROL | 0x20000, 0x51, "@", "win32") == ""
    assert chord("r", CONTROL | 0x20000, 0x52, "\x12", "win32") == "Ctrl+Alt+R"
    assert chord("at", 0x80, 24, "@", "linux") == ""


def test_the_number_block_counts_too() -> None:
    assert chord("KP_Enter", NUM, platform="linux") == "Return"
    assert chord("KP_Add", CONTROL | NUM, platform="linux") == "Ctrl+plus"


def test_modifiers_alone_are_nothing() -> None:
    for keysym in ("Shift_L", "Control_R", "Alt_L", "Caps_Lock", "ISO_Level3_Shift"):
        assert chord(keysym, CONTROL, platform="linux") == ""


def test_keys_as_people_read_them() -> None:
    assert shown("Ctrl+Z", "linux") == "Ctrl+Z"
    assert shown("Ctrl+Shift+Z", "darwin") == "⌘⇧Z"
    assert shown("PageDown", "win32") == "Page Down"


def test_nothing_of_the_table_takes_a_key_of_the_text_field() -> None:
    assert not RESERVED & {key for command in COMMANDS for key in command.keys}
