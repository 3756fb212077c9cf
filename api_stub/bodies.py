"""Request bodies arrive whole, in time and within their limit before anything parses them."""

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_stub.errors import BadRequest, Busy, EndpointError, TooLarge, TooSlow, answer

BODY_BYTES = 1024 * 1024
BATCH_BYTES = 16 * 1024 * 1024
ALL_BODIES_BYTES = 64 * 1024 * 1024
"""Memory for the bodies of all requests in progress, so that many callers cannot exhaust the machine."""
LINGER_SECONDS = 1.0


class BodyLimit:
    """ASGI layer that reads the body within a limit and a deadline, then hands it on in one piece.

    Answers 413 from the declared length before reading a byte, and at the first byte too many of a body
    without one (chunked). Answers 408 when the body is not complete after `seconds`.
    """

    def __init__(self, app: ASGIApp, limits: Mapping[str, int], seconds: float) -> None:
        self._app = app
        self._limits = limits
        self._seconds = seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], BODY_BYTES)
        body = bytearray()
        try:
            complete = await self._read(scope, receive, body, limit)
            if complete:
                await self._app(scope, _replay(bytes(body), receive), send)
        except EndpointError as error:
            await _refuse(error, scope, receive, send)
        finally:
            self._held -= len(body)

    async def _read(self, scope: Scope, receive: Receive, body: bytearray, limit: int) -> bool:
        """Fill `body`; False when the caller hung up."""
        declared = _declared_length(scope)
        if declared is not None and declared > limit:
            raise TooLarge(f"The body has {declared:,} bytes; the limit here is {limit:,}")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._collect(receive, body, limit)
        except TimeoutError:
            raise TooSlow(f"The body was not complete after {self._seconds:g} s") from None

    async def _collect(self, receive: Receive, body: bytearray, limit: int) -> bool:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            chunk = message.get("body", b"")
            if len(body) + len(chunk) > limit:
                raise TooLarge(f"The body has more than {limit:,} bytes, the limit here")
            if self._held + len(chunk) > ALL_BODIES_BYTES:
                raise Busy("Too many large requests at once; try again in a second")
            body += chunk
            self._held += len(chunk)
            more = message.get("more_body", False)
        return True


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


def _declared_length(scope: Scope) -> int | None:
    text = Headers(scope=scope).get("content-length")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit():
        raise BadRequest("Content-Length is not a number")
    return int(text[:20])


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that yields the whole body once, then whatever the server says (a disconnect)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(error: EndpointError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, then swallow what the caller still sends for a moment: closing a socket with unread
    bytes resets it, and many clients would see the reset instead of the answer."""

    async def held_open(message: Message) -> None:
        last = message["type"] == "http.response.body"
        await send({**message, "more_body": True} if last else message)

    await answer(error)(scope, receive, held_open)
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})
