"""Trying a profile out, writing one, and the spider's contracts."""

import json
import sys
from pathlib import Path

import pytest

from scraper.check import new
from scraper.errors import ProfileError
from scraper.profile import load_profile
from tests.scraper.support import call, command, mock_site, page_profile


def test_check_shows_what_was_found_and_keeps_nothing(tmp_path: Path) -> None:
    with mock_site() as site:
        profile = page_profile(tmp_path, site.address)
        done = call(command("check", profile, "--json"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["type"] == "text" and found["format"] == "png" and (found["width"], found["height"]) == (24, 12)
    assert found["image"] == f"{site.address}/text/captcha.png" and found["content_type"] == "image/png"
    assert f"text: png, 24 x 12 pixels, {found['bytes']} bytes from {found['image']}" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [profile.name]


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        ("no-image", "no-image (nothing on http://127.0.0.1:{0}/text/ matches 'img#captcha')"),
        ("robots", "robots.txt of the site does not allow"),
    ],
)
def test_check_says_why_there_is_no_picture(tmp_path: Path, hostile: str, why: str) -> None:
    with mock_site(hostile) as site:
        profile = page_profile(tmp_path, site.address)
        done = call(command("check", profile))
    assert done.returncode == 1 and done.stdout == ""
    assert why.format(site.server_address[1]) in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_new_writes_a_profile_that_is_read_and_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = new("mine")
    assert path == Path("mine.toml")
    assert load_profile(path).name == "mine"
    path.write_text("mine")
    for name in ("mine", "mine.toml"):
        with pytest.raises(ProfileError, match=r"mine\.toml is there already"):
            new(name)
    assert path.read_text() == "mine"
    with pytest.raises(ProfileError, match="cannot be written"):
        new("no/such/folder")


def test_the_spiders_contracts_hold_against_the_demo_site() -> None:
    done = call([sys.executable, "-m", "scrapy", "check", "-v"])
    assert done.returncode == 0, done.stderr
    assert "Ran 5 contracts" in done.stderr and done.stderr.rstrip().endswith("OK")
