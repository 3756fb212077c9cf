"""Three endpoints behind nginx with one PostgreSQL and one Redis, as the compose file has them, but as processes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from api_stub.accounts import Accounts
from api_stub.database import close_database, open_database
from api_stub.tables import LedgerEntry, User
from tests.api_stub.artefact import write_artefact
from tests.api_stub.database_servers import Redis, free_port, own_folder, postgresql, redis, started
from tests.api_stub.support import noise
from tests.packaging.deployed import DEPLOY, nginx_folder, nginx_program, rendered, services

pytestmark = [pytest.mark.full, pytest.mark.skipif("sys.platform == 'win32'", reason="servers of a Unix system")]
KEY, SECRET = "a-key-of-the-test", "s3cret" * 8
CREDITS, CALLERS, BEFORE, AFTER = 100_000, 8, 150, 450


@dataclass
class Cluster:
    """What runs, and where."""

    front: str
    database: str
    ports: list[int]
    counts: Redis
    replicas: list[subprocess.Popen[str]] = field(default_factory=list)

    def client(self) -> httpx.Client:
        """A client of nginx."""
        return httpx.Client(base_url=self.front, timeout=60, trust_env=False)

    def replica(self, number: int) -> httpx.Client:
        """A client of one endpoint, past nginx."""
        url = f"http://127.0.0.1:{self.ports[number]}"
        return httpx.Client(base_url=url, timeout=60, trust_env=False, headers={"X-API-Key": KEY})


def environment(cluster: Cluster, port: int, data: Path, model: Path, rate: str) -> dict[str, str]:
    """What the compose file gives an endpoint, with the addresses of this test in it."""
    given = services(DEPLOY / "compose.replicas.yaml")["endpoint-1"]["environment"]
    own = {
        "CAPTCHA_API_KEY": KEY,
        "CAPTCHA_TOKEN_SECRET": SECRET,
        "CAPTCHA_RATE": rate,
        "CAPTCHA_RATE_REDIS": cluster.counts.url,
        "DATABASE_URL": cluster.database,
    }
    assert set(own) < set(given)
    place = {"CAPTCHA_PORT": str(port), "CAPTCHA_DATA": str(data), "CAPTCHA_MODEL": str(model)}
    return {**os.environ, **given, **own, **place}


@contextlib.contextmanager
def deployed(folder: Path, rate: str = "1000000/minute", caller_rate: str = "100000r/s") -> Iterator[Cluster]:
    """Everything, started at once on an empty database; all of it has ended afterwards."""
    program, model = nginx_program(), write_artefact(folder / "model.onnx")
    with contextlib.ExitStack() as stack:
        database, counts = stack.enter_context(postgresql()), stack.enter_context(redis())
        front = free_port()
        cluster = Cluster(f"http://127.0.0.1:{front}", database, [free_port() for _ in range(3)], counts)
        for number, port in enumerate(cluster.ports):
            process = subprocess.Popen(
                [sys.executable, "-m", "api_stub"],
                env=environment(cluster, port, folder / f"data{number}", model, rate),
                stdout=subprocess.PIPE,
                stderr=sys.stderr,
                text=True,
            )
            stack.callback(process.communicate)
            stack.callback(process.terminate)
            cluster.replicas.append(process)
        for process in cluster.replicas:
            assert process.stdout is not None and "Listening" in process.stdout.readline()
        hosts = {f"ENDPOINT_{number}": f"127.0.0.1:{port}" for number, port in enumerate(cluster.ports, start=1)}
        values = {**hosts, "LISTEN": f"127.0.0.1:{front}", "CALLER_RATE": caller_rate}
        site = rendered(DEPLOY / "nginx" / "replicas.conf.template", values)
        # nginx's worker processes are somebody else when it is started as root, and need a folder of theirs.
        place = stack.enter_context(own_folder())
        main = nginx_folder(place, site)
        stack.enter_context(started([program, "-p", place, "-c", main], front, signal.SIGTERM))
        yield cluster


def registered(client: httpx.Client, cluster: Cluster, name: str) -> dict[str, str]:
    """The header of a new user with many credits."""
    who = {"username": name, "email": f"{name}@example.com", "password": "x"}
    assert client.post("/add_user", json=who, headers={"X-API-Key": KEY}).status_code == 200
    sessions = open_database(cluster.database, Path())
    with sessions.begin() as session:
        user = session.scalar(select(User).where(User.username == name))
        assert user is not None
        session.add(LedgerEntry(user_id=user.id, amount=CREDITS - user.credits, reason="admin"))
        user.credits = CREDITS
    close_database(sessions)
    token = client.post("/get_token", data=who, headers={"X-API-Key": KEY}).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def settled(cluster: Cluster, name: str, lost: int = 0) -> int:
    """A user's balance once what died with an endpoint, at most `lost` credits, has been given back."""
    accounts = Accounts(open_database(cluster.database, Path()))
    assert accounts.return_lost(seconds=0) <= lost
    user = accounts.find(name)
    assert user is not None
    accounts.close()
    sessions = open_database(cluster.database, Path())
    with sessions.begin() as session:
        mine = select(LedgerEntry.reason, func.sum(LedgerEntry.amount)).where(LedgerEntry.user_id == user.id)
        ledger = {reason: int(total) for reason, total in session.execute(mine.group_by(LedgerEntry.reason))}
    close_database(sessions)
    assert user.credits == sum(ledger.values()) == CREDITS + ledger["reading"] + ledger.get("given back", 0)
    return user.credits


