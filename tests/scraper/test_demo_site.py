import contextlib
import http.client
import io
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator

import psutil
import pytest
from PIL import Image

from dataset.errors import UsageError
from dataset.hashing import sha256_of
from scraper.demo_site.client import AnswerKey
from scraper.demo_site.hostile import Hostility
from scraper.demo_site.pictures import Painter, accepts
from scraper.demo_site.process import DemoSite
from scraper.demo_site.server import DemoServer
from scraper.demo_site.state import State
from scraper.errors import DemoSiteError
from tests.scraper.support import command, environment, mock_site


class Visitor:
    """A browser without a screen: keeps the session cookie."""

    def __init__(self, address: str) -> None:
        self.connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
        self.cookie = ""

    def ask(self, path: str, form: str | None = None, cookie: bool = True) -> tuple[int, bytes, dict[str, str]]:
        headers = {"Cookie": self.cookie} if cookie and self.cookie else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if form is None else "POST", path, body=form, headers=headers)
        reply = self.connection.getresponse()
        body = reply.read()
        if given := reply.getheader("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        return reply.status, body, {name.lower(): value for name, value in reply.getheaders()}

    def close(self) -> None:
        self.connection.close()


@contextlib.contextmanager
def visit(*hostile: str, drawn: bool = False) -> Iterator[tuple[Visitor, DemoServer]]:
    with mock_site(*hostile, drawn=drawn) as site, contextlib.closing(Visitor(site.address)) as visitor:
        yield visitor, site


@pytest.mark.parametrize(("kind", "length"), [("text", 5), ("sums", 6)])
def test_a_page_and_a_fresh_picture_at_every_hit_of_one_url(kind: str, length: int) -> None:
    with visit(drawn=True) as (visitor, site):
        status, html, _ = visitor.ask(f"/{kind}/")
        assert status == 200 and f'src="/{kind}/captcha.png"'.encode() in html
        pictures = [visitor.ask(f"/{kind}/captcha.png")[1] for _ in range(3)]
        key = AnswerKey(site.address, site.state.token)
        assert len({sha256_of(data) for data in pictures}) == 3
        for data in pictures:
            assert Image.open(io.BytesIO(data)).format == "PNG"
            assert len(key.text_of(sha256_of(data))) == length and key.kind_of(sha256_of(data)) == kind
        assert key.counts()["sessions"] == 1 and key.counts()["pictures"] == 3


def test_without_the_pages_cookie_there_is_no_picture() -> None:
    with visit() as (visitor, _):
        assert visitor.ask("/text/captcha.png")[0] == 403
        visitor.ask("/text/")
        assert visitor.ask("/text/captcha.png", cookie=False)[0] == 403
        assert visitor.ask("/text/captcha.png")[0] == 200


def test_behind_the_form() -> None:
    with visit() as (visitor, _):
        html = visitor.ask("/form/text/")[1].decode()
        assert visitor.ask("/form/text/captcha.png")[0] == 403
        ticket = html.split('name="ticket" value="')[1].split('"')[0]
        for wrong in ("", "agree=yes", f"ticket={ticket}&go=continue", f"ticket={ticket}&agree=yes&go=cancel"):
            assert visitor.ask("/form/text/", form=wrong)[0] == 400
        assert visitor.ask("/form/text/", form=f"ticket={ticket}&agree=yes&go=continue")[0] == 200
        assert visitor.ask("/form/text/captcha.png")[0] == 200


def test_answers_are_accepted_once() -> None:
    with visit() as (visitor, site):
        key = AnswerKey(site.address, site.state.token)
        visitor.ask("/text/")
        text = key.text_of(sha256_of(visitor.ask("/text/captcha.png")[1]))
        assert b"accepted" in visitor.ask("/submit", form=f"answer={text.upper()}")[1]
        assert b"refused" in visitor.ask("/submit", form=f"answer={text}")[1]
        visitor.ask("/text/captcha.png")
        assert b"refused" in visitor.ask("/submit", form="answer=wrong")[1]
        assert b"refused" in visitor.ask("/submit", form="answer=" + "x" * 20_000)[1]
        counts = key.counts()
    assert counts["submitted"] == 4 and counts["accepted"] == 1


@pytest.mark.parametrize(
    ("label", "answer", "right"),
    [("12+3=?", "15", True), ("12-3=?", " 9 ", True), ("12+3=?", "12+3=?", True), ("12+3=?", "14", False),
     ("AB3CD", "ab3cd", True), ("AB3CD", "ab3c", False), ("AB3CD", "", False)],
)  # fmt: skip
def test_what_an_answer_may_be(label: str, answer: str, right: bool) -> None:
    assert accepts(label, answer) is right


def test_the_answer_key_needs_the_token() -> None:
    with visit() as (visitor, site):
        assert visitor.ask("/answer?sha256=x")[0] == 403
        assert visitor.ask("/counts?token=%C3%A4")[0] == 403
        with pytest.raises(DemoSiteError, match="does not take this token"):
            AnswerKey(site.address, "wrong").counts()
        with pytest.raises(DemoSiteError, match="has never shown this picture"):
            AnswerKey(site.address, site.state.token).text_of("0" * 64)
    with pytest.raises(DemoSiteError, match="does not answer"):
        AnswerKey(site.address, site.state.token).counts()


@pytest.mark.parametrize("path", ["/nothing", "/text/nothing", "/../etc/passwd", "/one/cats.png", "/form/cats/"])
def test_unknown_pages(path: str) -> None:
    with visit() as (visitor, _):
        assert visitor.ask(path)[0] == 404
        assert visitor.ask(path, form="a=b")[0] == 404


def test_a_broken_cookie_is_no_session() -> None:
    with visit() as (visitor, _):
        visitor.cookie = "demo_session=[]{}; \x01=;;"
        assert visitor.ask("/text/captcha.png")[0] == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "example.org", ""])
