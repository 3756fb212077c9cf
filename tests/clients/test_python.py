"""The Python client, blocking and async, against a running endpoint."""

import asyncio
import base64
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import KEY, Endpoint

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python"))

from captcha_client import MAX_IMAGE_BYTES, AsyncClient, CaptchaError, Client


@pytest.fixture
def client(endpoint: Endpoint) -> Iterator[Client]:
    with Client(endpoint.url, api_key=KEY) as client:
        yield client


def test_health_and_info(client: Client) -> None:
    assert client.health()["model_loaded"] is True
    assert client.info()["name"] == "captcha-toolkit"


def test_bytes_text_and_path_read_alike(client: Client, endpoint: Endpoint) -> None:
    data = endpoint.picture.read_bytes()
    text = base64.b64encode(data).decode()
    readings = [client.predict(image) for image in (data, text, f"data:image/png;base64,{text}", endpoint.picture)]
    assert len(set(readings)) == 1
    assert "".join(one.char for one in readings[0].characters) == readings[0].text
    assert 0 <= readings[0].confidence <= 1


def test_a_batch_keeps_its_order(client: Client, endpoint: Endpoint) -> None:
    entries = client.predict_batch([endpoint.picture, b"no picture", endpoint.picture])
    assert entries[0] == entries[2] and entries[0].error is None
    assert entries[1].text is None and "not a" in str(entries[1].error)


def test_async_calls_are_the_same(client: Client, endpoint: Endpoint) -> None:
    async def read() -> tuple[object, ...]:
        async with AsyncClient(endpoint.url, api_key=KEY) as other:
            one, many = await asyncio.gather(other.predict(endpoint.picture), other.predict_batch([endpoint.picture]))
            return one, many, await other.health(), await other.info()

    expected = (
        client.predict(endpoint.picture),
        client.predict_batch([endpoint.picture]),
        client.health(),
        client.info(),
    )
    assert asyncio.run(read()) == expected


def test_refusals(client: Client, endpoint: Endpoint, tmp_path: Path) -> None:
    with Client(endpoint.url, api_key="wrong") as stranger, pytest.raises(CaptchaError, match="API key") as refused:
        stranger.info()
    assert refused.value.status == 401
    with pytest.raises(CaptchaError, match="No image provided") as refused:
        client.predict(b"")
    assert refused.value.status == 400
    large = tmp_path / "large.png"
    large.write_bytes(bytes(MAX_IMAGE_BYTES + 1))
    for image in (large, large.read_bytes()):
        with pytest.raises(CaptchaError, match="500,000"):
            client.predict(image)
    with pytest.raises(CaptchaError, match="at most 64"):
        client.predict_batch([b""] * 65)
    with pytest.raises(CaptchaError, match="cannot be read"):
        client.predict(tmp_path / "nowhere.png")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}") as client, pytest.raises(CaptchaError, match="No answer") as refused:
        client.health()
    assert refused.value.status == 0

    async def call() -> None:
        async with AsyncClient(f"http://127.0.0.1:{port}") as other:
            await other.health()

    with pytest.raises(CaptchaError, match="No answer"):
        asyncio.run(call())
