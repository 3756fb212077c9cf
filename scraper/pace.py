"""When the next request to a host may leave: Crawl-delay, Retry-After and back-off in one place."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_BACK_OFF = 120.0
LONGEST_WAIT = 900.0
"""A site that asks for a longer pause than this (seconds) ends the run instead."""


@dataclass
class _Host:
    interval: float = 0.0
    free_at: float = 0.0
    troubles: int = 0


class Pace:
    """Departure times for each host, in seconds of one monotonic clock that the caller reads.

    `back_off` is the pause after a first 429 or 5xx without Retry-After; it doubles with every further one in a
    row, up to two minutes. `jitter` (0..1) varies every interval.
    """

    def __init__(self, back_off: float, jitter: float, rng: random.Random | None = None) -> None:
        self._back_off, self._jitter = back_off, jitter
        self._rng = rng or random.Random()
        self._hosts: dict[str, _Host] = {}

    def interval(self, host: str, seconds: float) -> None:
        """Keep at least this long between two requests to the host (its Crawl-delay)."""
        self._hosts.setdefault(host, _Host()).interval = seconds

    def wait(self, host: str, now: float) -> float:
        """Seconds until a request may leave; 0.0 takes the turn, otherwise ask again after that time."""
        state = self._hosts.get(host)
        if state is None:
            return 0.0
        if state.free_at > now:
            return state.free_at - now
        vary = 1 + self._rng.uniform(0, self._jitter)  # never shorter than what the site asked for
        state.free_at = now + state.interval * vary
        return 0.0

    def trouble(self, host: str, now: float, retry_after: float | None = None) -> float:
        """Note a 429 or 5xx; returns how long the host is left alone, in seconds."""
        state = self._hosts.setdefault(host, _Host())
        pause = retry_after
        if pause is None:
            pause = min(_LONGEST_BACK_OFF, self._back_off * 2**state.troubles) * self._rng.uniform(1, 1.5)
        state.troubles = min(state.troubles + 1, 20)
        state.free_at = max(state.free_at, now + pause)
        return pause

    def fine(self, host: str) -> None:
        """Note a good answer: the next back-off starts small again."""
        if (state := self._hosts.get(host)) is not None:
            state.troubles = 0


def retry_after(header: str) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3: a number or a date), None when it is empty or wrong."""
    if header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
