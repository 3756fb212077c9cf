import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ProfileError
from scraper.known import demo_profile
from scraper.profile import Profile, load_profile, parse_profile
from tests.scraper.support import ROOT

PAGE = {"page": "http://127.0.0.1:8000/text/", "image": "img#captcha", "type": "text"}
OUTSIDE = {**PAGE, "page": "https://www.example.org/login"}


def parse(**keys: object) -> Profile:
    return parse_profile({"captcha": [PAGE], **keys}, "site")


def refusal(**keys: object) -> str:
    with pytest.raises(ProfileError) as caught:
        parse(**keys)
    return str(caught.value)


def test_the_least_profile_has_polite_defaults() -> None:
    profile = parse()
    assert profile.name == "site"
    assert profile.allowed_domains == ("127.0.0.1",)
    assert profile.session == "image" and profile.delay == 1.0 and profile.lanes == 2
    assert profile.loopback
    assert profile.by_type("text").page == PAGE["page"]


def test_everything_can_be_said() -> None:
    form = {"selector": "//form", "fields": {"agree": "yes"}, "click": "go"}
    profile = parse(
        name="mine", contact="me@example.org", authorised="A. Owner", allowed_domains=["127.0.0.1", "localhost"],
        count=7, lanes=3, session="shared", delay=2, jitter=0, timeout=9.5, max_failures=4, max_bytes=1000,
        captcha=[{**PAGE, "form": form, "attribute": "data-src"}, {**PAGE, "type": "sums"}],
    )  # fmt: skip
    assert profile.delay == 2.0 and isinstance(profile.delay, float)
    first, second = profile.captchas
    assert first.form is not None and first.form.fields == {"agree": "yes"} and first.attribute == "data-src"
    assert second.form is None and second.type == "sums"


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"delya": 1}, "unknown key 'delya'; the nearest known key is 'delay'"),
        ({"captchas": 1}, "the nearest known key is"),
        ({"xyzzy": 1}, "unknown key 'xyzzy'; the nearest known key is"),
        ({"captcha": [{**PAGE, "imgae": "x"}]}, "unknown key 'imgae'; the nearest known key is 'image'"),
        ({"captcha": [{**PAGE, "form": {"fiel": {}}}]}, "unknown key 'fiel'; the nearest known key is 'fields'"),
        ({"captcha": []}, "at least one table [[captcha]]"),
        ({"captcha": "page"}, "at least one table [[captcha]]"),
        ({"captcha": [1]}, "write [[captcha]]"),
        ({"captcha": [{"image": "img"}]}, "the key 'page' is missing"),
        ({"captcha": [{**PAGE, "page": "ftp://127.0.0.1/x"}]}, "is no web address"),
        ({"captcha": [{**PAGE, "page": "http://[::1"}]}, "is no web address"),
        ({"captcha": [{**PAGE, "image": "img[["}]}, "is no valid CSS selector"),
        ({"captcha": [{**PAGE, "image": "//img["}]}, "is no valid XPath"),
        ({"captcha": [{**PAGE, "form": "yes"}]}, "write [captcha.form]"),
        ({"captcha": [{**PAGE, "form": {"fields": {"a": 1}}}]}, "holds texts only"),
        ({"captcha": [PAGE, PAGE]}, "needs a type of its own"),
        ({"captcha": [PAGE, {"page": PAGE["page"]}]}, "needs a type of its own"),
        ({"lanes": "3"}, "lanes is a whole number, not '3'"),
        ({"lanes": True}, "lanes is a whole number, not True"),
        ({"lanes": 0}, "lanes lies between 1 and 64"),
        ({"delay": float("nan")}, "delay lies between"),
        ({"jitter": 1.5}, "jitter lies between 0 and 1"),
        ({"session": "none"}, 'session is "image"'),
        ({"allowed_domains": "example.org"}, "allowed_domains is a list of texts"),
        ({"allowed_domains": ["localhost"]}, "host 127.0.0.1 is not in allowed_domains"),
        ({"contact": 3}, "contact is a text"),
    ],
)
def test_what_is_wrong_is_said(keys: dict[str, object], sentence: str) -> None:
    assert sentence in refusal(**keys)


def test_other_machines_need_a_permission_and_a_contact() -> None:
    assert "www.example.org is not this machine: say who allowed this" in refusal(captcha=[OUTSIDE])
    assert "say who allowed this" in refusal(captcha=[OUTSIDE], authorised="  ")
    assert "say who allowed this" in refusal(allowed_domains=["127.0.0.1", "example.org"])
    assert "give its owner a contact" in refusal(captcha=[OUTSIDE], authorised="A. Owner")
    profile = parse(captcha=[OUTSIDE], authorised="A. Owner", contact="me@example.org")
    assert profile.allowed_domains == ("www.example.org",) and not profile.loopback


def test_a_form_is_sent_to_this_machine_only() -> None:
    allowed = {"authorised": "A. Owner", "contact": "me@example.org"}
    assert "sent to this machine only: www.example.org" in refusal(captcha=[{**OUTSIDE, "form": {}}], **allowed)
    both = ["127.0.0.1", "example.org"]
    assert "only: example.org may not" in refusal(captcha=[{**PAGE, "form": {}}], allowed_domains=both, **allowed)


@pytest.mark.parametrize("page", ["http://127.0.0.1@example.org/", "http://127.0.0.1.example.org/", "http://0.0.0.0/"])
def test_a_host_that_looks_like_this_machine_is_not(page: str) -> None:
    assert "is not this machine" in refusal(captcha=[{**PAGE, "page": page}])


@pytest.mark.parametrize("host", ["localhost", "app.localhost", "127.8.9.1", "[::1]"])
def test_names_of_this_machine(host: str) -> None:
    assert parse(captcha=[{**PAGE, "page": f"http://{host}:8000/"}]).loopback


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    with pytest.raises(ProfileError, match=r"there is no profile .*p\.toml; `python -m scraper new p`"):
        load_profile(path)
    path.write_text("delay =")
    with pytest.raises(ProfileError, match=r"p\.toml is not valid TOML"):
        load_profile(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ProfileError, match=r"p\.toml cannot be read"):
        load_profile(path)
    path.write_text("delya = 1")
    with pytest.raises(ProfileError, match=r"p\.toml: "):
        load_profile(path)
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path)


def test_the_template_is_a_valid_profile_and_names_every_key() -> None:
    template = ROOT / "scraper" / "template.toml"
    assert load_profile(template).captchas[0].image == "img#captcha"
    text = template.read_text(encoding="utf-8")
    whole = text.replace("# [captcha.form]", "[captcha.form]")
    for key in ("authorised", "contact", "allowed_domains", "selector", "fields", "click"):
        assert f"\n# {key} = " in whole
        whole = whole.replace(f"\n# {key} = ", f"\n{key} = ")
    with pytest.raises(ProfileError, match=r"host 127\.0\.0\.1 is not in allowed_domains"):
        parse_profile(tomllib.loads(whole), "template")


@pytest.mark.parametrize("name", ["demo", "demo-form", "demo-one"])
def test_demo_profiles_run_on_loopback_without_a_pause(name: str) -> None:
    profile = demo_profile(name, "http://127.0.0.1:1234")
    assert profile.loopback and profile.delay == 0 and profile.name == name
    assert [captcha.type for captcha in profile.captchas] == ["text", "sums"]


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2)),
    )
)
def test_no_document_breaks_the_reader(document: dict[str, object]) -> None:
    try:
        parse_profile(document, "site")
    except ProfileError as error:
        assert str(error)
