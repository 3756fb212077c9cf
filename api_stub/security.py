"""Who may come in: the API key in constant time, and the rate limit, as one plain ASGI layer."""

import base64
import binascii
import hmac
from collections.abc import Set
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api_stub.errors import EndpointError, Unauthorised, answer
from api_stub.settings import is_loopback

if TYPE_CHECKING:
    from api_stub.rates import RateLimit

OPEN_PATHS = frozenset({"/health"})
KEY_CALLER = "key"


class Gate:
    """Turns away callers without the key (401) and callers over the rate limit (429), before a body is read.

    Without a key only this machine's callers are answered, so that an import target started on a public
    address (`uvicorn api_stub.asgi:app --host 0.0.0.0`) is not open by accident.
    """

    def __init__(
        self, app: ASGIApp, key: str | None, rate: "RateLimit | None", own_token: Set[str] = frozenset()
    ) -> None:
        self._app = app
        self._key = None if key is None else key.encode()
        self._no_key_needed = OPEN_PATHS | own_token
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] != "OPTIONS":
            try:
                await self._check(scope)
            except EndpointError as error:
                await answer(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _check(self, scope: Scope) -> None:
        peer = scope["client"][0] if scope.get("client") else "local"
        known = self._key is not None and self._has_key(Headers(scope=scope))
        if self._rate is not None and scope["path"] not in OPEN_PATHS:
            await self._rate.count(KEY_CALLER if known else f"peer {peer}")
        if known or scope["path"] in self._no_key_needed:
            return
        if self._key is not None:
            raise Unauthorised("Invalid API key")
        if peer not in ("local", "testclient") and not is_loopback(peer):
            raise Unauthorised("This endpoint has no API key and answers callers on its own machine only")

    def _has_key(self, headers: Headers) -> bool:
        assert self._key is not None
        given = headers.get("x-api-key")
        if given is None:
            return hmac.compare_digest(_basic_password(headers.get("authorization", "")), self._key)
        # Header texts are Latin-1 on the wire; a key in UTF-8 arrives as those bytes.
        return hmac.compare_digest(given.encode("latin-1"), self._key)


def _basic_password(authorization: str) -> bytes:
    """The password of an HTTP Basic header, empty when there is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
