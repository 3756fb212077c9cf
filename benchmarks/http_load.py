"""A thin HTTP/1.1 client for load: it costs little CPU itself, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back: the seconds of every answer, and how many were not 200."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    wall: float = 0.0


def request(path: str, key: str, kind: str, body: bytes) -> bytes:
    """A POST as it goes over the wire, with an API key."""
    headers = {"Host": "127.0.0.1", "X-API-Key": key, "Content-Type": kind, "Content-Length": str(len(body))}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def multipart(field: str, data: bytes) -> tuple[str, bytes]:
    """Content type and body of a form with one file."""
    head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="a.png"\r\n\r\n'
    return "multipart/form-data; boundary=x", head.encode() + data + b"\r\n--x--\r\n"


def run(port: int, message: bytes, *, clients: int, total: int, meanwhile: Callable[[], None] | None = None) -> Load:
    """Send `message` `total` times over `clients` connections, each waiting for its answer before the next."""
    return asyncio.run(_run(port, message, clients, total, meanwhile))


async def _run(port: int, message: bytes, clients: int, total: int, meanwhile: Callable[[], None] | None) -> Load:
    load = Load()
    left = iter(range(total))
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(port, message, left, load))
        if meanwhile is not None:
            group.create_task(asyncio.to_thread(meanwhile))
    load.wall = time.perf_counter() - started
    return load


async def _client(port: int, message: bytes, left: Iterator[int], load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in left:
        started = time.perf_counter()
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        load.seconds.append(time.perf_counter() - started)
        load.errors += not head.startswith(b"HTTP/1.1 200 ")
    writer.close()
    await writer.wait_closed()
