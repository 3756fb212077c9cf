"""Fetching pictures: only from the named host, and nothing can lead elsewhere."""

import asyncio
import io
import socket
from collections.abc import Iterator

import pytest
from PIL import Image

from api_stub.errors import FetchRefused
from api_stub.fetch import Fetcher
from dataset.errors import UsageError
from tests.api_stub.pictures_server import PictureServer, picture_server


@pytest.fixture
def pictures() -> Iterator[PictureServer]:
    with picture_server() as server:
        yield server


def get(fetcher: Fetcher, address: str) -> bytes:
    return asyncio.run(fetcher.get(address))


@pytest.mark.parametrize("named", ["127.0.0.1", "127.0.0.1:{port}", "localhost"])
def test_a_named_host_is_asked(pictures: PictureServer, named: str) -> None:
    host = named.partition(":")[0]
    fetcher = Fetcher([named.format(port=pictures.port)])
    body = get(fetcher, f"http://{host}:{pictures.port}/picture.png?x=1")
    assert Image.open(io.BytesIO(body)).size == (31, 20)
    assert pictures.hits[0][0] == "/picture.png?x=1"
    assert pictures.hits[0][1]["Host"] == f"{host}:{pictures.port}"


FORMS = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://allowed.test@127.0.0.1:{port}/",
    "http://allowed.test#@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@allowed.test/",
    "//127.0.0.1:{port}/",
    "file:///etc/passwd",
    "ftp://allowed.test/",
    "gopher://127.0.0.1:{port}/",
    "http://",
    "http://[",
    "",
    "picture.png",
    "http://allowed.test:99999/",
    "http://allowed.test.evil.test/",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hosts", [(), ("allowed.test",)])
def test_no_form_of_another_address_is_asked(
    pictures: PictureServer, monkeypatch: pytest.MonkeyPatch, form: str, hosts: tuple[str, ...]
) -> None:
    def resolve(host: str, *_: object, **__: object) -> list:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(FetchRefused):
        get(Fetcher(hosts), form.format(port=pictures.port))
    assert pictures.hits == []


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["224.0.0.1"],
        ["fe80::1%eth0"],
    ],
)
def test_a_name_that_resolves_to_a_private_address_is_refused(
    pictures: PictureServer, monkeypatch: pytest.MonkeyPatch, numbers: list[str]
) -> None:
    def resolve(host: str, port: int, *_: object, **__: object) -> list:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(FetchRefused, match="not fetched from this address"):
        get(Fetcher(["allowed.test"]), f"http://allowed.test:{pictures.port}/")
    assert pictures.hits == []


@pytest.mark.parametrize("path", ["/redirect", "/missing", "/big"])
def test_what_is_no_plain_picture_is_refused(pictures: PictureServer, path: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        get(Fetcher(["127.0.0.1"]), pictures.url + path)
    assert str(pictures.port) not in str(refused.value)
    assert [hit for hit, _ in pictures.hits] == [path]


def test_a_slow_host_is_given_up(pictures: PictureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api_stub.fetch.SECONDS", 0.2)
    with pytest.raises(FetchRefused, match="did not answer"):
        get(Fetcher(["127.0.0.1"]), pictures.url + "/slow")


def test_a_closed_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(FetchRefused, match="did not answer"):
        get(Fetcher(["127.0.0.1"]), f"http://127.0.0.1:{port}/")


def test_no_cookie_and_no_proxy(pictures: PictureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    fetcher = Fetcher(["127.0.0.1"])
    get(fetcher, pictures.url + "/a")
    get(fetcher, pictures.url + "/b")
    assert len(pictures.hits) == 2
    assert not any("cookie" in {name.lower() for name in headers} for _, headers in pictures.hits)


def test_an_origin_resolves_paths_and_gets_its_token(pictures: PictureServer) -> None:
    fetcher = Fetcher.of_origin(pictures.url, "t0ken")
    get(fetcher, "/data/upload/1/a.png")
    get(fetcher, pictures.url + "/data/b.png")
    assert [path for path, _ in pictures.hits] == ["/data/upload/1/a.png", "/data/b.png"]
    assert {headers["Authorization"] for _, headers in pictures.hits} == {"Token t0ken"}
    with pytest.raises(FetchRefused):
        get(fetcher, f"http://localhost:{pictures.port}/data/b.png")
    assert len(pictures.hits) == 2


@pytest.mark.parametrize("origin", ["localhost:8080", "ftp://x", "http://", "http://x/path", "http://u:p@x"])
def test_an_origin_is_an_origin(origin: str) -> None:
    with pytest.raises(UsageError, match="is not an origin"):
        Fetcher.of_origin(origin, None)
