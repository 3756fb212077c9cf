"""Real collections against a real server, each command in a process of its own."""

import os
import random
import signal
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import pytest

from dataset.sample import Query
from dataset.store import Store
from tests.scraper.support import (
    ROOT,
    call,
    check_exact,
    collect,
    command,
    environment,
    mock_site,
    page_profile,
    write_profile,
)

SCRAPY = [sys.executable, "-m", "scrapy"]


def test_the_demo_by_both_commands_and_the_second_run_collects_nothing(tmp_path: Path) -> None:
    crawl = [*SCRAPY, "crawl", "captcha", "-a", "profile=demo", "-a", "count=20", "-a", f"out={tmp_path}"]
    first = call(crawl)
    assert first.returncode == 0, first.stderr
    assert "20 of 20 pictures" in first.stdout and "20 new from 20 sessions" in first.stdout
    check_exact(tmp_path, 20)
    with Store.open(tmp_path, read_only=True) as store:
        assert store.count(Query(types=("text",))) == store.count(Query(types=("sums",))) == 10
        source = store.sources(1)[0]
    assert source.profile == "demo" and source.http_status == 200 and source.content_type == "image/png"
    assert source.page_url and source.image_url and source.session_id and source.fetched_at
    assert source.image_url.startswith(source.page_url) and source.attempt == 1

    status, again, _ = collect("demo", 20, tmp_path, cwd=tmp_path)
    assert (status, again["stored"], again["sessions"], again["total"]) == (0, 0, 0, 20)
    check_exact(tmp_path, 20)
    with Store.open(tmp_path, read_only=True) as store:
        runs = store.runs()
    assert [run["outcome"]["stored"] for run in runs] == [20, 0]
    assert all(run["finished_at"] for run in runs)


def test_every_kind_of_trouble_ends_in_exactly_n_good_pictures(tmp_path: Path) -> None:
    modes = ["503", "html", "truncated", "empty", "cut", "huge", "page-503", "no-image", "offsite", "loop"]
    with mock_site(*(f"{mode}=0.06" for mode in modes), "redirect=0.2") as site:
        profile = page_profile(tmp_path, site.address)
        status, outcome, said = collect(profile, 60, tmp_path / "out")
        seen = site.state.counts()
    assert status == 0, said
    check_exact(tmp_path / "out", 60)
    words = ["http-503", "not-an-image", "truncated", "empty"]
    assert all(outcome["rejected"][word] > 0 for word in words), outcome
    words = ["cut-off", "too-large", "http-503", "no-image", "offsite", "redirects"]
    assert all(outcome["failed"][word] > 0 for word in words), outcome
    lost = sum(outcome["rejected"].values()) + sum(outcome["failed"].values())
    assert outcome["sessions"] == seen["sessions"] == 60 + lost
    with Store.open(tmp_path / "out", read_only=True) as store:
        rejects = list(store.samples(Query(statuses=("rejected",))))
        assert {sample.reason for sample in rejects} == set(outcome["rejected"])
        assert sum(len(store.sources(sample.id)) for sample in rejects) == sum(outcome["rejected"].values())
        assert all(store.path(sample).parent.name == "rejected" for sample in rejects)
        finals = {store.sources(sample.id)[0].final_url for sample in store.samples(Query(statuses=("new",)))}
    assert any("/moved/" in (final or "") for final in finals)


@pytest.mark.parametrize(
    ("hostile", "sentence", "fetched"),
    [
        ("robots", "robots.txt of the site does not allow", 0),
        ("noai", "X-Robots-Tag: noai", 4),
        # The first one, the 20, and those of the other lanes: such as end before the first and such as are under way.
        ("constant", "20 pictures in a row could not be had, the last time because of duplicate", 1 + 20 + 3 + 3),
    ],
)
def test_it_stops_by_itself_and_says_why(tmp_path: Path, hostile: str, sentence: str, fetched: int) -> None:
    with mock_site(hostile) as site:
        profile = page_profile(tmp_path, site.address, "max_failures = 20")
        status, outcome, said = collect(profile, 10, tmp_path / "out")
        seen = site.state.counts()
    assert status == 1
    assert sentence in outcome["stopped"] and sentence in said
    assert seen["pictures"] <= fetched
    assert outcome["total"] == (1 if hostile == "constant" else 0)
    assert (outcome["duplicates"] >= 20) == (hostile == "constant")


def test_scrapy_crawl_fails_when_pictures_are_missing(tmp_path: Path) -> None:
    with mock_site("robots") as site:
        profile = page_profile(tmp_path, site.address)
        words = [f"profile={profile}", "count=5", f"out={tmp_path}/out"]
        done = call([*SCRAPY, "crawl", "captcha", *(option for word in words for option in ("-a", word))])
    assert done.returncode == 1, done.stderr
    assert "0 of 5 pictures" in done.stdout
    assert "scrapy crawl captcha: 5 of 5 pictures are missing because robots.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_instead_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    done = call(command("collect", "demo", "--count", "1", "--out", tmp_path / "out"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "out: is a file; give a folder" in done.stderr
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize(
    "captcha",
    [
        'page = "{0}/one/text.png"\ntype = "text"',
        'page = "{0}/form/text/"\nimage = "//img[@id=\'captcha\']"\ntype = "text"\n'
        '[captcha.form]\nselector = "form#start"\nfields = {{ agree = "yes" }}\nclick = "go=continue"',
    ],
    ids=["one URL", "form first"],
)
def test_the_other_shapes_of_a_site(tmp_path: Path, captcha: str) -> None:
    with mock_site() as site:
        profile = write_profile(tmp_path, captcha.format(site.address))
        status, outcome, said = collect(profile, 25, tmp_path / "out")
        seen = site.state.counts()
    assert status == 0, said
    check_exact(tmp_path / "out", 25)
    assert seen["sessions"] == outcome["sessions"] == seen["pictures"] == 25


