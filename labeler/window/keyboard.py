"""From key events to commands: one binding for all keys, in front of what the widgets make of them."""

import tkinter as tk
from collections.abc import Callable

from labeler.commands import Command, Keymap
from labeler.keys import RESERVED, chord

_TAG = "LabelerKeys"
_REPEAT_MS = 40  # X11 reports a held key as release and press at one moment, over and over
_ONE_MOMENT_MS = 10
Event = "tk.Event[tk.Misc]"


class Keyboard:
    """Watches one toplevel. `pressed(command)` for every command key, `released(command)` for those on hold;
    `seen()` before, for every key that does or writes something."""

    def __init__(
        self, root: tk.Tk, keymap: Keymap, pressed: Callable[[Command], None], released: Callable[[Command], None],
        seen: Callable[[], None],
    ) -> None:  # fmt: skip
        self._root, self.keymap, self._seen = root, keymap, seen
        self._pressed, self._released = pressed, released
        self._held: dict[int, Command] = {}  # key by its place -> command on hold
        self._ending: dict[int, tuple[str, int]] = {}  # key by its place -> timer of its end, when it came up (ms)
        root.bind_class(_TAG, "<KeyPress>", self._press)
        root.bind_class(_TAG, "<KeyRelease>", self._release)
        self.watch(root)

    def watch(self, widget: tk.Misc) -> None:
        """Sees the keys of `widget` before the widget itself does."""
        widget.bindtags((_TAG, *widget.bindtags()))

    def _press(self, event: "tk.Event[tk.Misc]") -> str | None:
        state = int(event.state)
        key = chord(event.keysym, state, event.keycode, event.char)
        if key or event.char:
            self._seen()
        command = self.keymap.command(key) if key else None
        if command is None:
            # What is neither a command nor needed for writing would do something foreign (Ctrl+T in a text).
            return "break" if key.startswith(("Ctrl+", "Alt+")) and key not in RESERVED else None
        if command.hold:
            if event.keycode in self._ending:
                timer, up = self._ending.pop(event.keycode)
                self._root.after_cancel(timer)
                if event.time - up > _ONE_MOMENT_MS:
                    self._end(event.keycode)  # it did come up, and the window was too busy to notice
            if self._held.get(event.keycode) is command:
                return "break"
            self._end(event.keycode)  # the same key with another modifier
            self._held[event.keycode] = command
        self._pressed(command)
        return "break"

    def _release(self, event: "tk.Event[tk.Misc]") -> None:
        if event.keycode in self._held:
            key = event.keycode
            self._ending[key] = self._root.after(_REPEAT_MS, lambda: self._end(key)), event.time

    def _end(self, key: int) -> None:
        self._ending.pop(key, None)
        command = self._held.pop(key, None)
        if command is not None:
            self._released(command)
