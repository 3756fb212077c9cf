"""Pages that need JavaScript, with the system's Chromium."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from scraper.demo_site.pictures import KINDS
from scraper.errors import ProfileError
from scraper.profile import parse_profile
from tests.scraper.support import check_exact, collect, mock_site, write_profile

needs_browser = pytest.mark.skipif(
    importlib.util.find_spec("scrapy_playwright") is None or shutil.which("chromium") is None,
    reason="needs scrapy-playwright and Chromium",
)


@pytest.mark.full
@needs_browser
def test_a_picture_that_only_a_script_puts_in(tmp_path: Path) -> None:
    with mock_site("html=0.1") as site:
        captcha = f'page = "{site.address}/script/text/"\nimage = "img#captcha"\ntype = "text"\n'
        profile = write_profile(tmp_path, captcha + "javascript = true", "timeout = 20.0")
        status, outcome, said = collect(profile, 12, tmp_path / "out")
        seen = site.state.counts()
        without, found, _ = collect(write_profile(tmp_path, captcha, "max_failures = 2"), 1, tmp_path / "without")
    assert status == 0, said
    check_exact(tmp_path / "out", 12)
    # The browser itself fetches no picture, and every picture has a session of its own.
    assert seen["sessions"] == seen["pages"] == outcome["sessions"]
    assert seen["pictures"] == 12
    assert without == 1 and found["failed"] == {"no-image": 2}


@pytest.mark.full
@needs_browser
def test_a_page_whose_script_puts_nothing_in_fails_by_its_time(tmp_path: Path) -> None:
    with mock_site("no-image") as site:
        captcha = f'page = "{site.address}/text/"\nimage = "//img[@id=\'captcha\']"\njavascript = true'
        profile = write_profile(tmp_path, captcha, "timeout = 1.0\nmax_failures = 2")
        status, outcome, said = collect(profile, 3, tmp_path / "out")
    assert status == 1 and set(outcome["failed"]) == {"timeout"}, said


@pytest.mark.parametrize(
    ("top", "captcha", "sentence"),
    [
        ({}, {"image": None}, "needs the selector `image`"),
        ({}, {"form": {}}, "knows no form"),
        ({"session": "shared"}, {}, "cannot be"),
    ],
)
def test_what_a_browser_cannot_do_is_said(top: dict[str, object], captcha: dict[str, object], sentence: str) -> None:
    table = {"page": f"http://127.0.0.1/{next(iter(KINDS))}/", "image": "img", "javascript": True, **captcha}
    table = {key: value for key, value in table.items() if value is not None}
    with pytest.raises(ProfileError, match=sentence):
        parse_profile({"captcha": table, **top}, "site")
