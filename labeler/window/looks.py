"""Light or dark, larger or smaller: the look of a window that stands, on a command or with the system."""

import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING

from labeler import settings
from labeler.window.appearance import SystemLook, ask_system

if TYPE_CHECKING:
    from labeler.window.app import App

_STEP = 25  # per cent of text size


class Looks:
    """Changes the look of one window; what is written and where one is stays."""

    def __init__(self, app: "App") -> None:
        self._app = app
        app.root.bind("<FocusIn>", self._back)

    def actions(self) -> dict[str, Callable[[], None]]:
        """Command id -> what it does."""
        return {
            "theme": self._other_theme,
            "text_larger": lambda: self._text_size(_STEP),
            "text_smaller": lambda: self._text_size(-_STEP),
        }

    def put_on(self) -> None:
        """Makes the window anew as the settings want it."""
        self._app.theme.apply(self._app.settings.theme, self._app.settings.text_size)
        self._app.build()

    def take(self, look: SystemLook) -> None:
        """What the system says of its look, for a window that follows it."""
        if self._app.settings.theme == "system" and look.dark != (self._app.theme.palette.name == "dark"):
            self.put_on()

    def _back(self, event: "tk.Event[tk.Misc]") -> None:
        """The window has the keyboard again: one may have been in the system's settings."""
        if event.widget is self._app.root and self._app.settings.theme == "system":
            ask_system(self._app.post)

    def _other_theme(self) -> None:
        self._app.keep(theme="light" if self._app.theme.palette.name == "dark" else "dark")
        self.put_on()

    def _text_size(self, step: int) -> None:
        low, high = settings.TEXT_SIZES
        self._app.keep(text_size=min(max(self._app.settings.text_size + step, low), high))
        self.put_on()
