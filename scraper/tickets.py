"""Exactly N: a ticket is the permission to pay one session, and only as many are out as pictures are missing."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Literal, NamedTuple

from dataset.sample import Source

Claim = Literal["mine", "duplicate", "taken-back"]


class Ticket(NamedTuple):
    """One session to pay. `attempt` counts from 1 and goes on when an earlier ticket for the place failed."""

    session_id: str
    kind: str | None
    attempt: int


class TicketOffice:
    """Hands out tickets for the missing pictures, `lanes` at a time; what fails is handed out again.

    Not thread-safe: everything happens on one event loop.
    """

    def __init__(self, missing: Mapping[str | None, int], lanes: int, max_failures: int) -> None:
        self._places = _interleave(missing)
        self._lanes, self._max_failures = lanes, max_failures
        self._out: dict[str, Ticket] = {}
        self._changed = asyncio.Event()
        self._failures = 0
        self.stopped: str | None = None
        """Why no more tickets are handed out, as a sentence; None while all is well."""

    @property
    def out(self) -> int:
        """How many tickets are out now."""
        return len(self._out)

    def total(self, here: int) -> int:
        """How many pictures there are in all, when `here` are in this dataset."""
        return here

    async def claim(self, ticket: Ticket, data: bytes, source: Source) -> Claim:
        """Ask whether these bytes may be stored for the ticket: "mine", or why not."""
        return "mine"

    async def tickets(self) -> AsyncIterator[Ticket]:
        """Tickets until nothing is missing, or until `stop`."""
        while (ticket := await self._next()) is not None:
            yield ticket

    async def _next(self) -> Ticket | None:
        while True:
            if self.stopped is None and self._places and len(self._out) < self._lanes:
                kind, attempt = self._places.popleft()
                return self._issue(kind, attempt)
            if not self._out and (self.stopped is not None or not self._places):
                return None
            self._changed.clear()
            await self._changed.wait()

    def _issue(self, kind: str | None, attempt: int) -> Ticket:
        ticket = Ticket(secrets.token_hex(8), kind, attempt)
        self._out[ticket.session_id] = ticket
        return ticket

    def settle(self, ticket: Ticket, good: bool, reason: str) -> bool:
        """Take a ticket back; a failed one is handed out again. Returns False for one that is not out."""
        if self._out.pop(ticket.session_id, None) is None:
            return False
        if good:
            self._failures = 0
        else:
            self._failures += 1
            self._again(ticket)
            if self._failures >= self._max_failures:
                many = f"{self._failures} pictures in a row" if self._failures > 1 else "a picture"
                self.stop(f"{many} could not be had, the last time because of {reason}")
        self._changed.set()
        return True

    def _again(self, ticket: Ticket) -> None:
        self._places.append((ticket.kind, ticket.attempt + 1))

    def stop(self, why: str) -> None:
        """Hand out no more tickets; the first reason given is kept."""
        self.stopped = self.stopped or why
        self._changed.set()


def share(wanted: int, have: Mapping[str | None, int]) -> dict[str | None, int]:
    """How many more of each kind make `wanted` in all, as evenly as what is there already allows."""
    totals = dict(have)
    for _ in range(max(0, wanted - sum(have.values()))):
        totals[min(totals, key=lambda kind: totals[kind])] += 1
    return {kind: totals[kind] - have[kind] for kind in have}


def _interleave(missing: Mapping[str | None, int]) -> deque[tuple[str | None, int]]:
    left = dict(missing)
    places: deque[tuple[str | None, int]] = deque()
    while any(left.values()):
        for kind in left:
            if left[kind] > 0:
                places.append((kind, 1))
                left[kind] -= 1
    return places
