"""Pictures that arrive at about the same time go into the dataset in one transaction and share its cost."""

import asyncio
from typing import NamedTuple

from dataset.errors import DatasetError, ImageRefused
from dataset.sample import Added, Source
from dataset.store import Store

_PATIENCE = 0.01  # seconds; a kill loses what waits, as it loses what is on its way


class _Waiting(NamedTuple):
    data: bytes
    source: Source
    kind: str | None
    done: asyncio.Future[Added]


class Adder:
    """Adds to one store. `most`: how many may wait together, the number of lanes, for no more can arrive then."""

    def __init__(self, store: Store, most: int) -> None:
        self._store, self._most = store, most
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None

    async def add(self, data: bytes, source: Source, kind: str | None) -> Added:
        """As `Store.add`, a moment later. Raises ImageRefused for these bytes, DatasetError for all that waited."""
        loop = asyncio.get_running_loop()
        one = _Waiting(data, source, kind, loop.create_future())
        self._waiting.append(one)
        if len(self._waiting) >= self._most:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(_PATIENCE, self._flush)
        return await one.done

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        outcomes: list[Added | DatasetError] = []
        try:
            with self._store.together():
                outcomes += [self._one(waiting) for waiting in batch]
        except DatasetError as error:
            outcomes = [error] * len(batch)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if waiting.done.done():  # nobody waits any more
                continue
            if isinstance(outcome, DatasetError):
                waiting.done.set_exception(outcome)
            else:
                waiting.done.set_result(outcome)

    def _one(self, waiting: _Waiting) -> Added | ImageRefused:
        try:
            return self._store.add(waiting.data, source=waiting.source, type=waiting.kind)
        except ImageRefused as error:  # before anything was written
            return error
