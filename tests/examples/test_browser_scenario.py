"""The browser scenario: ten rounds on the demo site, and nowhere else whatever a site does."""

import json
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from scraper.demo_site.pictures import Painter
from scraper.demo_site.process import DemoSite
from tests.api_stub.artefact import write_artefact
from tests.api_stub.browser import PROGRAM
from tests.api_stub.support import png, running, text64
from tests.clients.test_node import NODE, version
from tests.support import ROOT, one_sentence, python, run

FOLDER = ROOT / "examples" / "browser"
SCENARIO = FOLDER / "scenario.js"
needs_node = pytest.mark.skipif(version() < 20, reason="Node.js 20 or newer is not installed")
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def scenario() -> list[str]:
    """The command, with its packages in place."""
    assert NODE is not None
    made, lock = FOLDER / "node_modules" / ".package-lock.json", FOLDER / "package-lock.json"
    if not made.exists() or made.stat().st_mtime < lock.stat().st_mtime:
        npm = shutil.which("npm")
        done = run(npm or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=FOLDER)
        if done.returncode:
            pytest.skip(f"playwright-core is not installed and cannot be: {done.stderr[-500:]}")
        made.touch()
    return [NODE, str(SCENARIO)]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An endpoint that reads nonsense."""
    folder = tmp_path_factory.mktemp("endpoint")
    with running("--model", str(write_artefact(folder / "M.onnx")), "--data", str(folder)) as (_, client):
        yield str(client.base_url).rstrip("/")


@needs_node
def test_the_rule_and_the_arithmetic() -> None:
    assert NODE is not None
    done = run(NODE, "--test", "--test-reporter=tap", cwd=FOLDER)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# fail 0" in done.stdout and not re.search(r"# pass [0-9]\n", done.stdout)


def test_nothing_is_fetched_but_what_the_lock_file_names() -> None:
    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["dependencies"]["playwright-core"])
    assert set(lock) == {"", "node_modules/playwright-core"}
    assert lock["node_modules/playwright-core"]["version"] == package["dependencies"]["playwright-core"]
    assert all("integrity" in entry for name, entry in lock.items() if name)
    assert "resolved" not in json.dumps(lock)


@pytest.mark.full
@pytest.mark.timeout(600)
@needs_node
@needs_chromium
def test_ten_rounds_with_a_model_that_can_read(scenario: list[str], tmp_path: Path) -> None:
    drawn, model, out = tmp_path / "drawn", tmp_path / "M.onnx", tmp_path / "report"
    drawn.mkdir()
    painter = Painter(seed=3)
    for picture in (painter.draw("text") for _ in range(400)):
        (drawn / f"{picture.label}.png").write_bytes(picture.data)
    done = python("-m", "ocr", "train", drawn, "--out", model, "--seconds", "60", "--seed", "1", timeout=400)
    assert done.returncode == 0, done.stderr
    done = run(*scenario, "--model", model, "--rounds", "10", "--out", out, "--json", timeout=300)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    accepted = sum(result["accepted"] for result in told["results"])
    assert told == json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert told["rounds"] == len(told["results"]) == 10
    assert told["accepted"] == told["site_accepted"] == accepted
    assert accepted >= 4  # nobody guesses one of five million texts
    low, high = told["interval_95"]
    assert 0 < low < told["share"] == accepted / 10 <= high
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<li>") == 10 - accepted and f"{accepted} of 10 accepted" in page


@pytest.mark.full
@needs_node
@needs_chromium
def test_a_model_that_cannot_read_passes_nowhere(scenario: list[str], endpoint: str, tmp_path: Path) -> None:
    with DemoSite() as site:
        words = ("--site", site.address, "--endpoint", endpoint, "--rounds", "3", "--kind", "sums", "--out", tmp_path)
        done = run(*scenario, *words)
        assert done.returncode == 0, done.stderr
        assert "0 of 3 accepted" in done.stdout and "0 % of the tries" in done.stdout
        counts = site.key.counts()
        assert (counts["submitted"], counts["accepted"], counts["sessions"]) == (3, 0, 3)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("data:image/png;base64,") == 3


@pytest.mark.full
@needs_node
@pytest.mark.parametrize("option", ["--site", "--endpoint"])
@pytest.mark.parametrize(
    "address",
    [
        "http://example.com",
        "http://0.0.0.0:8000",
        "http://localhost:8000",
        "http://192.0.2.1",
        "http://[2001:db8::1]:80",
        "http://[::ffff:127.0.0.1]:80",
        "http://127.0.0.1.example.com",
        "https://127.0.0.1",
        "127.0.0.1:8000",
    ],
)
def test_any_host_but_loopback_is_refused(scenario: list[str], option: str, address: str, tmp_path: Path) -> None:
    other = ("--endpoint", "http://127.0.0.1:5000") if option == "--site" else ()
    done = run(*scenario, *other, option, address, cwd=tmp_path)
    assert done.returncode == 2
    assert one_sentence(done.stderr) and "must be on this machine" in done.stderr, done.stderr
    assert not list(tmp_path.iterdir())


class Visited(BaseHTTPRequestHandler):
    """Says that it is the demo site, shows one page, and remembers who came."""

    server_version = "captcha-demo-site"
    page, location = b"", ""
    visits: list[str]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(302 if self.location else 200)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def site(page: str = "", location: str = "", name: str = "captcha-demo-site") -> Iterator[tuple[int, list[str]]]:
    """(port, paths asked for) of a site on loopback."""
    visits: list[str] = []
    told = {"page": page.encode(), "location": location, "visits": visits, "server_version": name}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Visited,), told))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1], visits
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


FORM = '<form id="answer" method="post" action="{}/submit"><input name="answer"><button>Send</button></form>'
PIXEL = f'<img id="captcha" src="data:image/png;base64,{text64(png())}">'
WAYS = {
    "redirect": ("", "{}/away"),
    "picture": ('<img id="captcha" src="{}/away.png">' + FORM.format(""), ""),
    "frame": (PIXEL + '<iframe src="{}/away"></iframe>' + FORM.format(""), ""),
    "script": (PIXEL + '<script>fetch("{}/away", {{mode: "no-cors"}})</script>' + FORM.format(""), ""),
    "refresh": ('<meta http-equiv="refresh" content="0; url={}/away">', ""),
    "form": (PIXEL + FORM, ""),
}
HOSTS = ("http://0.0.0.0:{}", "http://localhost:{}", "http://[::ffff:127.0.0.1]:{}", "http://site.invalid:{}")
ESCAPES = [(way, HOSTS[0]) for way in WAYS] + [("redirect", host) for host in HOSTS[1:]] + [("form", HOSTS[1])]


@pytest.mark.full
@needs_node
@needs_chromium
@pytest.mark.parametrize(("way", "host"), ESCAPES)
def test_a_site_that_leads_away_is_left(
    scenario: list[str], endpoint: str, way: str, host: str, tmp_path: Path
) -> None:
    page, location = WAYS[way]
    with site("somewhere else") as (other, visits):
        away = host.format(other)
        with site(page.format(away), location.format(away)) as (port, first):
            words = ("--site", f"http://127.0.0.1:{port}", "--endpoint", endpoint, "--rounds", "1")
            done = run(*scenario, *words, cwd=tmp_path)
        assert done.returncode == 1
        assert one_sentence(done.stderr), done.stderr
        assert re.search(rf"led to http://.*:{other}/\S+, which is not on this machine", done.stderr), done.stderr
        assert first and not visits
    assert not list(tmp_path.iterdir())


@pytest.mark.full
@needs_node
@needs_chromium
def test_only_the_demo_site_is_answered(scenario: list[str], endpoint: str, tmp_path: Path) -> None:
    with site(PIXEL + FORM.format(""), name="somebody") as (port, visits):
        words = ("--site", f"http://127.0.0.1:{port}", "--endpoint", endpoint, "--rounds", "1")
        done = run(*scenario, *words, cwd=tmp_path)
        assert done.returncode == 1 and one_sentence(done.stderr)
        assert "not the bundled demo site" in done.stderr and "/submit" not in visits
    with DemoSite(hostile=["offsite"]) as demo:
        done = run(*scenario, "--site", demo.address, "--endpoint", endpoint, "--rounds", "1", cwd=tmp_path)
        assert done.returncode == 1 and "led to http://localhost:" in done.stderr
        assert demo.key.counts()["pictures"] == 0


@pytest.mark.full
@needs_node
@needs_chromium
def test_an_endpoint_that_is_not_there_or_redirects(scenario: list[str], endpoint: str, tmp_path: Path) -> None:
    with site() as (other, visits), site(location=f"http://0.0.0.0:{other}/") as (port, _):
        done = run(*scenario, "--endpoint", f"http://127.0.0.1:{port}", "--rounds", "1", cwd=tmp_path)
        assert done.returncode == 1 and one_sentence(done.stderr), done.stderr
        assert not visits


@pytest.mark.full
@needs_node
@needs_chromium
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_stops_everything_it_started(scenario: list[str], tmp_path: Path, number: int) -> None:
    model = write_artefact(tmp_path / "M.onnx")
    words = [*scenario, "--model", str(model), "--rounds", "500"]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None and "round 10 of 500" in process.stderr.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        assert {"chrom", "python"} <= {
            name for child in children for name in ("chrom", "python") if name in child.name()
        }
        process.send_signal(number)
        assert process.wait(60) == 130
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive
