"""Accounts and logs on a real PostgreSQL, logs on a real MariaDB."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, func, make_url, select

from api_stub.accounts import AccountError, Accounts, LastAdmin, NoCredits, Taken
from api_stub.database import close_database, open_database
from api_stub.errors import EndpointError
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
    assert (sum(isinstance(outcome, int) for outcome in outcomes), outcomes.count(NoCredits)) == (10, 30)
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


def run_sql(url: URL, *statements: str) -> object:
    """Runs statements, each by itself; the first value of the last one, None where it has no rows."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        results = [connection.exec_driver_sql(statement) for statement in statements]
        return results[-1].scalar() if results[-1].returns_rows else None


_OPEN_AT = """
import sys, time
from pathlib import Path
from api_stub.database import close_database, open_database
moment, step, *urls = sys.argv[1:]
for number, url in enumerate(urls):
    time.sleep(max(0.0, float(moment) + number * float(step) - time.time()))
    close_database(open_database(url, Path()))
"""


@pytest.mark.parametrize("kind", ["postgres_url", "maria_url"])
def test_processes_that_start_at_once_migrate_once(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(kind)
    parsed = make_url(url.replace("mysql:", "mysql+pymysql:").replace("postgresql:", "postgresql+psycopg:"))
    names = [f"t{number}" for number in range(6)]
    run_sql(parsed, *(f"CREATE DATABASE {name}" for name in names))
    urls = [parsed.set(database=name).render_as_string(hide_password=False) for name in names]
    # Every process opens the same empty database at the same moment, one database after the other.
    command = [sys.executable, "-c", _OPEN_AT, str(time.time() + 4), "0.7", *urls]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(5)]
    assert [process.communicate(timeout=90)[1] for process in started] == [""] * 5
    assert run_sql(parsed.set(database=names[0]), "SELECT count(*) FROM alembic_version") == 1


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


def test_a_database_that_grants_no_tables_is_one_sentence(postgres_url: str) -> None:
    parsed = make_url(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    run_sql(parsed, "CREATE DATABASE others", "CREATE ROLE guest LOGIN")
    with pytest.raises(EndpointError, match="cannot be brought up to date: permission denied"):
        open_database(postgres_url.replace("tester@", "guest@").replace("/postgres", "/others"), Path())


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
