"""The documentation site: `make docs`."""

import functools
import http.server
import importlib.util
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from tests.api_stub.artefact import write_artefact
from tests.api_stub.browser import PROGRAM, browsing
from tests.structure.documents import PAGES, name_of
from tests.support import ROOT, run

SITE = ROOT / "build" / "docs" / "site"
# Only a link that a reader follows may lead to another host.
_FETCHED = re.compile(
    r"<(?:script|img|source|iframe)[^>]*\bsrc=[\"']?((?:https?:)?//[^\"' >]+)"
    r"|<link(?![^>]*rel=[\"']?(?:canonical|license))[^>]*\bhref=[\"']?((?:https?:)?//[^\"' >]+)"
    r"|(?:@import|url\()\s*[\"']?((?:https?:)?//[^\"')]+)"
)


@pytest.fixture(scope="module")
def site() -> Path:
    done = run(sys.executable, ROOT / "packaging" / "docs" / "build.py", timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return SITE


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    place = ROOT / "packaging" / "docs" / "pages.py"
    spec = importlib.util.spec_from_file_location("docs_pages", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_it_builds_and_has_every_page(site: Path) -> None:
    for page in PAGES:
        name = "index.md" if name_of(page) == "README.md" else name_of(page).removeprefix("docs/")
        assert (site / name).with_suffix(".html").is_file(), name
    for program in ("dataset", "scrape", "label", "ocr", "serve"):
        text = (site / "commands" / f"captcha-{program}.html").read_text(encoding="utf-8")
        assert f"captcha-{program}" in text and "--version" in text


def test_the_references_are_complete(site: Path) -> None:
    commands = (site / "commands" / "captcha-ocr.html").read_text(encoding="utf-8")
    listing = run(sys.executable, "-m", "ocr", "--help").stdout.partition("COMMAND\n")[2].partition("\noptions:")[0]
    names = re.findall(r"^ {4}([a-z][a-z-]*)", listing, re.M)
    assert len(names) > 5 and not [name for name in names if f"captcha-ocr {name}" not in commands]
    train = run(sys.executable, "-m", "ocr", "train", "--help").stdout
    assert not [option for option in re.findall(r"^ {2}(--[\w-]+)", train, re.M) if option not in commands]
    routes = (site / "reference" / "http.html").read_text(encoding="utf-8")
    for route in ("POST /predict", "GET /health", "POST /captcha_retrain_model", "POST /v2/models/captcha/infer"):
        assert route in routes


def test_each_document_is_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    documents = [name_of(page).removeprefix("docs/") for page in PAGES if name_of(page) != "README.md"]
    missing = [name for name in documents if not name.startswith("adr/") and f": {name}\n" not in menu]
    assert not missing, "add a line to the menu in mkdocs.yml"


def test_its_pages_fetch_nothing_from_other_hosts(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".css")]
    assert len(files) > 20
    found = {path.name: _FETCHED.findall(path.read_text(encoding="utf-8")) for path in files}
    assert not {name: hosts for name, hosts in found.items() if hosts}


def test_the_look_for_other_hosts_would_notice() -> None:
    assert _FETCHED.search('<link rel="stylesheet" href="https://fonts.example.org/a.css">')
    assert _FETCHED.search("<script src=https://unpkg.com/iframe-worker/shim></script>")
    assert _FETCHED.search("@import url(//fonts.example.org/a)")
    assert not _FETCHED.search('<a href="https://example.org">there</a>')


def test_links_of_the_built_pages_lead_somewhere(site: Path) -> None:
    wrong = []
    for path in site.rglob("*.html"):
        for link in re.findall(r"(?:href|src)=[\"']?([^\"'\s>]+)", path.read_text(encoding="utf-8")):
            parts = urlsplit(link)
            if not parts.scheme and not parts.netloc and parts.path and path.name != "404.html":
                target = path.parent / unquote(parts.path)
                wrong += [] if target.exists() else [f"{path.relative_to(site)}: {link}"]
    assert not wrong, wrong[:20]


def test_a_link_out_of_the_site_is_told(pages: ModuleType) -> None:
    places = pages.site_places()
    text, lost = pages.relinked("[a](dataset.md#names) [b](../setup.cfg) [c](adr/)", "docs/http.md", places,
                                {"adr/index.md": ""})  # fmt: skip
    assert lost == ["../setup.cfg"]
    assert text == "[a](dataset.md#names) [b](../setup.cfg) [c](adr/index.md)"
    moved, _ = pages.relinked("![w](docs/pictures/window.png)", "README.md", places, {})
    assert moved == "![w](pictures/window.png)"


def test_the_pictures_are_small() -> None:
    found = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").glob("*.png")}
    assert set(found) == {"window.png", "start-page.png"}
    assert max(found.values()) < 150_000


@pytest.mark.full
@pytest.mark.skipif(PROGRAM is None or sys.platform != "linux", reason="Chromium is not installed, or no Linux")
def test_the_pictures_can_be_made_anew(tmp_path: Path) -> None:
    script = ROOT / "packaging" / "docs" / "screenshots.py"
    model = write_artefact(tmp_path / "model.onnx")
    done = run(sys.executable, script, "--model", model, "--out", tmp_path / "pictures", timeout=280)
    assert done.returncode == 0, done.stderr
    for name in ("window.png", "start-page.png"):
        with (
            Image.open(tmp_path / "pictures" / name) as picture,
            Image.open(ROOT / "docs" / "pictures" / name) as shown,
        ):
            assert picture.size == shown.size
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 50  # not an empty window


@pytest.mark.full
def test_a_broken_link_ends_the_build(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    (copy / "build" / "docs" / "pages").mkdir(parents=True)
    (copy / "mkdocs.yml").write_text("site_name: t\ndocs_dir: build/docs/pages\nsite_dir: out\n", encoding="utf-8")
    for text, status in (("# One\n\n[two](two.md)\n", 1), ("# One\n\n[two](#nowhere)\n", 1), ("# One\n", 0)):
        (copy / "build" / "docs" / "pages" / "index.md").write_text(text, encoding="utf-8")
        done = run(sys.executable, "-m", "zensical", "build", "--strict", "--clean", cwd=copy)
        assert bool(done.returncode) == bool(status), text + done.stderr


@pytest.mark.full
@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_a_browser_asks_no_other_host_and_finds_things(address: str, tmp_path: Path) -> None:
    with browsing(tmp_path) as page:
        for path in ("index.html", "tutorial.html", "reference/http.html", "commands/captcha-ocr.html"):
            page.call("Page.navigate", url=f"{address}/{path}")
            page.until("document.readyState === 'complete' && document.querySelector('h1')")
        assert not page.complaints, page.complaints
