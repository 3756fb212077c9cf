"""Fetching a picture from one of the hosts that the settings name, and from nowhere else."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from functools import cache

import httpx

from api_stub.errors import FetchRefused
from api_stub.model import PICTURE_LIMITS
from dataset.errors import UsageError

SECONDS = 3.0
_PORTS = {"http": 80, "https": 443}
_TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::ffff:0:0/96")))
"""IPv6 forms of IPv4 addresses, private ones included."""
_OWN_MACHINE = "localhost"


class Fetcher:
    """GETs from `hosts` only, each `HOST` (any port) or `HOST:PORT`, compared exactly as written.

    http and https; no redirects, cookies, proxy variables or credentials in the address; 3 s and 500 KB at most. A
    name is resolved once, checked, and the connection goes to the address that was checked: a name that resolves to
    a private or loopback address is refused. Only an address written in numbers, or localhost, may be private.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = {host.lower() for host in hosts}
        self._base = httpx.URL("")
        self._headers: dict[str, str] = {}
        self._private = False

    @classmethod
    def of_origin(cls, origin: str | None, token: str | None) -> "Fetcher":
        """One that knows a single origin (none: it refuses everything), its access token, and paths there.

        The origin is the operator's own choice, so it may lie in a private network. Raises `UsageError`.
        """
        if origin is None:
            return cls(())
        base = httpx.URL(origin)
        if base.scheme not in _PORTS or not base.host or base.path != "/" or base.userinfo:
            raise UsageError(f"{origin} is not an origin: write it like http://localhost:8080")
        host = f"[{base.host}]" if ":" in base.host else base.host
        fetcher = cls((f"{host}:{base.port or _PORTS[base.scheme]}",))
        fetcher._base, fetcher._private = base, True
        if token is not None:
            fetcher._headers["Authorization"] = f"Token {token}"
        return fetcher

    async def get(self, address: str) -> bytes:
        """The body of a 200 answer; raises `FetchRefused`, whose text never tells what lies behind an address."""
        url = self._checked(address)
        try:
            async with asyncio.timeout(SECONDS):
                number = await self._resolve(url)
                return await self._download(url, number)
        except (OSError, TimeoutError, httpx.HTTPError, UnicodeError):
            raise FetchRefused("The picture's address did not answer") from None

    def _checked(self, address: str) -> httpx.URL:
        try:
            url = self._base.join(address)
        except (httpx.InvalidURL, ValueError, TypeError):
            raise FetchRefused("The picture's address is not a URL") from None
        port = url.port or _PORTS.get(url.scheme)
        named = {url.host, f"{url.host}:{port}", f"[{url.host}]:{port}"}
        if url.scheme not in _PORTS or url.userinfo or not named & self._hosts:
            raise FetchRefused("Pictures are not fetched from this address")
        return url

    async def _resolve(self, url: httpx.URL) -> str:
        """The address to connect to, as numbers; raises `FetchRefused` when any address of a name is not public."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        numbers = [str(address[0]) for *_, address in found]
        trusted = self._private or url.host == _OWN_MACHINE or url.host in numbers
        if not trusted and not all(map(_public, numbers)):
            raise FetchRefused("Pictures are not fetched from this address")
        return numbers[0]

    async def _download(self, url: httpx.URL, number: str) -> bytes:
        pinned = url.copy_with(host=number)
        headers = {**self._headers, "Host": url.netloc.decode("ascii")}
        # A client of its own for each picture: one that lives on would keep cookies.
        async with (
            httpx.AsyncClient(trust_env=False, verify=_certificates(), timeout=SECONDS) as client,
            client.stream("GET", pinned, headers=headers, extensions={"sni_hostname": url.host}) as response,
        ):
            if response.status_code != 200:
                raise FetchRefused("The picture's address did not answer with a picture")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > PICTURE_LIMITS.max_bytes:
                    raise FetchRefused(f"The picture has more than {PICTURE_LIMITS.max_bytes:,} bytes")
            return bytes(body)


def _public(number: str) -> bool:
    """Whether an address lies in the public network, not counting those that stand for another address."""
    address = ipaddress.ip_address(number.partition("%")[0])
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _TRANSLATED if network.version == address.version)
    )


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