def test_one_of_three_is_killed_under_load(tmp_path: Path) -> None:
    picture, answered, kill = noise(40), Counter[int](), threading.Event()
    with deployed(tmp_path) as cluster, cluster.client() as client:
        header = registered(client, cluster, "anna")

        def ask(_: int) -> httpx.Response:
            answer = client.post("/upload_captcha", files={"captcha_image": picture}, headers=header)
            answered[answer.status_code] += 1
            if answered[200] >= BEFORE:
                kill.set()
            return answer

        with ThreadPoolExecutor(CALLERS) as callers:
            answers = [callers.submit(ask, number) for number in range(BEFORE + AFTER)]
            assert kill.wait(120)
            cluster.replicas[1].kill()
            done = [answer.result() for answer in answers]
        failed = [answer for answer in done if answer.status_code != 200]
        # Only what the killed endpoint had in hand, at most one request a caller, and said as JSON.
        assert len(failed) < CALLERS, Counter(answer.status_code for answer in failed)
        assert all(answer.json()["error"] for answer in failed)
        served = len(done) - len(failed)
        balance = settled(cluster, "anna", lost=len(failed))
        # Exactly what was read is paid for; of what was read, only an answer on its way can be lost.
        assert 0 <= CREDITS - balance - served <= len(failed)

        # The others go on, and exactly: no request fails any more.
        again = [client.post("/upload_captcha", files={"captcha_image": picture}, headers=header) for _ in range(30)]
        assert {answer.status_code for answer in again} == {200}
        assert settled(cluster, "anna") == balance - 30

        for process in cluster.replicas:
            process.kill()
            process.wait()
        nobody = client.get("/health")
        assert (nobody.status_code, nobody.json()["error"]) == (502, "The endpoint does not answer")


def test_they_start_at_once_share_users_and_count_as_one(tmp_path: Path) -> None:
    with deployed(tmp_path, rate="30/minute") as cluster, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(cluster.replica(number)) for number in range(3)]
        who = {"username": "eva", "email": "eva@example.com", "password": "x"}
        assert clients[0].post("/add_user", json=who).status_code == 200
        token = clients[1].post("/get_token", data=who).json()["access_token"]
        header = {"Authorization": f"Bearer {token}"}
        info = clients[2].post("/get_account_info", headers=header).json()["account_info"]
        assert (info["username"], info["credit_balance"]) == ("eva", 10)
        # Three requests are counted by now.
        seen = [clients[number % 3].get("/info").status_code for number in range(33)]
        assert seen == [200] * 27 + [429] * 6
        with cluster.client() as client:
            assert client.get("/info", headers={"X-API-Key": KEY}).status_code == 429


def test_what_nginx_refuses_is_said_as_json(tmp_path: Path) -> None:
    with deployed(tmp_path, caller_rate="1r/m") as cluster, cluster.client() as client:
        assert client.get("/health").json()["status"] == "ok"
        for path in ("/metrics", "/admin/reload"):
            hidden = client.get(path)
            assert (hidden.status_code, hidden.json()["error"]) == (404, "Not found")
        large = client.post("/predict-batch", content=b"x" * (17 << 20))
        assert (large.status_code, large.json()["error"]) == (413, "The body is too large")
        # The endpoint's own refusals come through as they are.
        assert client.get("/info").json()["error"] == "Invalid API key"
        statuses = [client.get("/health") for _ in range(120)]
        assert statuses[-1].status_code == 429 and "Too many" in statuses[-1].json()["error"]
