"""The demo site's HTTP server: standard library only, loopback only."""

import contextlib
import ipaddress
import json
import secrets
import time
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from dataset.errors import UsageError
from scraper.demo_site import pages
from scraper.demo_site.pictures import KINDS
from scraper.demo_site.state import Session, State
from scraper.errors import DemoSiteError

_COOKIE = "demo_session"
_HTML, _PNG, _JSON, _TEXT = "text/html; charset=utf-8", "image/png", "application/json", "text/plain"
_LONGEST_FORM = 10_000
_DRIP_SECONDS = 0.5
_HUGE = 50_000_000


class DemoServer(ThreadingHTTPServer):
    """The listening site. `state` is its memory, `address` its URL without a trailing slash."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, state: State, host: str = "127.0.0.1", port: int = 0) -> None:
        if not _is_loopback(host):
            raise UsageError(f"the demo site listens on this machine only: give --host 127.0.0.1, not {host}")
        self.state = state
        try:
            super().__init__((host, port), Handler)
        except OSError as error:
            raise DemoSiteError(
                f"the demo site cannot listen on port {port} ({error.strerror}); --port 0 takes a free one"
            ) from None
        self.address = f"http://{host}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no error worth a traceback."""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


class Handler(BaseHTTPRequestHandler):
    """One connection. Shapes: a page with a picture, a page behind a form, a page by script, a picture alone."""

    server: DemoServer
    protocol_version = "HTTP/1.1"
    server_version = "captcha-demo-site"
    timeout = 60
    # Headers and body leave in one packet: otherwise every reply waits for a delayed acknowledgement.
    wbufsize = 65536
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the collector counts, not the site."""

    def do_GET(self) -> None:
        state = self.server.state
        state.count("requests")
        url = urlsplit(self.path)
        match url.path.strip("/").split("/"):
            case [""]:
                self._send(200, _HTML, pages.index())
            case ["robots.txt"]:
                self._robots()
            case ["answer"]:
                self._key(parse_qs(url.query))
            case ["counts"]:
                self._counts(parse_qs(url.query))
            case ["form", kind] if kind in KINDS:
                session = self._session() or state.new_session()
                state.count("pages")
                self._send(200, _HTML, pages.form_first(kind, secrets.token_hex(4)), session)
            case ["script", kind] if kind in KINDS:
                state.count("pages")
                session = self._session() or state.new_session()
                self._send(200, _HTML, pages.scripted(f"/{kind}/captcha.png"), session)
            case [kind] if kind in KINDS:
                self._page(kind, self._session() or state.new_session(), f"/{kind}/captcha.png")
            case ["one", name] if name.removesuffix(".png") in KINDS:
                self._picture(name.removesuffix(".png"), self._session() or state.new_session())
            case ["form", kind, "captcha.png"] if kind in KINDS:
                session_or_none = self._session()
                self._picture(kind, session_or_none if session_or_none and session_or_none.form_passed else None)
            case [kind, "captcha.png"] | ["moved", kind] if kind in KINDS:
                self._picture(kind, self._session(), moved=url.path.startswith("/moved"))
            case _:
                self._refuse(404, "There is no such page.")

    def do_POST(self) -> None:
        self.server.state.count("requests")
        form = self._form()
        session = self._session()
        match urlsplit(self.path).path.strip("/").split("/"):
            case ["form", kind] if kind in KINDS:
                agreed = form.get("agree") == "yes" and form.get("go") == "continue" and form.get("ticket")
                if session is None or not agreed:
                    self._refuse(400, "Agree and continue first.")
                    return
                session.form_passed = True
                self._page(kind, session, f"/form/{kind}/captcha.png")
            case ["submit"]:
                right = session is not None and self.server.state.submit(session, form.get("answer", ""))
                text = "accepted" if right else "refused"
                self._send(200, _HTML, pages.message("Answer", text))
            case _:
                self._refuse(404, "There is no such form.")

    def _page(self, kind: str, session: Session, image_url: str) -> None:
        self.server.state.count("pages")
        if session.mode == "page-503":
            self._refuse(503, "Too busy.")
        else:
            html = pages.captcha(None if session.mode == "no-image" else image_url)
            self._send(200, _HTML, html, session)

    def _picture(self, kind: str, session: Session | None, *, moved: bool = False) -> None:
        if session is None:
            self._refuse(403, "Visit the page first.")
        elif session.mode is None or session.mode == "constant" or moved:
            self._send(200, _PNG, self.server.state.picture(kind, session).data, session)
        else:
            self._misbehave(session.mode, kind, session)

    def _misbehave(self, mode: str, kind: str, session: Session) -> None:
        match mode:
            case "503":
                self._refuse(503, "Too busy.")
            case "429":
                self._send(429, _HTML, pages.message("Slow down", "Too many."), headers={"Retry-After": "1"})
            case "html":
                self._send(200, _HTML, pages.message("Blocked", "No picture for you."))
            case "empty":
                self._send(200, _PNG, b"")
            case "redirect":
                self._send(302, _TEXT, "", headers={"Location": f"/moved/{kind}"})
            case "loop":
                self._send(302, _TEXT, "", headers={"Location": f"{self.path.split('?')[0]}?{time.monotonic_ns()}"})
            case "offsite":
                port = self.server.server_address[1]
                self._send(302, _TEXT, "", headers={"Location": f"http://localhost:{port}/one/{kind}.png"})
            case "huge":
                self._stream(_HUGE, iter(lambda: bytes(1_000_000), None))
            case _:
                self._break_off(mode, self.server.state.picture(kind, session).data)

    def _break_off(self, mode: str, data: bytes) -> None:
        if mode == "truncated":
            self._send(200, _PNG, data[: len(data) // 2])
        elif mode == "cut":
            self._stream(len(data), iter([data[: len(data) // 2]]))
        else:
            self._stream(len(data), iter(data[n : n + 1] for n in range(len(data))), _DRIP_SECONDS)

    def _stream(self, announced: int, parts: object, pause: float = 0.0) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", _PNG)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        sent = 0
        with contextlib.suppress(OSError):
            for part in parts:  # type: ignore[attr-defined]
                self.wfile.write(part)
                self.wfile.flush()
                sent += len(part)
                if sent >= announced:
                    break
                time.sleep(pause)

    def _robots(self) -> None:
        lines = ["User-agent: *"]
        site_wide = self.server.state.hostility.site_wide
        lines.append("Disallow: /" if "robots" in site_wide else "Disallow:")
        if "crawl-delay" in site_wide:
            lines.append("Crawl-delay: 0.3")
        self._send(200, _TEXT, "\n".join([*lines, ""]))

    def _key(self, query: dict[str, list[str]]) -> None:
        if self._opened(query):
            found = self.server.state.answer(query.get("sha256", [""])[0])
            self._send(200 if found else 404, _JSON, json.dumps(found))

    def _counts(self, query: dict[str, list[str]]) -> None:
        if self._opened(query):
            self._send(200, _JSON, json.dumps(self.server.state.counts()))

    def _opened(self, query: dict[str, list[str]]) -> bool:
        opened = self.server.state.may_ask(query.get("token", [""])[0])
        if not opened:
            self._refuse(403, "The answer key needs the token that the site printed at its start.")
        return opened

    def _session(self) -> Session | None:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get(_COOKIE)
        except CookieError:
            return None
        return self.server.state.session(cookie.value if cookie else None)

    def _form(self) -> dict[str, str]:
        try:
            length = int(self.headers.get("Content-Length", "0"))
        except ValueError:
            length = -1
        if not 0 <= length <= _LONGEST_FORM:
            self.close_connection = True
            return {}
        body = self.rfile.read(length).decode("utf-8", "replace")
        return {name: values[-1] for name, values in parse_qs(body).items()}

    def _refuse(self, status: int, text: str) -> None:
        self._send(status, _HTML, pages.message(str(status), text))

    def _send(
        self,
        status: int,
        content_type: str,
        body: str | bytes,
        session: Session | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        if content_type == _PNG and "noai" in self.server.state.hostility.site_wide:
            self.send_header("X-Robots-Tag", "noai, noimageai")
        if session is not None:
            self.send_header("Set-Cookie", f"{_COOKIE}={session.id}; Path=/; HttpOnly; SameSite=Lax")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)
