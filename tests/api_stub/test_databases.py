"""Accounts and logs on a real PostgreSQL, logs on a real MariaDB."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api_stub.accounts import AccountError, Accounts, LastAdmin, NoCredits, Taken
from api_stub.database import close_database, open_database
from api_stub.settings import Settings
from api_stub.tables import CleaningEntry, LedgerEntry, RequestEntry
from tests.api_stub.database_servers import mariadb, postgresql
from tests.api_stub.support import MODEL, noise, png, serving, text64

pytestmark = [pytest.mark.full, pytest.mark.skipif("sys.platform == 'win32'", reason="servers of a Unix system")]


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="module")
def maria_url() -> Iterator[str]:
    with mariadb() as url:
        yield url


@pytest.fixture
def accounts(postgres_url: str, tmp_path: Path) -> Iterator[Accounts]:
    accounts = Accounts(open_database(postgres_url, tmp_path))
    for user in accounts.all():
        with contextlib.suppress(LastAdmin):
            accounts.remove(user.id)
    yield accounts
    accounts.close()


def at_once(count: int, work: Callable[[], object]) -> list[object]:
    """The outcomes of `count` calls at the same time; an account error is an outcome."""

    def one(_: int) -> object:
        try:
            return work()
        except AccountError as error:
            return type(error)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_forty_reservations_on_ten_credits(accounts: Accounts, postgres_url: str) -> None:
    user = accounts.add("anna", "anna@example.com", "hash")
    outcomes = at_once(40, lambda: accounts.reserve(user.id))
    assert (outcomes.count(None), outcomes.count(NoCredits)) == (10, 30)
    left = accounts.get(user.id)
    assert left is not None and left.credits == 0
    sessions = open_database(postgres_url, Path())
    with sessions.begin() as session:
        total = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.user_id == user.id)
        assert session.scalar(total) == 0
    close_database(sessions)


def test_of_many_equal_names_one_is_added(accounts: Accounts) -> None:
    outcomes = at_once(10, lambda: accounts.add("eva", "eva@example.com", "hash"))
    assert outcomes.count(Taken) == 9


def test_two_admins_cannot_delete_each_other_at_once(accounts: Accounts) -> None:
    ids = iter([accounts.add(name, f"{name}@x", "hash", "admin").id for name in ("one", "two")])
    others = [user.id for user in accounts.all() if user.role == "admin" and user.username not in ("one", "two")]
    for other in others:
        accounts.remove(other)
    at_once(2, lambda: accounts.remove(next(ids)))
    assert len([user for user in accounts.all() if user.role == "admin"]) == 1


def test_processes_that_start_at_once_migrate_once() -> None:
    with postgresql() as url:
        command = [sys.executable, "-m", "api_stub", "users", "--database-url", url, "list", "--json"]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        answers = [process.communicate(timeout=60)[0] for process in started]
        assert answers == ['{"users": []}\n'] * 3


def test_the_endpoint_on_postgresql(postgres_url: str) -> None:
    settings = Settings(model=MODEL, accounts=True, log=True, database_url=postgres_url)
    with serving(settings) as client:
        new = {"username": "paul", "email": "paul@example.com", "password": "x"}
        assert client.post("/add_user", json=new).status_code in (200, 401)
        token = client.post("/get_token", data=new).json()["access_token"]
        header = {"Authorization": f"Bearer {token}"}
        files = {"captcha_image": png(44, 21)}
        assert client.post("/upload_captcha", files=files, headers=header).json() == "44x21"
        info = client.post("/get_account_info", headers=header).json()["account_info"]
        assert info["credit_balance"] == 9
        assert client.post("/get_token", data={"username": "a\x00", "password": "x"}).status_code == 401


@pytest.mark.parametrize("url", ["postgres_url", "maria_url"])
def test_the_logs_on_both(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue(url)
    with serving(Settings(model=MODEL, data=tmp_path, log_images=True, database_url=database)) as client:
        client.post("/predict", files={"image": png(44, 21)})
        large = noise(300)
        client.post("/remove_background", json={"imgb64_dirty": text64(large)})
    sessions = open_database(database, tmp_path)
    with sessions.begin() as session:
        rows = session.scalars(select(RequestEntry).order_by(RequestEntry.id.desc())).all()
        assert (rows[1].route, rows[1].text) == ("/predict", "44x21")
        cleaning = session.scalars(select(CleaningEntry).order_by(CleaningEntry.id.desc())).first()
        assert cleaning is not None
        assert cleaning.dirty == "data:image/png;base64," + text64(large)
    close_database(sessions)
