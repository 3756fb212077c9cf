"""Family C: accounts, tokens and credits over real HTTP, on SQLite."""

import base64
import contextlib
import dataclasses
import json
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import jwt
import pytest

from api_stub.accounts import Accounts
from api_stub.database import open_database
from api_stub.settings import Settings
from api_stub.tokens import hash_password, load_secret, make_token
from tests.api_stub.support import MODEL, SizeReader, png, serving

PASSWORD = "correct horse é"
HASH = hash_password(PASSWORD)
PICTURE = {"captcha_image": png(44, 21)}


class SumReader(SizeReader):
    """A picture 53 pixels wide is a sum, one 60 wide shows nothing."""

    def read(self, images):
        changes = {53: {"text": "5+25=?", "answer": "30"}, 60: {"text": ""}}
        return [
            dataclasses.replace(reading, **changes.get(image.width, {}))
            for image, reading in zip(images, super().read(images), strict=True)
        ]


class Bank:
    """A running endpoint with accounts, and its database seen from beside it."""

    def __init__(self, client: httpx.Client, accounts: Accounts, secret: str) -> None:
        self.client = client
        self.accounts = accounts
        self.secret = secret
        self._names = 0

    def user(self, role: str = "user") -> tuple[int, dict[str, str]]:
        """The id and the Bearer header of a new user."""
        self._names += 1
        name = f"user{self._names}"
        user = self.accounts.add(name, f"{name}@example.com", HASH, role)
        return user.id, bearer(make_token(user.id, self.secret, 1))

    def balance(self, user_id: int) -> int:
        user = self.accounts.get(user_id)
        assert user is not None
        return user.credits


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextlib.contextmanager
def banking(data: Path, **settings: str) -> Iterator[Bank]:
    """A running endpoint with accounts in `data`."""
    accounts = Accounts(open_database(None, data))
    chosen = Settings(model=MODEL, accounts=True, data=data, **settings)
    with contextlib.closing(accounts), serving(chosen, SumReader()) as client:
        yield Bank(client, accounts, load_secret(data))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with banking(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


def refused(answer: httpx.Response, status: int, text: str) -> None:
    assert (answer.status_code, answer.json()) == (status, {"detail": text, "error": text})


def test_register_log_in_and_look(bank: Bank) -> None:
    new = {"username": "ánna", "email": "anna@example.com", "password": PASSWORD}
    answer = bank.client.post("/add_user", json=new)
    assert (answer.status_code, answer.json()) == (200, {**new, "password": "************"})
    for taken in ({**new, "username": "other"}, {**new, "email": "other@example.com"}):
        refused(bank.client.post("/add_user", json=taken), 401, "This username and/or email is already taken!")
    token = bank.client.post("/get_token", data={"username": "ánna", "password": PASSWORD}).json()
    assert token["token_type"] == "bearer"
    answer = bank.client.post("/get_account_info", headers=bearer(token["access_token"]))
    info = answer.json()["account_info"]
    assert (info["username"], info["email"], info["credit_balance"]) == ("ánna", "anna@example.com", 10)
    assert {"id", "time_created", "time_updated"} <= info.keys()


@pytest.mark.parametrize(("name", "password"), [("user0", PASSWORD), ("nobody\x00", "x"), ("known", "wrong")])
def test_a_wrong_login(bank: Bank, name: str, password: str) -> None:
    if name == "known" and bank.accounts.find("known") is None:
        bank.accounts.add("known", "known@example.com", HASH)
    answer = bank.client.post("/get_token", data={"username": name, "password": password})
    refused(answer, 401, "Incorrect username or password")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("asked", "hours"), [(None, 1), (0, 1), (-5, 1), (24, 24), (1000, 24)])
def test_the_lifespan_is_clamped(bank: Bank, asked: int | None, hours: int) -> None:
    bank.user()
    params = {} if asked is None else {"token_lifespan": asked}
    data = {"username": "user1", "password": PASSWORD}
    token = bank.client.post("/get_token", data=data, params=params).json()["access_token"]
    claims = jwt.decode(token, bank.secret, ["HS256"])
    assert claims["exp"] - claims["iat"] == hours * 3600


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_that_is_not_ours_is_refused(bank: Bank) -> None:
    user_id, good = bank.user()
    head, claims, signature = good["Authorization"].removeprefix("Bearer ").split(".")
    far = 2**33
    forged = [
        f"{head}.{claims}.{signature[:-2]}AA",
        f"{head}.{part({'sub': str(user_id), 'exp': far})}.{signature}",
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'sub': str(user_id), 'exp': far})}.",
        jwt.encode({"sub": str(user_id), "exp": far}, "x" * 32, "HS256"),
        jwt.encode({"sub": str(user_id), "exp": far}, bank.secret, "HS512"),
        jwt.encode({"sub": str(user_id)}, bank.secret, "HS256"),
        jwt.encode({"sub": "admin", "exp": far}, bank.secret, "HS256"),
        make_token(user_id, bank.secret, -1),
        make_token(user_id + 1000, bank.secret, 1),
        "a.b.c",
    ]
    for token in forged:
        for path in ("/get_account_info", "/upload_captcha"):
            answer = bank.client.post(path, headers=bearer(token))
            refused(answer, 401, "Could not validate credentials")
    refused(bank.client.post("/get_account_info"), 401, "Could not validate credentials")
    assert bank.client.post("/get_account_info", headers=good).status_code == 200


