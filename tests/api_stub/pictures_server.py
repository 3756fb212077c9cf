"""A small HTTP server that hands out pictures and misbehaves on request; it remembers every hit."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.api_stub.support import png


class PictureServer(ThreadingHTTPServer):
    """`hits` are the (path, headers) of all requests so far."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hits: list[tuple[str, dict[str, str]]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    server: PictureServer

    def do_GET(self) -> None:
        self.server.hits.append((self.path, dict(self.headers)))
        with contextlib.suppress(ConnectionError):
            if self.path.startswith("/redirect"):
                self.send_response(302)
                self.send_header("Location", "/picture.png")
                self.end_headers()
            elif self.path.startswith("/slow"):
                time.sleep(5)
            elif self.path.startswith("/missing"):
                self.send_error(404)
            else:
                self._send(b"x" * 4_000_000 if self.path.startswith("/big") else png(30 + len(self.server.hits), 20))

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "session=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def picture_server() -> Iterator[PictureServer]:
    """A running server on a free port of loopback."""
    with PictureServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
