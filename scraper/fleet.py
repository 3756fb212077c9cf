"""Tickets shared by several machines: the places for the missing pictures wait in Redis.

What is queued is a whole session, never a single request. A place moves from the queue to its worker's own list,
and from there, in one step with the picture's hash, out of the world: so that N pictures in all are stored,
whichever workers die. Between that step and the worker's own disk the picture itself waits in Redis; the others
adopt it when its worker is gone, and merging the datasets drops what was stored twice.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from dataset import imagefile
from dataset.errors import UsageError
from dataset.hashing import sha256_of
from dataset.sample import Source
from scraper.errors import CollectError
from scraper.tickets import Claim, Ticket, TicketOffice

_ALIVE_SECONDS = 10
_BEAT_SECONDS = 2.0
_POLL_SECONDS = 0.3

Adopt = Callable[[bytes, Mapping[str, Any]], None]

# KEYS planned, queue; ARGV count, number of kinds. A place is "kind's number : attempt : place's number".
_PLAN = """
local planned = tonumber(redis.call('GET', KEYS[1]) or '0')
for i = planned, tonumber(ARGV[1]) - 1 do
  redis.call('RPUSH', KEYS[2], (i % tonumber(ARGV[2])) .. ':1:' .. i)
end
if planned < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
"""
# KEYS working, hashes, queue, pending; ARGV place, sha256, place for another try, the picture with its facts.
_CLAIM = """
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 'taken-back' end
if redis.call('SADD', KEYS[2], ARGV[2]) == 0 then
  redis.call('RPUSH', KEYS[3], ARGV[3])
  return 'duplicate'
end
redis.call('HSET', KEYS[4], ARGV[2], ARGV[4])
return 'mine'
"""
# KEYS working, queue; ARGV place, place for another try. A place that was claimed or taken back is not ours.
_GIVE_BACK = "if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 1 then redis.call('RPUSH', KEYS[2], ARGV[2]) end"


class FleetOffice(TicketOffice):
    """A ticket office whose missing pictures are those of a whole job, shared by all workers on one Redis.

    `adopt` stores a picture that a dead worker had claimed. Redis errors stop this worker with a sentence.
    """

    def __init__(
        self, url: str, job: str, kinds: Sequence[str | None], count: int, lanes: int, max_failures: int, adopt: Adopt
    ) -> None:
        super().__init__({}, lanes, max_failures)
        self._redis, self._redis_error = _connect(url)
        self._kinds, self._count, self._adopt = tuple(kinds), count, adopt
        self._where = urlsplit(url).netloc.rpartition("@")[2]  # without a password
        self._worker = secrets.token_hex(6)
        self._prefix = f"captcha-toolkit:{job}:"
        self._held: dict[str, str] = {}
        self._claimed: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = 0

    def total(self, here: int) -> int:
        """How many pictures the whole job has, as far as this worker knows."""
        return self._done

    async def tickets(self) -> AsyncIterator[Ticket]:
        """Tickets until the job is complete, or until `stop`."""
        beat = asyncio.ensure_future(asyncio.sleep(0))
        try:
            await self._show_alive()
            beat = asyncio.ensure_future(self._beat())
            await self._redis.eval(_PLAN, 2, self._key("planned"), self._key("queue"), self._count, len(self._kinds))
            async for ticket in super().tickets():
                yield ticket
            await asyncio.gather(*self._tasks)
            self._done = await self._redis.scard(self._key("hashes"))
            await self._redis.srem(self._key("workers"), self._worker)
        except self._redis_error as error:
            self._lost(error)
        finally:
            beat.cancel()
            with contextlib.suppress(self._redis_error):
                await self._redis.aclose()

    async def _next(self) -> Ticket | None:
        while self.stopped is None or self._out:
            if self.stopped is None and len(self._out) < self._lanes:
                place = await self._redis.lmove(self._key("queue"), self._mine("working"))
                if place is not None:
                    number, attempt, _ = place.decode().split(":")
                    ticket = self._issue(self._kinds[int(number)], int(attempt))
                    self._held[ticket.session_id] = place.decode()
                    return ticket
                if not self._out and await self._complete():
                    return None
                await self._rescue()
            with contextlib.suppress(TimeoutError):
                self._changed.clear()
                await asyncio.wait_for(self._changed.wait(), _POLL_SECONDS)
        return None

    async def _complete(self) -> bool:
        self._done = await self._redis.scard(self._key("hashes"))
        unsaved = sum([await self._redis.hlen(self._of(worker, "pending")) for worker in await self._workers()])
        return self._done >= self._count and unsaved == 0

    async def claim(self, ticket: Ticket, data: bytes, source: Source) -> Claim:
        """Take the place of this picture out of the job. Raises ImageRefused when it is none."""
        imagefile.decode(data)
        place, sha256 = self._held[ticket.session_id], sha256_of(data)
        body = json.dumps({**asdict(source), "kind": ticket.kind}).encode() + b"\n" + data
        keys = (self._mine("working"), self._key("hashes"), self._key("queue"), self._mine("pending"))
        try:
            answer = await self._redis.eval(_CLAIM, 4, *keys, place, sha256, _retry(place), body)
        except self._redis_error as error:
            self._lost(error)
            return "taken-back"
        if answer == b"mine":
            self._claimed[ticket.session_id] = sha256
        return answer.decode()

    def settle(self, ticket: Ticket, good: bool, reason: str) -> bool:
        """As for one machine; a picture that was claimed is safe on this worker's disk now."""
        known = super().settle(ticket, good, reason)
        if (sha256 := self._claimed.pop(ticket.session_id, None)) is not None:
            self._soon(self._redis.hdel(self._mine("pending"), sha256))
        self._held.pop(ticket.session_id, None)
        return known

    def _again(self, ticket: Ticket) -> None:
        place = self._held[ticket.session_id]
        keys = (self._mine("working"), self._key("queue"))
        self._soon(self._redis.eval(_GIVE_BACK, 2, *keys, place, _retry(place)))

    async def _rescue(self) -> None:
        """Queue again what dead workers had in hand, and adopt what they had claimed and may not have stored."""
        for worker in await self._workers():
            if worker == self._worker or await self._redis.exists(self._of(worker, "alive")):
                continue
            while await self._redis.lmove(self._of(worker, "working"), self._key("queue")) is not None:
                pass
            for sha256, body in (await self._redis.hgetall(self._of(worker, "pending"))).items():
                facts, _, data = body.partition(b"\n")
                self._adopt(data, json.loads(facts))
                await self._redis.hdel(self._of(worker, "pending"), sha256)
            await self._redis.srem(self._key("workers"), worker)

    async def _beat(self) -> None:
        with contextlib.suppress(self._redis_error):
            while True:
                await asyncio.sleep(_BEAT_SECONDS)
                await self._show_alive()

    async def _show_alive(self) -> None:
        await self._redis.set(self._mine("alive"), 1, ex=_ALIVE_SECONDS)
        await self._redis.sadd(self._key("workers"), self._worker)

    async def _workers(self) -> list[str]:
        return [name.decode() for name in await self._redis.smembers(self._key("workers"))]

    def _lost(self, error: Exception) -> None:
        self.stop(f"the Redis at {self._where} does not answer ({error})")

    def _soon(self, work: Coroutine[Any, Any, Any]) -> None:
        async def guarded() -> None:
            try:
                await work
            except self._redis_error as error:
                self._lost(error)

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _key(self, name: str) -> str:
        return self._prefix + name

    def _of(self, worker: str, name: str) -> str:
        return f"{self._prefix}{worker}:{name}"

    def _mine(self, name: str) -> str:
        return self._of(self._worker, name)


def _retry(place: str) -> str:
    number, attempt, rest = place.split(":")
    return f"{number}:{int(attempt) + 1}:{rest}"


def _connect(url: str) -> tuple[Any, type[Exception]]:
    try:
        from redis import asyncio as aioredis
        from redis.exceptions import RedisError
    except ImportError:
        raise CollectError("--redis needs the extra: pip install captcha-toolkit[redis]") from None
    try:
        return aioredis.from_url(url), RedisError
    except ValueError as error:
        raise UsageError(f"--redis takes an address such as redis://127.0.0.1:6379/0 ({error})") from None
