"""What happens to an open folder in quiet moments: new files are taken up, pictures measured, copies found.

A thread with a store of its own. It works in small portions and stands back while the person types, so that a
key never waits for its write lock.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dataset.errors import DatasetBusy, ToolkitError
from dataset.sample import Query
from dataset.store import Store
from labeler.opening import PROGRAM

_QUIET_SECONDS = 0.6  # without a key before work begins
_START_SECONDS = 1.5  # the window is shown first
_LOOK_SECONDS = 3.0  # between looks for new files
_IDLE_SECONDS = 0.5
_ASIDE = Query(statuses=("duplicate", "rejected"))
_PORTION = 20  # pictures measured under one write lock
_REST_SECONDS = 0.02


class FolderGrew(NamedTuple):
    """Posted when samples came in, or were found to be copies or no pictures: their ids."""

    added: tuple[int, ...]
    aside: tuple[int, ...]


class Housekeeper:
    """Looks after one writable folder until closed."""

    def __init__(self, folder: Path, post: Callable[[FolderGrew], None]) -> None:
        self._folder, self._post = folder, post
        self._closed = threading.Event()
        self._busy_until = 0.0
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self._thread.start()

    def stand_back(self) -> None:
        """The person pressed a key: nothing happens for a moment."""
        self._busy_until = time.monotonic() + _QUIET_SECONDS

    def close(self) -> None:
        """Ends the thread and waits for it."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with Store.open(self._folder, create=False, scan=False, program=PROGRAM) as store:
                self._look_after(store)
        except ToolkitError:
            return  # the window meets the same trouble on its own store, and says so

    def _look_after(self, store: Store) -> None:
        seen = _Seen(store)
        next_look, pause = 0.0, _START_SECONDS
        while not self._closed.wait(pause):
            if time.monotonic() < self._busy_until:
                continue
            pause = _REST_SECONDS
            try:
                if not store.index(_PORTION):
                    pause = _IDLE_SECONDS
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + _LOOK_SECONDS
                    store.scan()
                    news = seen.look()
                    if news.added or news.aside:
                        self._post(news)
            except DatasetBusy:
                pause = _IDLE_SECONDS


class _Seen:
    """Which samples are known. Asking for counts is cheap; ids are read only when a count has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts = store.counts()
        self._ids = set(store.ids())
        self._aside = set(store.ids(_ASIDE))

    def look(self) -> FolderGrew:
        """What is new since the last look."""
        counts = self._store.counts()
        added: list[int] = []
        aside: list[int] = []
        if sum(counts.values()) != sum(self._counts.values()):
            added = [i for i in self._store.ids() if i not in self._ids]
        if any(counts[status] != self._counts[status] for status in _ASIDE.statuses):
            aside = [i for i in self._store.ids(_ASIDE) if i not in self._aside]
        self._counts = counts
        self._ids.update(added)
        self._aside.update(aside)
        return FolderGrew(tuple(added), tuple(aside))
