"""The pages of the browser: nothing from outside, and a program at `/` still gets JSON."""

import re
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from PIL import Image

from api_stub.settings import Settings
from tests.api_stub.browser import PROGRAM, browsing
from tests.api_stub.support import MODEL, SizeReader, SizeReading, png, serving

FILES = ("start.css", "start.js", "docs.css", "icon.svg")
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_browser_gets_the_page_and_a_program_json(client: httpx.Client) -> None:
    page = client.get("/", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["vary"] == "Accept"
    message = client.get("/").json()["message"]
    assert isinstance(message, str) and message


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_needs_nothing_from_outside(client: httpx.Client, path: str) -> None:
    page = client.get(path, headers=BROWSER)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    links = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert links and not [link for link in links if ":" in link or link.startswith("/")]
    for link in set(links) & set(FILES):
        assert client.get(f"/{link}").status_code == 200


@pytest.mark.parametrize("name", FILES)
def test_the_files_name_no_other_host(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/{name}")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"(https?:)?//[a-z]", answer.text.replace("http://www.w3.org/2000/svg", ""))


def test_the_docs_list_every_operation(client: httpx.Client) -> None:
    page = client.get("/docs").text
    assert "<code>error</code>" in page and "`" not in page
    for path in client.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page


@pytest.mark.full
@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_a_person_reads_a_picture_in_the_browser(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(png(160, 60))
    bad.write_bytes(b"no picture")
    with serving(Settings(model=MODEL)) as client, browsing(tmp_path / "profile") as page:
        page.call("Page.navigate", url=f"{client.base_url}")
        page.until("document.getElementById('model')?.textContent.startsWith('Model ready: 11 characters')")
        page.choose("#file", good)
        page.until("document.querySelectorAll('.char').length === 6")
        assert page.run("document.getElementById('copy').dataset.text") == "160x60"
        assert page.run("document.getElementById('confidence').textContent") == "75\u00a0%"
        assert not page.complaints
        page.choose("#file", bad)
        page.until("document.getElementById('problem').textContent.includes('not a PNG')")
        assert page.run("document.getElementById('history').innerText.trim()") == "160x60"


class SumReader(SizeReader):
    """Reads every picture as a sum, whose second character it is not sure of."""

    def read(self, images: Sequence[Image.Image]) -> list[SizeReading]:
        return [Sum("2+3", answer="5") for _ in images]


class Sum(SizeReading):
    @property
    def characters(self) -> Sequence[tuple[str, float]]:
        return [("2", 0.99), ("+", 0.2), ("3", 0.99)]


@pytest.mark.full
@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_doubt_and_the_answer_are_shown_in_light_and_dark(tmp_path: Path) -> None:
    picture = tmp_path / "sum.png"
    picture.write_bytes(png(160, 60))
    papers = set()
    with serving(Settings(model=MODEL), SumReader()) as client, browsing(tmp_path / "profile") as page:
        for scheme in ("light", "dark"):
            page.look(1000, 800, scheme)
            page.call("Page.navigate", url=f"{client.base_url}")
            page.until("document.getElementById('model')?.textContent.startsWith('Model ready')")
            page.choose("#file", picture)
            page.until("document.querySelectorAll('.char').length === 3")
            assert page.run("document.getElementById('answer').innerText") == "5"
            colours = page.run("[...document.querySelectorAll('.char')].map((box) => getComputedStyle(box).color)")
            assert colours[0] == colours[2] != colours[1]
            papers.add(page.run("getComputedStyle(document.body).backgroundColor"))
        assert not page.complaints
    assert len(papers) == 2
