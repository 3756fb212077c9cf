"""What the site asks for, seen from the site."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.demo_site.server import DemoServer
from scraper.politeness import forbids
from tests.scraper.support import check_exact, collect, mock_site, page_profile


def arrivals(site: DemoServer) -> list[float]:
    """A list that fills with the time of every request to the site."""
    times: list[float] = []
    count = site.state.count

    def counted(name: str) -> None:
        if name == "requests":
            times.append(time.monotonic())
        count(name)

    site.state.count = counted  # type: ignore[method-assign]
    return times


@pytest.mark.parametrize(
    ("tags", "forbidden"),
    [
        (["noai"], True),
        (["noindex, NoImageAI"], True),
        (["noindex", "captcha-toolkit: nofollow, noai"], True),
        (["otherbot: noai, noimageai"], False),
        (["noindex, nofollow"], False),
        ([""], False),
    ],
)
def test_x_robots_tag(tags: list[str], forbidden: bool) -> None:
    assert forbids([tag.encode() for tag in tags]) is forbidden


def test_crawl_delay_is_kept_between_any_two_requests_and_they_say_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents: set[str] = set()
    with mock_site("crawl-delay") as site:
        monkeypatch.setattr(
            site.RequestHandlerClass, "log_message", lambda self, *_: agents.add(self.headers["User-Agent"])
        )
        times = arrivals(site)
        profile = page_profile(tmp_path, site.address, 'contact = "me@example.org"')
        status, _, said = collect(profile, 4, tmp_path / "out")
    assert status == 0, said
    (agent,) = agents
    assert re.fullmatch(r"captcha-toolkit/[\d.]+\S* \(\+me@example\.org\)", agent)
    # The first two are robots.txt and the request that waited for it.
    gaps = [later - earlier for earlier, later in pairwise(times[1:])]
    # A busy machine may see one late and the next in time: the sum tells more than each.
    assert len(gaps) == 7 and sum(gaps) >= 7 * 0.3 - 0.2 and min(gaps) > 0.1


def test_retry_after_is_kept_by_all_lanes(tmp_path: Path) -> None:
    with mock_site("429=0.3") as site:
        times = arrivals(site)
        status, outcome, said = collect(page_profile(tmp_path, site.address), 6, tmp_path / "out")
    assert status == 0, said
    check_exact(tmp_path / "out", 6)
    assert outcome["rejected"]["http-429"] >= 1
    assert max(later - earlier for earlier, later in pairwise(times)) >= 0.95


def test_a_robots_txt_that_cannot_be_read_closes_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_site() as site:
        monkeypatch.setattr(site.RequestHandlerClass, "_robots", lambda handler: handler._refuse(503, "x"))
        profile = page_profile(tmp_path, site.address)
        status, outcome, _ = collect(profile, 2, tmp_path / "out")
        assert site.state.counts()["pages"] == 0
    assert status == 1 and "robots.txt cannot be read (status 503)" in outcome["stopped"]


@pytest.mark.full
def test_a_site_that_is_not_running_is_said(tmp_path: Path) -> None:
    with mock_site() as site:
        profile = page_profile(tmp_path, site.address)
    status, _, said = collect(profile, 2, tmp_path / "out")
    assert status == 1 and "robots.txt cannot be read (refused)" in said


def test_a_site_that_asks_for_hours_of_rest_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_site("429") as site:
        handler = site.RequestHandlerClass
        rest = {"Retry-After": "7200"}
        monkeypatch.setattr(handler, "_misbehave", lambda self, *_: self._send(429, "text/html", "", headers=rest))
        status, outcome, _ = collect(page_profile(tmp_path, site.address), 5, tmp_path / "out")
        assert site.state.counts()["pages"] <= 4
    assert status == 1 and "asks to come back later (Retry-After: 7200); run again then" in outcome["stopped"]
