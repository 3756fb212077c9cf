"""Gathers what has changed and redraws it once, when the window has nothing else to do."""

import logging
import tkinter as tk
from collections.abc import Callable

from labeler.draft import Change

_EVENT = "<<Redraw>>"
_log = logging.getLogger(__name__)


class Redrawing:
    """`draw(changes)` is called in the main loop, for all changes that came since the last time."""

    def __init__(self, root: tk.Misc, draw: Callable[[Change], None]) -> None:
        self._root, self._draw = root, draw
        self._changes: Change | None = None
        self._failed = False  # the last time
        root.bind(_EVENT, self._redraw)

    @property
    def waiting(self) -> bool:
        """Whether something has changed that is not drawn yet."""
        return self._changes is not None

    def add(self, change: Change) -> None:
        """This has changed."""
        if self._changes is None:
            self._changes = change
            self._root.event_generate(_EVENT, when="tail")
        else:
            self._changes |= change

    def _redraw(self, _event: object) -> None:
        change, self._changes = self._changes, None
        if change is None:
            return
        again, self._failed = self._failed, True
        try:
            self._draw(change)
        except Exception:
            if not again:
                raise
            # To tell of it is to redraw: where that fails, too, there would be no end.
            _log.exception("the window cannot be redrawn")
        else:
            self._failed = False
