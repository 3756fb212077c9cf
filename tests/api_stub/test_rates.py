"""One rate limit for several endpoints, counted in a real Redis, and what happens without it."""

import contextlib
import logging
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api_stub.rates import ANSWER_SECONDS, ASK_AGAIN_SECONDS
from api_stub.settings import Settings, load
from dataset.errors import ToolkitError, UsageError
from tests.api_stub.database_servers import Redis, free_port, redis
from tests.api_stub.support import MODEL, serving, wait_until
from tests.support import one_sentence, python

SHARED = re.compile(r"^captcha_rate_limit_shared ([01])\.0$", re.M)
unix_only = pytest.mark.skipif("sys.platform == 'win32'", reason="servers of a Unix system")


@pytest.fixture
def server() -> Iterator[Redis]:
    with redis() as made:
        yield made


@contextlib.contextmanager
def endpoints(count: int, rate: str, url: str) -> Iterator[list[httpx.Client]]:
    with contextlib.ExitStack() as stack:
        settings = Settings(model=MODEL, rate=rate, rate_redis=url, api_key="k")
        clients = [stack.enter_context(serving(settings)) for _ in range(count)]
        for client in clients:
            client.headers["X-API-Key"] = "k"
        yield clients


def statuses(clients: list[httpx.Client], rounds: int) -> list[int]:
    """What each endpoint answers in turn."""
    return [client.get("/info").status_code for _ in range(rounds) for client in clients]


def shared(client: httpx.Client) -> bool:
    """What the metrics of an endpoint say; asking counts as a request."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    found = SHARED.search(answer.text)
    assert found
    return found[1] == "1"


@pytest.mark.full
@unix_only
def test_three_endpoints_share_one_limit(server: Redis) -> None:
    with endpoints(3, "10/minute", server.url) as clients:
        assert statuses(clients, 5) == [200] * 10 + [429] * 5
        refused = clients[2].get("/info")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert "10 per 1 minute" in refused.json()["error"]
        # Strangers have a count of their own.
        del clients[0].headers["X-API-Key"]
        assert clients[0].get("/info").status_code == 401


@pytest.mark.full
@unix_only
def test_a_killed_redis_leaves_each_endpoint_to_count_by_itself(
    server: Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("api_stub"), "propagate", True)
    with endpoints(2, "6/minute", server.url) as (first, second):
        assert statuses([first, second], 2) == [200] * 4  # each has counted two of its own
        server.signal(signal.SIGKILL)
        assert statuses([first, second], 5) == [200] * 8 + [429] * 2
        said = [record.getMessage() for record in caplog.records if "does not answer" in record.getMessage()]
        assert len(said) == 2, said  # once an endpoint, not once a request
        assert f"127.0.0.1:{server.port}" in said[0]


@pytest.mark.full
@unix_only
@pytest.mark.parametrize("lost", [signal.SIGKILL, signal.SIGSTOP])
def test_a_redis_that_comes_back_counts_again(server: Redis, lost: signal.Signals) -> None:
    with endpoints(1, "10000/minute", server.url) as (client,):
        assert client.get("/info").status_code == 200 and shared(client)
        server.signal(lost)
        assert client.get("/info").status_code == 200 and not shared(client)
        if lost == signal.SIGKILL:
            server.stop()
            server.start()
        else:
            server.signal(signal.SIGCONT)
        wait_until(lambda: shared(client))


def test_the_limit_of_one_endpoint_has_no_metric_of_sharing() -> None:
    with serving(Settings(model=MODEL, rate="100/minute")) as client:
        assert "captcha_rate_limit_shared" not in client.get("/metrics").text


def test_a_redis_that_is_down_at_the_start_is_told_in_one_sentence(artefact: Path) -> None:
    url = f"redis://:s3cret@127.0.0.1:{free_port()}/0"
    words = ("--model", artefact, "--port", "0", "--rate", "10/minute", "--rate-redis", url)
    done = python("-m", "api_stub", *words)
    assert done.returncode == 1
    assert one_sentence(done.stderr), done.stderr
    assert "Redis at 127.0.0.1" in done.stderr and "--rate-redis" in done.stderr and "s3cret" not in done.stderr


def test_the_environment_and_the_file_may_name_it(tmp_path: Path) -> None:
    config = tmp_path / "serve.toml"
    config.write_text('rate = "3/minute"\nrate_redis = "redis://127.0.0.1:1/0"\n')
    assert load(environ={}, config=config).rate_redis == "redis://127.0.0.1:1/0"
    environ = {"CAPTCHA_RATE_REDIS": "redis://:s3cret@127.0.0.1:2/0"}
    settings = load(environ=environ, config=config)
    assert settings.rate_redis == environ["CAPTCHA_RATE_REDIS"] and "s3cret" not in repr(settings)


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://127.0.0.1", "redis://127.0.0.1:port/0", ""])
def test_anything_but_the_address_of_a_redis_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="redis://"):
        Settings(rate="3/minute", rate_redis=url)


def test_a_redis_without_a_limit_is_refused() -> None:
    with pytest.raises(UsageError, match="10/minute"):
        Settings(rate_redis="redis://127.0.0.1/0")


def test_settings_are_checked_without_making_a_limiter(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_given: object, **_options: object) -> None:
        raise AssertionError("a pool of connections was made")

    monkeypatch.setattr("redis.asyncio.ConnectionPool.from_url", made)
    monkeypatch.setattr("api_stub.rates.RateLimit.__init__", made)
    assert Settings(rate="3/minute", rate_redis="redis+unix:///run/redis.sock").rate == "3/minute"


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis.asyncio", None)
    with pytest.raises(ToolkitError, match=r"captcha-toolkit\[replicas\]"):
        Settings(rate="3/minute", rate_redis="redis://127.0.0.1/0")


def test_a_lost_redis_holds_up_few() -> None:
    assert 2 * ANSWER_SECONDS < ASK_AGAIN_SECONDS
