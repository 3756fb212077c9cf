"""Cyclic garbage is collected in the window's thread only, and when no key is being answered.

Python collects in whichever thread happens to allocate. A worker that thereby frees an image or a variable of Tk
calls Tk from outside its thread, and waits for ever when the window is just waiting for that worker to end.
"""

import gc
import tkinter as tk

_TICK_MS = 1000


class Collector:
    """Takes the place of the automatic collection until stopped."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        gc.freeze()  # modules and their like are here to stay: the next collections need not look at them
        gc.disable()
        self._ticks = 0
        self._timer = root.after(_TICK_MS, self._tick)

    def stop(self) -> None:
        """Hands back to the automatic collection."""
        self._root.after_cancel(self._timer)
        gc.enable()
        gc.unfreeze()

    def _tick(self) -> None:
        self._ticks += 1
        self._root.after_idle(gc.collect, 2 if self._ticks % 20 == 0 else 1)
        self._timer = self._root.after(_TICK_MS, self._tick)