@pytest.mark.parametrize(("width", "said"), [(44, "44x21"), (53, "30")])
def test_a_picture_costs_a_credit(bank: Bank, width: int, said: str) -> None:
    user_id, header = bank.user()
    answer = bank.client.post("/upload_captcha", files={"captcha_image": png(width, 21)}, headers=header)
    assert (answer.status_code, answer.json()) == (200, said)
    assert bank.balance(user_id) == 9


def test_what_cannot_be_read_costs_nothing(bank: Bank) -> None:
    user_id, header = bank.user()
    for files in ({"captcha_image": b"no picture"}, {"captcha_image": png(60, 21)}, {"other": png()}):
        answer = bank.client.post("/upload_captcha", files=files, headers=header)
        assert answer.status_code == 400
        assert answer.json()["detail"] == answer.json()["error"] != ""
    assert bank.balance(user_id) == 10


def test_forty_at_once_on_ten_credits(bank: Bank) -> None:
    user_id, header = bank.user()

    def send(_: int) -> int:
        return bank.client.post("/upload_captcha", files=PICTURE, headers=header).status_code

    with ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(send, range(40)))
    assert (statuses.count(200), statuses.count(400)) == (10, 30)
    assert bank.balance(user_id) == 0
    refused(bank.client.post("/upload_captcha", files=PICTURE, headers=header), 400, "You have no credits left!")


def test_an_admin_gives_and_takes_credits(bank: Bank) -> None:
    user_id, header = bank.user()
    _, admin = bank.user("admin")
    for amount, balance in ((5, 15), (-3, 12), (-100, 0), (7, 7)):
        body = {"user_id": user_id, "credit_amount": amount}
        answer = bank.client.post("/add_credit_balance", json=body, headers=admin)
        assert (answer.status_code, answer.json()) == (200, body)
        assert bank.balance(user_id) == balance
    refused(
        bank.client.post("/add_credit_balance", json=body, headers=header), 401, "You don't have admin permissions!"
    )
    body = {"user_id": 10**6, "credit_amount": 1}
    answer = bank.client.post("/add_credit_balance", json=body, headers=admin)
    refused(answer, 401, "User with this ID does not exist!")


def test_deleting_users(tmp_path: Path) -> None:
    with banking(tmp_path) as bank:
        client = bank.client
        (user_id, header), (admin_id, admin) = bank.user(), bank.user("admin")

        def delete(number: int, headers: dict[str, str]) -> httpx.Response:
            return client.post("/delete_user", params={"delete_user_id": number}, headers=headers)

        refused(delete(admin_id, header), 401, "You don't have admin permissions!")
        refused(delete(admin_id, admin), 400, "The last admin cannot be deleted!")
        assert delete(user_id, admin).json() == {"message": f"User ID - {user_id} was successfully deleted!"}
        refused(delete(user_id, admin), 401, "User with this ID does not exist!")
        refused(client.post("/get_account_info", headers=header), 401, "Could not validate credentials")
        assert bank.user()[0] not in (user_id, admin_id)
        second, _ = bank.user("admin")
        assert delete(second, admin).status_code == 200


@pytest.mark.parametrize(
    ("path", "request_"),
    [
        ("/get_token", {}),
        ("/get_token?token_lifespan=x", {"data": {"username": "a", "password": "b"}}),
        ("/add_user", {"json": {}}),
        ("/add_user", {"json": {"username": "a\x00", "email": "a@b", "password": "c"}}),
        ("/add_user", {"json": {"username": "a", "email": "no address", "password": "s3cret"}}),
        ("/add_user", {"json": {"username": "a" * 65, "email": "a@b", "password": "s3cret"}}),
        ("/add_user", {"json": {"username": "a", "email": "a@b", "password": "x" * 1025}}),
        ("/add_user", {"content": rb'{"username": "\ud800", "email": "a@b", "password": "c"}'}),
    ],
)
def test_the_frameworks_refusals_have_both_keys(bank: Bank, path: str, request_: dict) -> None:
    headers = {"content-type": "application/json"} if "content" in request_ else {}
    answer = bank.client.post(path, **request_, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"] == answer.json()["error"] != ""
    assert "s3cret" not in answer.text


def test_the_api_key_guards_only_what_has_no_token_of_its_own(tmp_path: Path) -> None:
    with banking(tmp_path, api_key="k") as bank:
        client = bank.client
        _, header = bank.user()
        assert client.post("/get_account_info", headers=header).status_code == 200
        data = {"username": "user1", "password": PASSWORD}
        assert client.post("/get_token", data=data).json() == {"error": "Invalid API key"}
        assert client.post("/get_token", data=data, headers={"X-API-Key": "k"}).status_code == 200


def test_accounts_are_off_by_default(client: httpx.Client) -> None:
    for path in ("/get_token", "/add_user", "/upload_captcha", "/health_check"):
        assert client.post(path).status_code == 404


def test_there_is_no_default_user_and_the_secret_is_private(bank: Bank, tmp_path: Path) -> None:
    with contextlib.closing(Accounts(open_database(None, tmp_path))) as accounts:
        assert accounts.all() == []
    secret = load_secret(tmp_path)
    assert len(secret) == 64 and secret == load_secret(tmp_path)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "token-secret").stat().st_mode) == 0o600


def test_health_check(bank: Bank) -> None:
    assert bank.client.get("/health_check").json() == {"message": "I am alive and kicking!"}