def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(UsageError, match="this machine only"):
        DemoServer(State(Painter(), Hostility()), host)


def test_a_busy_port_is_said() -> None:
    with mock_site() as site:
        done = subprocess.run(
            command("demo-site", "--port", site.server_address[1]),
            env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1 and "cannot listen on port" in done.stderr and "Traceback" not in done.stderr


def test_each_start_has_other_pictures_unless_it_is_given_a_seed() -> None:
    assert Painter().draw("sums").sha256 != Painter().draw("sums").sha256
    assert Painter(7).draw("text") == Painter(7).draw("text")


def test_troubles_keep_their_shares_over_every_hundred_sessions() -> None:
    hostility = Hostility.parse(["503=0.3", "html=0.07"])
    assert Counter(hostility.pick() for _ in range(300)) == {"503": 90, "html": 21, None: 189}
    assert Hostility.parse(["robots"]).pick() is None and Hostility.parse(["robots"]).site_wide == {"robots"}


@pytest.mark.parametrize("words", [["rude"], ["503=x"], ["503=1.5"], ["503=nan"], ["503=-1"], ["503=0.6", "html=0.6"]])
def test_troubles_that_cannot_be(words: list[str]) -> None:
    with pytest.raises(UsageError):
        Hostility.parse(words)


@pytest.mark.parametrize(
    ("mode", "status", "content"),
    [("503", 503, b"busy"), ("429", 429, b"many"), ("html", 200, b"<!doctype"), ("empty", 200, b""),
     ("redirect", 302, b""), ("loop", 302, b""), ("offsite", 302, b"")],
)  # fmt: skip
def test_hostile_pictures(mode: str, status: int, content: bytes) -> None:
    with visit(mode) as (visitor, _):
        visitor.ask("/text/")
        found, body, headers = visitor.ask("/text/captcha.png")
    assert found == status and content in body
    assert (headers.get("retry-after") == "1") == (mode == "429")
    assert headers.get("location", "").startswith("http://localhost:") == (mode == "offsite")


def test_hostile_pages_and_headers() -> None:
    with visit("page-503") as (visitor, _):
        assert visitor.ask("/text/")[0] == 503
    with visit("no-image") as (visitor, _):
        assert b"<img" not in visitor.ask("/text/")[1]
    with visit("robots", "crawl-delay", "noai") as (visitor, _):
        robots = visitor.ask("/robots.txt")[1]
        assert b"Disallow: /\n" in robots and b"Crawl-delay" in robots
        assert visitor.ask("/one/text.png")[2]["x-robots-tag"] == "noai, noimageai"
    with visit() as (visitor, _):
        assert b"Disallow:\n" in visitor.ask("/robots.txt")[1]


def test_broken_transfers() -> None:
    with visit("truncated") as (visitor, _), pytest.raises(OSError, match=r"truncated|broken"):
        Image.open(io.BytesIO(visitor.ask("/one/text.png")[1])).load()
    with visit("cut") as (visitor, _), pytest.raises(http.client.IncompleteRead):
        visitor.ask("/one/text.png")
    with visit("constant") as (visitor, _):
        assert visitor.ask("/one/text.png")[1] == visitor.ask("/one/text.png")[1]


def test_the_process_prints_address_and_token_and_dies_with_its_parent() -> None:
    program = "from scraper.demo_site.process import DemoSite as D; d = D(); print(d.address, d.token, d.pid); input()"
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        address, token, pid = parent.stdout.readline().split()
        assert AnswerKey(address, token).counts()["sessions"] == 0
        site = psutil.Process(int(pid))
        parent.kill()
        site.wait(timeout=20)
        with pytest.raises(DemoSiteError, match="does not answer"):
            AnswerKey(address, token).counts()


def test_a_site_that_is_stopped_is_gone_and_stopping_twice_is_harmless() -> None:
    with DemoSite(seed=3) as site:
        assert urllib.request.urlopen(site.address, timeout=10).status == 200
    site.stop()
    port = int(site.address.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_site_that_cannot_start_says_how_to_see_why() -> None:
    with pytest.raises(DemoSiteError, match="did not start"):
        DemoSite(hostile=["rude"])
