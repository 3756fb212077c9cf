"""Keys as data: from what Tk reports about a key press to a chord such as `Ctrl+Z`, and back to text.

Chords are written the same on every system; on macOS `Ctrl` stands for the Command key. They are read from
the symbol of the key, without regard to Caps Lock, and on layouts without Latin letters from the place of the
key, so that Ctrl+Z is the same key on a Cyrillic keyboard.
"""

import sys

_SHIFT, _CONTROL, _MOD1, _WINDOWS_ALT = 0x1, 0x4, 0x8, 0x20000
_NAMES = {
    "KP_Enter": "Return", "ISO_Left_Tab": "Tab", "Prior": "PageUp", "Next": "PageDown", "KP_Prior": "PageUp",
    "KP_Next": "PageDown", "KP_Up": "Up", "KP_Down": "Down", "KP_Left": "Left", "KP_Right": "Right",
    "KP_Home": "Home", "KP_End": "End", "KP_Add": "plus", "KP_Subtract": "minus", "KP_Delete": "Delete",
    "equal": "plus",  # the unshifted face of the plus key on many layouts
}  # fmt: skip
_SHOWN = {
    "Return": "Enter", "Escape": "Esc", "plus": "+", "minus": "−", "comma": ",", "PageUp": "Page Up",
    "PageDown": "Page Down", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "BackSpace": "Backspace",
}  # fmt: skip
# Letters by the place of their key, in the numbering that X11 servers on Linux and BSD share.
_X11_PLACES = {
    first + i: letter
    for first, row in ((24, "QWERTYUIOP"), (38, "ASDFGHJKL"), (52, "ZXCVBNM"))
    for i, letter in enumerate(row)
}
_MODIFIER_KEYS = ("Shift", "Control", "Alt", "Meta", "Super", "Caps", "Num", "ISO_Level", "Mode", "Hyper")
# What the text field needs for itself, and what could not be typed any more.
RESERVED = frozenset(
    ("Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Left", "Right", "Home", "End", "BackSpace", "Delete",
     "Shift+Left", "Shift+Right", "Shift+Home", "Shift+End")
)  # fmt: skip


def chord(
    keysym: str, state: int, keycode: int = 0, char: str = "", platform: str = sys.platform
) -> str:  # fmt: skip
    """The chord of a key press as Tk reports it, or "" for a key that writes text or only modifies."""
    if keysym.startswith(_MODIFIER_KEYS):
        return ""
    command = bool(state & (_MOD1 if platform == "darwin" else _CONTROL))
    alt = bool(state & {"darwin": 0x10, "win32": _WINDOWS_ALT}.get(platform, _MOD1))
    if command and alt and platform == "win32" and char.isprintable() and char:
        return ""  # AltGr reports itself as Ctrl+Alt: it writes text
    name = _key_name(keysym, keycode, platform)
    named = len(name) > 1 and name not in ("plus", "minus", "comma", "question")
    if not (command or alt or (named and _acts(name))):
        return ""
    parts = ["Ctrl"] * command + ["Alt"] * alt
    if state & _SHIFT and (named or (name.isalpha() and len(name) == 1)):
        parts.append("Shift")
    return "+".join((*parts, name))


def _key_name(keysym: str, keycode: int, platform: str) -> str:
    name = _NAMES.get(keysym, keysym)
    if len(name) == 1 and name.isascii():
        return name.upper()
    if len(name) == 1 or "_" in name or name.startswith("U0"):  # Cyrillic_ya, Greek_alpha, U0447
        if platform == "win32" and 0x41 <= keycode <= 0x5A:
            return chr(keycode)
        if platform not in ("win32", "darwin"):
            return _X11_PLACES.get(keycode, name)
    return name


def _acts(name: str) -> bool:
    """True for keys that never write text by themselves (function and movement keys)."""
    return name in _SHOWN or name in ("Tab", "Home", "End", "Delete") or (name[0] == "F" and name[1:].isdigit())


def shown(key: str, platform: str = sys.platform) -> str:
    """A chord as people read it: `Ctrl+Page Down`, or `⌘Z` on macOS."""
    *modifiers, name = key.split("+")
    name = _SHOWN.get(name, name)
    if platform != "darwin":
        return "+".join((*modifiers, name))
    return "".join({"Ctrl": "⌘", "Alt": "⌥", "Shift": "⇧"}[m] for m in modifiers) + name


def tk_event(key: str, platform: str = sys.platform) -> tuple[str, int]:
    """(keysym, state) that `chord` turns back into `key`: for tests and demonstrations."""
    *modifiers, name = key.split("+")
    back = {"PageUp": "Prior", "PageDown": "Next"}
    bits = {
        "Ctrl": _MOD1 if platform == "darwin" else _CONTROL,
        "Alt": {"darwin": 0x10, "win32": _WINDOWS_ALT}.get(platform, _MOD1),
        "Shift": _SHIFT,
    }
    keysym = back.get(name, name)
    if len(keysym) == 1 and "Shift" not in modifiers:
        keysym = keysym.lower()
    return keysym, sum(bits[modifier] for modifier in modifiers)
