"""A real server on a free port, pictures to send, and a recogniser whose readings can be foretold."""

import base64
import contextlib
import dataclasses
import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from PIL import Image

from api_stub.app import create_app
from api_stub.protocol import JsonHttp
from api_stub.settings import Settings

MODEL = Path("sizes.onnx")


@dataclass(frozen=True)
class SizeReading:
    """The reading of a picture of W x H pixels: the text `WxH`."""

    text: str
    confidence: float = 0.75
    type: str | None = None
    answer: str | None = None

    @property
    def characters(self) -> Sequence[tuple[str, float]]:
        return [(char, 0.9) for char in self.text]


class SizeReader:
    """Reads every picture as its size, so that a test knows which reading belongs to which picture.

    It takes the recogniser's place at the seam that `create_app` offers; `hold` keeps a reading waiting.
    """

    version = "sizes-1"
    charset = SimpleNamespace(characters="0123456789x")
    info: Mapping[str, Any] = {
        "image_size": (60, 160),
        "max_sequence_length": 9,
        "types": ("size",),
        "exact_match": 1.0,
        "architecture": "sizes",
        "training": {"epochs": 0},
    }

    def __init__(self) -> None:
        self.hold = threading.Event()
        self.hold.set()

    def read(self, images: Sequence[Image.Image]) -> list[SizeReading]:
        assert self.hold.wait(20)
        return [SizeReading(f"{image.width}x{image.height}") for image in images]


@contextlib.contextmanager
def serving(settings: Settings, reader: SizeReader | None = None) -> Iterator[httpx.Client]:
    """A client whose base URL is a server of its own in a thread; the server has stopped afterwards."""
    with contextlib.ExitStack() as stack:
        if settings.data is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            settings = dataclasses.replace(settings, data=Path(folder))
        recogniser = reader or SizeReader()
        if reader is not None:
            stack.callback(reader.hold.set)
        app = create_app(settings, loader=lambda _path: recogniser)
        yield stack.enter_context(serving_app(app))


@contextlib.contextmanager
def serving_app(app: FastAPI) -> Iterator[httpx.Client]:
    """The same for an application that is there already."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", access_log=False, ws="none", proxy_headers=False, http=JsonHttp)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive())
        port = listener.getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextlib.contextmanager
def running(*words: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`python -m api_stub` on a free port as a process of its own, and a client of it; stopped afterwards."""
    with subprocess.Popen(
        [sys.executable, "-m", "api_stub", *words, "--port", "0"],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:[1-9][0-9]+", server.stdout.readline())
            assert found, server.stderr and server.stderr.read()
            with httpx.Client(base_url=found[0], timeout=20) as client:
                yield server, client
        finally:
            server.terminate()


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Return as soon as `true()` is; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def png(width: int = 160, height: int = 60, mode: str = "RGB", format: str = "PNG") -> bytes:
    """An encoded one-coloured picture."""
    target = io.BytesIO()
    Image.new(mode, (width, height)).save(target, format)
    return target.getvalue()


def noise(side: int) -> bytes:
    """A valid PNG that does not compress: about three bytes a pixel."""
    pixels = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()


def text64(data: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(data).decode()


def raw(client: httpx.Client, request: bytes, seconds: float = 10) -> bytes:
    """Send bytes as they are over a socket and return all that comes back until the server closes."""
    url = client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=seconds) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer
