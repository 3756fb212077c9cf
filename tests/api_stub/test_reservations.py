"""Credits in hand: settled, given back once, and not lost with an endpoint that dies."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, func, inspect, select, update

from api_stub.accounts import LOST_SECONDS, Accounts, NoCredits
from api_stub.database import Sessions, close_database, open_database
from api_stub.tables import START_CREDITS, LedgerEntry, Reservation, User, now
from api_stub.tokens import hash_password
from tests.api_stub.database_servers import mariadb, postgresql
from tests.api_stub.support import png, running, text64, wait_until

SERVERS = {"postgresql": postgresql, "mariadb": mariadb}
slow = (pytest.mark.full, pytest.mark.skipif("sys.platform == 'win32'", reason="servers of a Unix system"))


@pytest.fixture(scope="module", params=["sqlite", *(pytest.param(name, marks=slow) for name in SERVERS)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param in SERVERS:
        with SERVERS[request.param]() as server:
            yield server
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('data') / 'endpoint.db'}"


@pytest.fixture
def sessions(url: str, tmp_path: Path) -> Iterator[Sessions]:
    sessions = open_database(url, tmp_path)
    yield sessions
    close_database(sessions)


@pytest.fixture
def accounts(sessions: Sessions) -> Accounts:
    """The accounts of a database where nothing is in hand."""
    accounts = Accounts(sessions)
    accounts.return_lost(seconds=-60)
    return accounts


@pytest.fixture
def user(accounts: Accounts, request: pytest.FixtureRequest) -> User:
    return accounts.add(request.node.name[:64], f"{request.node.name[:64]}@example.com", "hash")


def balance(accounts: Accounts, user: User, sessions: Sessions) -> int:
    """A balance, which is the sum of the ledger."""
    found = accounts.get(user.id)
    assert found is not None
    with sessions.begin() as session:
        total = session.scalar(select(func.sum(LedgerEntry.amount)).where(LedgerEntry.user_id == user.id))
    assert total == found.credits
    return found.credits


def test_a_served_request_is_paid_for(accounts: Accounts, user: User, sessions: Sessions) -> None:
    reservation = accounts.reserve(user.id)
    assert balance(accounts, user, sessions) == START_CREDITS - 1
    accounts.settle(reservation)
    assert not accounts.give_back(reservation)
    assert accounts.return_lost(seconds=-60) == 0
    assert balance(accounts, user, sessions) == START_CREDITS - 1


def test_a_failed_one_is_not_and_is_given_back_once(accounts: Accounts, user: User, sessions: Sessions) -> None:
    reservation = accounts.reserve(user.id)
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: accounts.give_back(reservation), range(8)))
    assert given.count(True) == 1
    accounts.settle(reservation)
    assert balance(accounts, user, sessions) == START_CREDITS


def test_what_died_with_its_endpoint_is_given_back_by_another(
    accounts: Accounts, user: User, sessions: Sessions, url: str, tmp_path: Path
) -> None:
    taken = [accounts.reserve(user.id) for _ in range(START_CREDITS)]
    with pytest.raises(NoCredits):
        accounts.reserve(user.id)
    lost = now() - timedelta(seconds=LOST_SECONDS + 60)
    with sessions.begin() as session:
        session.execute(update(Reservation).where(Reservation.id.in_(taken[:4])).values(time=lost))
    other = Accounts(open_database(url, tmp_path))
    other.settle(other.reserve(user.id))  # looks for what is lost before it takes a credit
    assert balance(other, user, sessions) == 3
    other.close()
    for reservation in taken[4:]:
        accounts.settle(reservation)
    assert accounts.return_lost(seconds=-60) == 0


def test_a_removed_user_leaves_nothing_to_give_back(accounts: Accounts, user: User) -> None:
    reservation = accounts.reserve(user.id)
    accounts.remove(user.id)
    assert not accounts.give_back(reservation)
    assert accounts.return_lost(seconds=-60) == 0


def test_a_database_of_before_gets_the_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'endpoint.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "api_stub:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    assert "reservations" not in inspect(engine).get_table_names()
    engine.dispose()
    accounts = Accounts(open_database(url, tmp_path))
    accounts.settle(accounts.reserve(accounts.add("anna", "anna@example.com", "hash").id))
    accounts.close()


@pytest.mark.full
def test_an_endpoint_killed_while_a_caller_waits_loses_nothing(tmp_path: Path, artefact: Path) -> None:
    accounts = Accounts(open_database(None, tmp_path))
    user = accounts.add("anna", "anna@example.com", hash_password("x"))
    words = ("--model", str(artefact), "--data", str(tmp_path), "--accounts")
    with running(*words) as (process, client), ThreadPoolExecutor(4) as callers:
        token = client.post("/get_token", data={"username": "anna", "password": "x"}).json()["access_token"]
        header = {"Authorization": f"Bearer {token}"}
        # The thread that reads is busy with these for a while, before it comes to the picture.
        batch = {"images": [text64(png(1000, 1000))] * 64}
        busy = [callers.submit(client.post, "/predict-batch", json=batch) for _ in range(3)]
        queue = re.compile(r"^captcha_queue_pictures (128|192)\.0$", re.M)
        wait_until(lambda: queue.search(client.get("/metrics").text) is not None)
        asked = callers.submit(client.post, "/upload_captcha", files={"captcha_image": png()}, headers=header)
        wait_until(lambda: held(accounts, user) == START_CREDITS - 1)
        process.kill()
        with pytest.raises(httpx.TransportError):
            asked.result()
        assert any(batch.exception() for batch in busy)
    assert held(accounts, user) == START_CREDITS - 1
    assert accounts.return_lost(seconds=-60) == 1
    assert held(accounts, user) == START_CREDITS
    accounts.close()


def held(accounts: Accounts, user: User) -> int:
    """A user's balance at this moment."""
    found = accounts.get(user.id)
    assert found is not None
    return found.credits
