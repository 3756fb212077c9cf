"""A mock site in this process, and real collections in processes of their own."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from dataset.hashing import sha256_of
from dataset.store import Store
from scraper.demo_site.hostile import Hostility
from scraper.demo_site.pictures import Drawn, Painter
from scraper.demo_site.server import DemoServer
from scraper.demo_site.state import State

ROOT = Path(__file__).resolve().parents[2]
GUARD = Path(__file__).resolve().parent / "guard"


class NoisePainter(Painter):
    """Small pictures of noise: as distinct as drawn ones, at a fiftieth of their cost."""

    def draw(self, kind: str) -> Drawn:
        with self._lock:
            noise = self._rng.randbytes(24 * 12)
            label = f"{self._rng.getrandbits(20):05x}"
        out = io.BytesIO()
        Image.frombytes("L", (24, 12), noise).save(out, "PNG")
        return Drawn(out.getvalue(), label, sha256_of(out.getvalue()))


@contextmanager
def mock_site(*hostile: str, drawn: bool = False) -> Iterator[DemoServer]:
    """The demo site on a thread of this process; noise for pictures unless they have to be `drawn`."""
    painter = Painter() if drawn else NoisePainter()
    server = DemoServer(State(painter, Hostility.parse(hostile)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def environment() -> dict[str, str]:
    """For child processes: the guard is loaded first, and no configuration of the user's is seen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SCRAPY_", "TLDEXTRACT"))}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(GUARD), str(ROOT)]), "PYTHONWARNINGS": "default"}


def command(*words: object) -> list[str]:
    """`python -m scraper ...` with this Python."""
    return [sys.executable, "-m", "scraper", *map(str, words)]


def call(words: Sequence[str], cwd: Path = ROOT, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; it must not have tried to leave loopback."""
    done = subprocess.run(
        words, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=timeout, check=False
    )
    assert "LEFT LOOPBACK" not in done.stderr, done.stderr
    return done


def collect(profile: object, count: int, out: Path, cwd: Path = ROOT) -> tuple[int, dict[str, Any], str]:
    """`collect ... --json`: exit status, the printed summary and what was said on standard error."""
    done = call(command("collect", profile, "--count", count, "--out", out, "--json"), cwd)
    lines = done.stdout.splitlines()
    assert len(lines) <= 1, done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(lines[0]) if lines else {}, done.stderr


def write_profile(folder: Path, captcha: str, top: str = "") -> Path:
    """A profile without pauses for a mock site."""
    path = folder / "site.toml"
    path.write_text(f"delay = 0.0\nlanes = 4\n{top}\n[[captcha]]\n{captcha}\n", encoding="utf-8")
    return path


def page_profile(folder: Path, address: str, top: str = "") -> Path:
    """A profile for the mock site's plain page of five characters."""
    return write_profile(folder, f'page = "{address}/text/"\nimage = "img#captcha"\ntype = "text"', top)


def check_exact(folder: Path, wanted: int) -> None:
    """Rows = files = `wanted`, all of different content, and nothing else lies among the pictures."""
    with Store.open(folder, read_only=True) as store:
        new = [sample for sample in store.samples() if sample.status == "new"]
        assert len(new) == wanted
        assert len({sample.sha256 for sample in new}) == wanted
        assert {sample.file for sample in new} == {f"images/{path.name}" for path in (folder / "images").glob("*")}
        for sample in new:
            assert sha256_of(store.read(sample)) == sample.sha256
