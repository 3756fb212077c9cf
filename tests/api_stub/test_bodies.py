"""Body limits hold before anything parses, with and without a declared length; slow callers bother nobody."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from api_stub.bodies import BATCH_BYTES, BODY_BYTES
from api_stub.settings import Settings
from tests.api_stub.support import MODEL, png, raw, serving, text64


def chunks(total: int) -> Iterator[bytes]:
    for _ in range(total // 65536 + 1):
        yield b" " * 65536


def assert_too_large(answer: httpx.Response) -> None:
    assert answer.status_code == 413
    assert "limit" in answer.json()["error"]
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize("path", ["/predict", "/nowhere", "/health"])
def test_oversize_with_a_declared_length(client: httpx.Client, path: str, kind: str) -> None:
    answer = client.post(path, content=b" " * (BODY_BYTES + 1), headers={"content-type": kind})
    assert_too_large(answer)


@pytest.mark.parametrize(("path", "limit"), [("/predict", BODY_BYTES), ("/predict-batch", BATCH_BYTES)])
def test_oversize_without_a_declared_length(client: httpx.Client, path: str, limit: int) -> None:
    assert_too_large(client.post(path, content=chunks(limit), headers={"content-type": "application/json"}))


def test_a_declared_length_is_refused_before_a_byte_is_sent(client: httpx.Client) -> None:
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n"
    answer = raw(client, head)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b'1,048,576"}')


def test_a_batch_may_be_larger_than_one_picture(client: httpx.Client) -> None:
    images = [text64(png())] + [" " * 65536] * 20
    assert client.post("/predict-batch", json={"images": images}).status_code == 200


def test_the_connection_serves_on_after_an_ordinary_error(client: httpx.Client) -> None:
    for _ in range(3):
        assert client.post("/predict", json={}).status_code == 400


@pytest.fixture(scope="module")
def hasty() -> Iterator[httpx.Client]:
    with serving(Settings(model=MODEL, body_seconds=0.2)) as client:
        yield client


def test_a_body_that_never_ends_is_given_up(hasty: httpx.Client) -> None:
    answer = raw(hasty, b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'{"error":"The body was not complete after 0.2 s"}' in answer


def test_slow_callers_do_not_block_others(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port)
    starts = (
        b"POST /predict HTTP/1.1\r\nHo",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
    )
    slow = [socket.create_connection(address) for _ in range(40)]
    try:
        for index, connection in enumerate(slow):
            connection.sendall(starts[index % 2])
        for _ in range(5):
            assert client.post("/predict", json={"image": text64(png())}).status_code == 200
    finally:
        for connection in slow:
            connection.close()
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("start", [b"", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: x\r\nX-More: "])
def test_a_head_that_never_ends_is_given_up(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr("api_stub.protocol.HEADER_SECONDS", 0.1)
    assert raw(client, start) == b""
    if start:
        answered = raw(client, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" + start)
        assert answered.startswith(b"HTTP/1.1 200 ")


def test_many_large_bodies_at_once_are_answered_or_told_to_come_back(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api_stub.bodies.ALL_BODIES_BYTES", 100_000)
    big = client.post("/predict", content=b" " * 200_000)
    assert (big.status_code, big.headers["retry-after"]) == (503, "1")
    statuses: list[int] = []

    def send() -> None:
        statuses.append(client.post("/predict", json={"image": text64(png())}).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4
