"""The view a person has chosen, changed by keys: on, off, and held down for a peek."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from labeler.view import (
    NEUTRAL,
    OTSU,
    TOOL,
    View,
    fitting_zoom,
    is_active,
    panned,
    rotated,
    stepped_zoom,
    toggled,
    with_value,
    without_tools,
)

PEEK_SECONDS = 0.35
_STEPS = 24  # of a slider, by keys
_PAN_STEP = 80  # screen pixels
_PANS = {"pan_left": (1, 0), "pan_right": (-1, 0), "pan_up": (0, 1), "pan_down": (0, -1)}


class Viewing:
    """Holds the current `view`. `changed` is called after every change; `clock` gives seconds."""

    def __init__(
        self, changed: Callable[[], None], view: View = NEUTRAL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.view = view
        self.viewport = (800, 240)  # screen pixels, set by the window
        self.size = (200, 50)  # of the picture shown, after turning, set by the window
        self._changed = changed
        self._clock = clock
        self._values: dict[str, Any] = {}
        self._last = "contrast"  # the tool that was used
        self._held: tuple[str, float, View] | None = None

    def set(self, view: View) -> None:
        """Looks through `view` from now on."""
        if view != self.view:
            self.view = view
            self._changed()

    def run(self, command_id: str) -> bool:
        """Does a command of the View menu; False when it is none of these."""
        if command_id.startswith("tool."):
            name = command_id.removeprefix("tool.")
            self._last = name
            self.set(toggled(self.view, name, self._values.get(name)))
        elif command_id in ("more", "less"):
            self._step(1 if command_id == "more" else -1)
        elif command_id == "original":
            self.set(without_tools(self.view))
        elif command_id == "rotate":
            self.set(rotated(self.view))
        elif command_id == "zoom_fit":
            self.set(replace(self.view, zoom=0, pan_x=0.5, pan_y=0.5))
        elif command_id in ("zoom_in", "zoom_out"):
            self.zoom(1 if command_id == "zoom_in" else -1)
        elif command_id in _PANS:
            dx, dy = _PANS[command_id]
            self.drag(dx * _PAN_STEP, dy * _PAN_STEP)
        else:
            return False
        return True

    def press(self, command_id: str) -> None:
        """The key of a hold command went down: the change shows at once."""
        if self._held is None or self._held[0] != command_id:
            self._held = (command_id, self._clock(), self.view)
            self.run(command_id)

    def release(self, command_id: str) -> None:
        """The key came up: after a long press, and always for the original, the view before is back."""
        if self._held is None or self._held[0] != command_id:
            return
        _id, since, before = self._held
        self._held = None
        if command_id == "original" or self._clock() - since >= PEEK_SECONDS:
            self.set(before)

    def zoom(self, step: int) -> None:
        """One whole-number step nearer (1) or farther (-1)."""
        shown = self.view.zoom or fitting_zoom(self.size, self.viewport)
        self.set(replace(self.view, zoom=stepped_zoom(shown, step)))

    def drag(self, dx: int, dy: int) -> None:
        """Moves the picture by so many screen pixels."""
        self.set(panned(self.view, self.size, self.viewport, dx, dy))

    def _step(self, direction: int) -> None:
        """One step on the slider of the tool used last: all that a slider does can be done by keys."""
        tool = TOOL[self._last]
        if tool.high > tool.low:
            value = getattr(self.view, tool.name)
            start = (tool.low + tool.high) / 2 if value in (None, OTSU) else value
            step = (tool.high - tool.low) / _STEPS
            self.slide(tool.name, start + direction * (max(1, step) if tool.whole else step))

    def slide(self, name: str, value: Any) -> None:
        """Sets one tool to a value; its key brings this value back later."""
        self._last = name
        view = with_value(self.view, name, value)
        if is_active(view, name):
            self._values[name] = getattr(view, name)
        self.set(view)

    def is_on(self, command_id: str) -> bool:
        """Whether a tool of the View menu is switched on."""
        return command_id.startswith("tool.") and is_active(self.view, command_id.removeprefix("tool."))
