"""The rate limit of callers; loaded only by an endpoint that has one."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api_stub.errors import TooMany
from dataset.errors import UsageError


def parse_rate(text: str) -> RateLimitItem:
    """`10/minute` as a rate; raises `UsageError`."""
    try:
        return parse(text)
    except ValueError:
        raise UsageError(f"{text} is not a rate: write it like 10/minute or 100/hour") from None


class RateLimit:
    """So many requests of each caller in a moving window, counted in memory."""

    def __init__(self, rate: str) -> None:
        self._rate = parse_rate(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, caller: str) -> None:
        """Count one request; raises `TooMany`, which says when to come back."""
        if not self._limiter.hit(self._rate, caller):
            reset = self._limiter.get_window_stats(self._rate, caller).reset_time
            wait = max(1, math.ceil(reset - time.time()))
            raise TooMany(f"The rate limit of {self._rate} is used up; try again in {wait} s", wait)
