"""The endpoint's error tree and the one table that turns any of the toolkit's errors into an HTTP answer.

    ToolkitError
    └── EndpointError       trouble with a request or with the endpoint itself
        ├── BadRequest      400  the request is wrong and says in which way
        │   └── FetchRefused     a picture's address may not be asked, or did not answer
        ├── Unauthorised    401  no key, or a wrong one
        ├── NotFound        404  nothing of that name here
        ├── TooSlow         408  the body took too long to arrive
        ├── TooLarge        413  the body is over its limit
        ├── TooMany         429  the rate limit is used up
        └── Busy            503  the queue is full
            └── NoModel     503  no recogniser is loaded

Every answer made here is JSON with a string under `error`; no text of ours carries a path or a trace.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dataset.errors import ImageRefused, ToolkitError

log = logging.getLogger("api_stub")

_CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": 'Basic realm="captcha-toolkit", charset="UTF-8"'}
_CLOSE: Mapping[str, str] = {"Connection": "close"}
_SOON: Mapping[str, str] = {"Retry-After": "1"}


class EndpointError(ToolkitError):
    """Trouble with a request or with the endpoint; `headers` go out with the answer."""

    headers: Mapping[str, str] = {}


class BadRequest(EndpointError):
    """The request is wrong; the sentence says in which way."""


class FetchRefused(BadRequest):
    """An address may not be asked, or did not answer with a picture's bytes in time."""


class Unauthorised(EndpointError):
    """No API key, or a wrong one. A browser answers with a password box: the key is the password."""

    headers = _CHALLENGE


class NotFound(EndpointError):
    """Nothing of that name here."""


class TooSlow(EndpointError):
    """The body took too long to arrive."""

    headers = _CLOSE


class TooLarge(EndpointError):
    """The body is over the limit of its route."""

    headers = _CLOSE


class TooMany(EndpointError):
    """The rate limit is used up for now."""

    def __init__(self, sentence: str, retry_after_s: int) -> None:
        super().__init__(sentence)
        self.headers = {"Retry-After": str(retry_after_s)}


class Busy(EndpointError):
    """The endpoint has as much work as it takes on; the same request may be sent again in a second."""

    headers = _SOON


class NoModel(Busy):
    """No recogniser is loaded (yet)."""

    def __init__(self) -> None:
        super().__init__("No model is loaded")


STATUS: dict[type[Exception], int] = {
    BadRequest: 400,
    ImageRefused: 400,
    Unauthorised: 401,
    NotFound: 404,
    TooSlow: 408,
    TooLarge: 413,
    TooMany: 429,
    Busy: 503,
}
"""The nearest class in an error's ancestry decides; what is not in the table is our own fault: 500."""

INTERNAL = "Internal error"


def status_of(error: Exception) -> int:
    """The HTTP status of `error`."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def answer(error: Exception) -> JSONResponse:
    """The JSON answer for one of our errors; anything unexpected says nothing about its cause."""
    status = status_of(error)
    text = INTERNAL if status == 500 else str(error)
    return JSONResponse({"error": text}, status, dict(getattr(error, "headers", {})))


def validation_text(error: RequestValidationError) -> str:
    """One sentence from the first complaint, without the offending value (it may be a password)."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


async def _toolkit_error(_request: Request, error: Exception) -> JSONResponse:
    return answer(error)


async def _framework_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    text = str(error.detail or HTTPStatus(error.status_code).phrase)
    return JSONResponse({"error": text}, error.status_code, error.headers)


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"error": validation_text(error)}, 422)


def install(app: FastAPI) -> None:
    """Make `app` answer every failure as JSON, the framework's own 404, 405 and 422 included."""
    app.add_exception_handler(ToolkitError, _toolkit_error)
    app.add_exception_handler(HTTPException, _framework_error)
    app.add_exception_handler(RequestValidationError, _validation_error)


class Shield:
    """ASGI layer: an unexpected failure is logged here with its trace and answered 500 without its cause.

    The framework's own layer for this raises the error again after answering, and the server then drops the
    connection under the caller's next request. A start that fails is told in its sentence, not with a trace.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            log.exception("A request failed unexpectedly: %s %s", scope["method"], scope["path"])
            await answer(error)(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        failed: Message | None = None

        async def holding(message: Message) -> None:
            nonlocal failed
            if message["type"] == "lifespan.startup.failed":
                failed = message
            else:
                await send(message)

        try:
            await self._app(scope, receive, holding)
        except BaseException as error:
            if failed is not None:
                await send({**failed, "message": str(error)} if isinstance(error, ToolkitError) else failed)
            raise
