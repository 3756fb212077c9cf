"""Several workers on one Redis: a real one, from the package archive."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.sample import Query
from dataset.store import Store
from tests.scraper.support import ROOT, call, command, environment, mock_site, page_profile

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def contents(folder: Path) -> set[str]:
    with Store.open(folder, read_only=True) as store:
        return {sample.sha256 or "" for sample in store.samples(Query(statuses=("new",)))}


@pytest.mark.full
@needs_redis
def test_three_workers_one_killed_make_exactly_n_in_all(tmp_path: Path, redis_url: str) -> None:
    wanted = 600
    with mock_site("html=0.1", "page-503=0.05") as site:
        profile = page_profile(tmp_path, site.address)
        folders = [tmp_path / f"worker{number}" for number in range(3)]
        workers = []
        for folder in folders:
            words = command("collect", profile, "--count", wanted, "--out", folder, "--redis", redis_url)
            workers.append(subprocess.Popen(words, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True))
        while site.state.counts()["pictures"] < wanted // 3:
            time.sleep(0.01)
        workers[0].kill()
        said = [worker.communicate(timeout=120)[1] for worker in workers]
    assert [worker.returncode for worker in workers[1:]] == [0, 0], said
    parts = [contents(folder) for folder in folders]
    assert all(0 < len(part) < wanted for part in parts)
    assert len(set.union(*parts)) == wanted
    # What was stored twice is at most what the killed worker had in hand.
    assert sum(map(len, parts)) <= wanted + 4

    merged = folders[0]
    for number, folder in enumerate(folders[1:]):
        out = tmp_path / f"merged{number}"
        done = call([sys.executable, "-m", "dataset", "merge", str(merged), str(folder), "--out", str(out)])
        assert done.returncode == 0, done.stderr
        merged = out
    assert len(contents(merged)) == wanted

    again = call(command("collect", profile, "--count", wanted, "--out", tmp_path / "more", "--redis", redis_url))
    assert again.returncode == 0 and "0 new from 0 sessions" in again.stdout


@pytest.mark.full
@needs_redis
def test_a_redis_that_goes_away_stops_the_worker_with_a_sentence(tmp_path: Path) -> None:
    with mock_site() as site:
        profile = page_profile(tmp_path, site.address)
        url = "redis://:secret@127.0.0.1:1/0"
        done = call(command("collect", profile, "--count", 5, "--out", tmp_path / "out", "--redis", url))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "the Redis at 127.0.0.1:1 does not answer" in done.stderr and "secret" not in done.stderr


def test_an_address_that_is_none_is_said(tmp_path: Path) -> None:
    pytest.importorskip("redis")
    done = call(command("collect", "demo-one", "--out", tmp_path / "out", "--redis", "localhost"))
    assert done.returncode == 2 and "--redis takes an address such as redis://" in done.stderr
    assert done.stderr.count("\n") == 1
