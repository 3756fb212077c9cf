"""Cyclic garbage is collected in the window's thread only, and when no key is being answered.

Python collects in whichever thread happens to allocate. A worker that thereby frees an image or a variable of Tk
calls Tk from outside its thread, and waits for ever when the window is just waiting for that worker to end.
"""

import contextlib
import gc
import sys
import tkinter as tk

_TICK_MS = 1000
_ALL_TICKS = 20  # between two collections of everything


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
        self._root.after_idle(_collect_all if self._ticks % _ALL_TICKS == 0 else _collect_young)
        self._timer = self._root.after(_TICK_MS, self._tick)


def _collect_young() -> None:
    gc.collect(1)


def _collect_all() -> None:
    gc.collect()
    if sys.platform == "linux":  # glibc keeps what was freed: over a day's pictures that adds up
        import ctypes

        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
