"""The key, the rate limit, origins, and what a stranger's machine gets."""

from collections.abc import Iterator

import httpx
import pytest

from api_stub.security import Gate
from api_stub.settings import Settings
from tests.api_stub.support import MODEL, png, serving, text64

KEY = "clé-s3cret"
PICTURE = {"image": text64(png())}


@pytest.fixture(scope="module")
def guarded() -> Iterator[httpx.Client]:
    with serving(Settings(model=MODEL, api_key=KEY, cors=("http://app.test",))) as client:
        yield client


def test_the_key_opens(guarded: httpx.Client) -> None:
    answer = guarded.post("/predict", json=PICTURE, headers={"X-API-Key": KEY.encode()})
    assert answer.status_code == 200


def test_the_key_as_basic_password_opens(guarded: httpx.Client) -> None:
    assert guarded.post("/predict", json=PICTURE, auth=("anyone", KEY)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "wrong"},
        {"X-API-Key": ""},
        {"X-API-Key": KEY.encode() + b"x"},
        {"X-API-Key": b"\xff\xfe"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + text64(b"no colon")},
        {"Authorization": "Basic " + text64(KEY.encode() + b":wrong")},
        {"Authorization": "Bearer " + text64(KEY.encode())},
    ],
)
def test_anything_else_does_not(guarded: httpx.Client, headers: dict) -> None:
    for path in ("/predict", "/predict-batch", "/info", "/docs", "/metrics", "/openapi.json", "/nowhere"):
        answer = guarded.post(path, json=PICTURE, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "Invalid API key"})
        assert answer.headers["www-authenticate"].startswith("Basic ")


def test_health_and_options_need_no_key(guarded: httpx.Client) -> None:
    assert guarded.get("/health").status_code == 200
    assert guarded.options("/predict").status_code == 405


def test_the_key_is_compared_in_constant_time(guarded: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(given: bytes, key: bytes) -> bool:
        compared.append((given, key))
        return False

    monkeypatch.setattr("api_stub.security.hmac.compare_digest", compare)
    assert guarded.get("/info", headers={"X-API-Key": KEY.encode()}).status_code == 401
    assert compared == [(KEY.encode(), KEY.encode())]


def test_a_known_origin_may_call_and_no_other(guarded: httpx.Client) -> None:
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    known = guarded.options("/predict", headers={"Origin": "http://app.test", **ask})
    assert (known.status_code, known.headers["access-control-allow-origin"]) == (200, "http://app.test")
    for origin in ("http://app.test.evil", "https://app.test", "null"):
        answer = guarded.get("/health", headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers


def test_no_origin_may_call_by_default(client: httpx.Client) -> None:
    answer = client.get("/health", headers={"Origin": "http://localhost:3000"})
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_the_rate_limit_tells_when_to_come_back() -> None:
    with serving(Settings(model=MODEL, rate="3/minute", api_key="k")) as client:

        def ask(**headers: str) -> httpx.Response:
            return client.post("/predict", json=PICTURE, headers=headers)

        assert [ask(**{"X-API-Key": "k"}).status_code for _ in range(4)] == [200, 200, 200, 429]
        # Strangers are counted by address, whatever a header claims.
        spoofed = [ask(**{"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(4)]
        assert spoofed == [401, 401, 401, 429]
        refused = ask(**{"X-API-Key": "k"})
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert "3 per 1 minute" in refused.json()["error"]
        assert client.get("/health").status_code == 200


async def nothing(*_: object) -> None:
    raise AssertionError("the request was let in")


@pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8::1", "not an address"])
def test_without_a_key_other_machines_are_turned_away(peer: str) -> None:
    import asyncio

    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    gate = Gate(nothing, key=None, rate=None)
    scope = {"type": "http", "method": "GET", "path": "/info", "client": (peer, 1), "headers": []}
    asyncio.run(gate(scope, nothing, send))
    assert sent[0]["status"] == 401
    assert b"no API key" in sent[1]["body"]
