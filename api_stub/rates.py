"""The rate limit of callers; loaded only by an endpoint that has one.

Counted in this process, or in a Redis for all endpoints that use it. The Redis is a convenience, not a condition:
while it does not answer, each endpoint counts by itself.
"""

import logging
import math
import time
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api_stub.errors import EndpointError, TooMany
from dataset.errors import UsageError

ANSWER_SECONDS = 0.25
"""How long the Redis may take; a caller waits at most twice as long for it."""
ASK_AGAIN_SECONDS = 2.0
"""A Redis that was lost is asked again after this time, by one request."""
_SCHEMES = ("redis", "rediss", "redis+unix")
_PREFIX = "captcha-toolkit:rate"
log = logging.getLogger("api_stub")


def parse_rate(text: str) -> RateLimitItem:
    """`10/minute` as a rate; raises `UsageError`."""
    try:
        return parse(text)
    except ValueError:
        raise UsageError(f"{text} is not a rate: write it like 10/minute or 100/hour") from None


def check_rate(rate: str, redis: str | None) -> None:
    """Raises what `rate_limit` would, and makes nothing."""
    parse_rate(rate)
    if redis is not None:
        _check_address(redis)


def _check_address(url: str) -> None:
    try:
        from redis.asyncio import connection
    except ImportError:
        raise EndpointError("A rate limit in Redis needs redis-py: pip install 'captcha-toolkit[replicas]'") from None
    sentence = "The Redis of the rate limit is an address such as redis://127.0.0.1:6379/0"
    if urlsplit(url).scheme not in _SCHEMES:
        raise UsageError(sentence)
    try:
        connection.parse_url(_without_plus(url))
    except ValueError as error:
        raise UsageError(f"{sentence} ({error})") from None


def _without_plus(url: str) -> str:
    """As redis-py writes the address of a socket."""
    return url.replace("redis+unix:", "unix:", 1)


def rate_limit(rate: str, redis: str | None) -> "RateLimit":
    """The rate limit that the settings ask for. Raises `UsageError`, or `EndpointError` without redis-py."""
    return RateLimit(rate) if redis is None else SharedRateLimit(rate, redis)


class RateLimit:
    """So many requests of each caller in a moving window, counted in memory."""

    lost = False
    """Whether what counts for all endpoints did not answer when it was asked last."""

    def __init__(self, rate: str) -> None:
        self.rate = parse_rate(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, caller: str) -> None:
        """Count one request; raises `TooMany`, which says when to come back."""
        if not self._limiter.hit(self.rate, caller):
            self._refuse(self._limiter.get_window_stats(self.rate, caller).reset_time)

    def _refuse(self, reset: float) -> None:
        wait = max(1, math.ceil(reset - time.time()))
        raise TooMany(f"The rate limit of {self.rate} is used up; try again in {wait} s", wait)

    def check(self) -> None:
        """Raise `EndpointError` when requests cannot be counted as the settings ask."""

    async def close(self) -> None:
        """Close connections, if there are any."""


class SharedRateLimit(RateLimit):
    """The same window, counted in a Redis: one limit for all endpoints together.

    What the Redis counts is counted in memory too, so that a caller who has used up the limit at this endpoint
    does not get a new one when the Redis goes.
    """

    def __init__(self, rate: str, url: str) -> None:
        super().__init__(rate)
        _check_address(url)
        from limits.aio.storage import RedisStorage
        from limits.aio.strategies import MovingWindowRateLimiter as SharedLimiter
        from redis.asyncio import ConnectionPool
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError

        address = urlsplit(url)
        self._where = address.netloc.rpartition("@")[2] or address.path  # without a password
        self._url = _without_plus(url)
        self._ask_at = 0.0
        self._errors = (RedisError, OSError)
        times = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
        # One retry: a connection that lay idle may have been closed.
        self._pool = ConnectionPool.from_url(self._url, retry=Retry(NoBackoff(), 1), **times)
        storage = RedisStorage(url, implementation="redispy", key_prefix=_PREFIX, connection_pool=self._pool)
        self._shared = SharedLimiter(storage)

    async def count(self, caller: str) -> None:
        """Count one request in the Redis, or here while it does not answer; raises `TooMany`."""
        if self.lost and time.monotonic() < self._ask_at:
            await super().count(caller)
            return
        self._ask_at = time.monotonic() + ASK_AGAIN_SECONDS  # of many callers one asks a lost Redis
        try:
            counted = await self._shared.hit(self.rate, caller)
            reset = 0.0 if counted else (await self._shared.get_window_stats(self.rate, caller)).reset_time
        except self._errors as error:
            self._lose(error)
            await super().count(caller)
            return
        if self.lost:
            self.lost = False
            log.warning("The Redis at %s answers again and counts the rate limit", self._where)
        if not counted:
            self._refuse(reset)
        self._limiter.hit(self.rate, caller)

    def _lose(self, error: BaseException) -> None:
        if not self.lost:
            log.warning(
                "The Redis at %s does not answer (%s): until it does, this endpoint counts the rate limit by itself",
                self._where,
                error,
            )
        self.lost = True

    def check(self) -> None:
        """Raise `EndpointError` when the Redis does not answer."""
        from redis import Redis

        try:
            with Redis.from_url(self._url, socket_timeout=5, socket_connect_timeout=5) as client:
                client.ping()
        except self._errors as error:
            raise EndpointError(
                f"The Redis at {self._where} does not answer ({str(error).rstrip('.')}): "
                "start it, or leave out --rate-redis to count by endpoint"
            ) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()