def test_pictures_inside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_site() as site:
        painter = site.state.painter

        def inline(image_url: str | None) -> str:
            return f'<img id="captcha" src="data:image/png;base64,{b64encode(painter.draw("text").data).decode()}">'

        monkeypatch.setattr("scraper.demo_site.pages.captcha", inline)
        status, outcome, said = collect(page_profile(tmp_path, site.address), 5, tmp_path / "out")
        assert site.state.counts()["pages"] == outcome["sessions"] == 5
    assert status == 0, said
    check_exact(tmp_path / "out", 5)


def test_a_shared_session_is_one_session(tmp_path: Path) -> None:
    with mock_site() as site:
        captcha = f'page = "{site.address}/text/"\nimage = "img#captcha"'
        profile = write_profile(tmp_path, captcha, 'session = "shared"').read_text().replace("lanes = 4", "lanes = 1")
        (tmp_path / "site.toml").write_text(profile)
        status, _, said = collect(tmp_path / "site.toml", 12, tmp_path / "out")
        assert site.state.counts()["sessions"] == 1
    assert status == 0, said
    check_exact(tmp_path / "out", 12)


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX")
def test_killed_and_run_again_it_collects_what_is_missing(tmp_path: Path) -> None:
    with mock_site() as site:
        profile = page_profile(tmp_path, site.address)
        words = command("collect", profile, "--count", 160, "--out", tmp_path / "out")
        child = subprocess.Popen(words, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
        while site.state.counts()["pictures"] < 30 and child.poll() is None:
            time.sleep(0.01)
        child.kill()
        child.wait()
        status, outcome, said = collect(profile, 160, tmp_path / "out")
        seen = site.state.counts()
    assert status == 0, said
    assert 0 < outcome["stored"] < 160 and outcome["total"] == 160
    assert 160 <= seen["sessions"] <= 160 + 4
    check_exact(tmp_path / "out", 160)


@pytest.mark.full
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX")
def test_killed_at_twenty_random_moments_it_still_ends_with_exactly_n(tmp_path: Path) -> None:
    lanes, kills, wanted = 4, 20, 2000
    rng = random.Random(5)
    with mock_site() as site:
        profile = page_profile(tmp_path, site.address)
        words = command("collect", profile, "--count", wanted, "--out", tmp_path / "out")
        for _ in range(kills):
            child = subprocess.Popen(words, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
            begun = site.state.counts()["sessions"]
            while site.state.counts()["sessions"] == begun and child.poll() is None:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 0.6))
            child.kill()
            child.wait()
        status, outcome, said = collect(profile, wanted, tmp_path / "out")
        sessions = site.state.counts()["sessions"]
    assert status == 0 and outcome["total"] == wanted, said
    check_exact(tmp_path / "out", wanted)
    assert wanted <= sessions <= wanted + kills * lanes


@pytest.mark.skipif(os.name == "nt", reason="SIGINT to a child is POSIX")
@pytest.mark.parametrize("by", ["collect", "crawl"])
def test_an_interrupt_ends_within_seconds_though_a_picture_drips(tmp_path: Path, by: str) -> None:
    with mock_site("drip") as site:
        profile = page_profile(tmp_path, site.address)
        words = command("collect", profile, "--count", 200, "--out", tmp_path / "out", "--json")
        if by == "crawl":
            said_to = [f"profile={profile}", "count=200", f"out={tmp_path / 'out'}"]
            words = [*SCRAPY, "crawl", "captcha", *(option for word in said_to for option in ("-a", word))]
        child = subprocess.Popen(
            words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        while site.state.counts()["pictures"] < 4 and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        out, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Traceback" not in said, said
    if by == "collect":
        assert '"interrupted": true' in out and '"in_flight": 4' in out, out
    else:
        assert "left in flight: 4" in out and "stopped: it was interrupted" in out, out
    with Store.open(tmp_path / "out", read_only=True) as store:
        assert store.runs()[0]["outcome"]["interrupted"] is True
    check_exact(tmp_path / "out", 0)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["collect", "nowhere.toml", "--out", "x"], 1, "there is no profile nowhere.toml"),
        (["collect", "demo", "--out", ""], 2, "--out: is empty; give a file or folder"),
        (["collect", "demo", "--count", "0", "--out", "x"], 2, "count is a whole number of at least 1, not '0'"),
        (["demo-site", "--host", "0.0.0.0"], 2, "listens on this machine only"),
        (["demo-site", "--host", "example.org"], 2, "listens on this machine only"),
        (["demo-site", "--hostile", "rude"], 2, "no hostile mode 'rude'"),
        (["demo-site", "--hostile", "html=2"], 2, "between 0 and 1"),
        (["demo-site", "--port", "99999"], 2, "--port lies between 0 and 65535"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, words: list[str], status: int, sentence: str) -> None:
    done = call(command(*words), cwd=tmp_path)
    assert done.returncode == status
    assert sentence in done.stderr and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("words", [["profile=nowhere.toml", "out=x"], ["profile=demo", "cuont=3"]])
def test_wrong_words_for_scrapy_are_one_sentence(tmp_path: Path, words: list[str]) -> None:
    options = [option for word in words for option in ("-a", word.replace("out=x", f"out={tmp_path}/x"))]
    done = call([*SCRAPY, "crawl", "captcha", *options])
    assert done.returncode in (1, 2)
    assert done.stderr.startswith("scrapy crawl captcha: ") and "Traceback" not in done.stderr, done.stderr
