"""Family C: accounts, tokens and credits. Failures carry their text under both `detail` and `error`."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Form, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api_stub.accounts import AccountError, LastAdmin, NoCredits
from api_stub.contract import Error, Responses, Route, failures, picture_body, router_of
from api_stub.errors import BadRequest, EndpointError, answer, validation_text
from api_stub.images import posted_picture
from api_stub.service import Accounting, service_of
from api_stub.tables import User
from api_stub.tokens import hash_password, make_token, password_fits, user_of_token
from dataset.errors import ToolkitError

MAX_HOURS = 24
MAX_ID = 2**31 - 1
MASK = "************"
OWN_TOKEN = frozenset({"/upload_captcha", "/get_account_info", "/add_credit_balance", "/delete_user"})
_PLAIN = r"^[^\x00-\x1f\x7f]+$"


class Refused(EndpointError):
    """401 in this family: a wrong password or token, no right, a taken name, an unknown user."""

    headers = {"WWW-Authenticate": "Bearer"}  # noqa: RUF012


class BothError(Error):
    """A failure of this family."""

    detail: str


class NewUser(BaseModel):
    """Who registers."""

    username: Annotated[str, Field(max_length=64, pattern=_PLAIN)]
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$")]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class Credit(BaseModel):
    """How many credits (may be negative) for whom."""

    user_id: Annotated[int, Field(ge=-MAX_ID, le=MAX_ID)]
    credit_amount: Annotated[int, Field(ge=-MAX_ID, le=MAX_ID)]


class Token(BaseModel):
    """A bearer token."""

    access_token: str
    token_type: str


class Account(BaseModel):
    """An account; times are ISO 8601."""

    id: int
    credit_balance: int
    username: str
    email: str
    time_created: str
    time_updated: str


class AccountInfo(BaseModel):
    """The caller's account."""

    account_info: Account


class Message(BaseModel):
    """What was done."""

    message: str


class _Both(Route):
    """A route whose failures have `detail` beside `error`, the framework's own included."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Refused as error:
                return _both(str(error), 401, error.headers)
            except AccountError as error:
                return _both(str(error), 400 if isinstance(error, NoCredits | LastAdmin) else 401)
            except RequestValidationError as error:
                return _both(validation_text(error), 422)
            except HTTPException as error:
                return _both(str(error.detail), error.status_code, error.headers)
            except ToolkitError as error:
                made = answer(error)
                return _both(str(error), made.status_code, getattr(error, "headers", {}))

        return handle


def _both(text: str, status: int, headers: Any = None) -> JSONResponse:
    return JSONResponse({"detail": text, "error": text}, status, dict(headers or {}))


def _failures(*statuses: int) -> Responses:
    declared = failures(*statuses)
    return {code: {**reply, "model": BothError if code in statuses else Error} for code, reply in declared.items()}


router = router_of("accounts", route_class=_Both)
_bearer = HTTPBearer(auto_error=False)


async def _user(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> User:
    """The user that the Bearer token names."""
    accounting = _accounting(request)
    user_id = user_of_token(bearer.credentials, accounting.secret) if bearer else None
    user = None if user_id is None else await asyncio.to_thread(accounting.accounts.get, user_id)
    if user is None:
        raise Refused("Could not validate credentials")
    return user


async def _admin(user: Annotated[User, Depends(_user)]) -> User:
    """The same, but it must be an admin."""
    if user.role != "admin":
        raise Refused("You don't have admin permissions!")
    return user


def _accounting(request: Request) -> Accounting:
    accounting = service_of(request).accounting
    assert accounting is not None  # this router is only there with accounts on
    return accounting


@router.get("/health_check", response_model=Message, responses=failures())
async def health_check(request: Request) -> JSONResponse:
    """Whether the endpoint answers."""
    return JSONResponse({"message": "I am alive and kicking!"})


@router.post("/get_token", response_model=Token, responses=_failures(400, 401, 422))
async def get_token(
    request: Request,
    username: Annotated[str, Form(max_length=1024)],
    password: Annotated[str, Form(max_length=1024)],
    token_lifespan: Annotated[int, Query(description="hours, clamped to 1..24")] = 1,
) -> JSONResponse:
    """A token for a name and a password."""
    accounting = _accounting(request)
    user = None if "\0" in username else await asyncio.to_thread(accounting.accounts.find, username)
    known_hash = None if user is None else user.password_hash
    fits = await accounting.passwords.run(1, password_fits, password, known_hash)
    if user is None or not fits:
        raise Refused("Incorrect username or password")
    token = make_token(user.id, accounting.secret, min(max(token_lifespan, 1), MAX_HOURS))
    return JSONResponse({"access_token": token, "token_type": "bearer"})


@router.post("/add_user", response_model=NewUser, responses=_failures(400, 401, 422))
async def add_user(request: Request, new: NewUser) -> JSONResponse:
    """Register; the account starts with 10 credits."""
    accounting = _accounting(request)
    password_hash = await accounting.passwords.run(1, hash_password, new.password)
    await asyncio.to_thread(accounting.accounts.add, new.username, new.email, password_hash)
    return JSONResponse({"username": new.username, "email": new.email, "password": MASK})


@router.post(
    "/upload_captcha",
    response_model=str,
    responses=_failures(400, 401),
    openapi_extra=picture_body("captcha_image", json=False),
)
async def upload_captcha(request: Request, user: Annotated[User, Depends(_user)]) -> JSONResponse:
    """Read a picture for one credit: its text, or the answer when it is a sum. A failure costs nothing."""
    accounts = _accounting(request).accounts
    picture = await posted_picture(request, "captcha_image")
    reservation = await asyncio.to_thread(accounts.reserve, user.id)
    try:
        prediction = await service_of(request).read(picture)
        if not prediction.text:
            raise BadRequest("The captcha cannot be read")
        await asyncio.to_thread(accounts.settle, reservation)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(accounts.give_back, reservation))
        raise
    return JSONResponse(prediction.answer or prediction.text)


@router.post("/get_account_info", response_model=AccountInfo, responses=_failures(401))
async def get_account_info(request: Request, user: Annotated[User, Depends(_user)]) -> JSONResponse:
    """The caller's account."""
    info = {
        "id": user.id,
        "credit_balance": user.credits,
        "username": user.username,
        "email": user.email,
        "time_created": user.time_created.isoformat(),
        "time_updated": user.time_updated.isoformat(),
    }
    return JSONResponse({"account_info": info})


@router.post("/add_credit_balance", response_model=Credit, responses=_failures(400, 401, 422))
async def add_credit_balance(request: Request, credit: Credit, admin: Annotated[User, Depends(_admin)]) -> JSONResponse:
    """Change somebody's balance, which never falls below 0."""
    accounts = _accounting(request).accounts
    await asyncio.to_thread(accounts.add_credits, credit.user_id, credit.credit_amount)
    return JSONResponse({"credit_amount": credit.credit_amount, "user_id": credit.user_id})


@router.post("/delete_user", response_model=Message, responses=_failures(400, 401, 422))
async def delete_user(
    request: Request,
    delete_user_id: Annotated[int, Query(ge=-MAX_ID, le=MAX_ID)],
    admin: Annotated[User, Depends(_admin)],
) -> JSONResponse:
    """Delete somebody; the last admin cannot be deleted."""
    await asyncio.to_thread(_accounting(request).accounts.remove, delete_user_id)
    return JSONResponse({"message": f"User ID - {delete_user_id} was successfully deleted!"})
