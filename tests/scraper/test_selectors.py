from urllib.parse import parse_qs

import pytest
from scrapy.http import HtmlResponse, Response, TextResponse

from scraper.errors import ProfileError
from scraper.selectors import NotFound, check_selector, fill_in, find_url

URL = "http://127.0.0.1:8000/a/page"


def page(html: str) -> HtmlResponse:
    return HtmlResponse(URL, body=html.encode(), encoding="utf-8")


FORM = """<form id="f" action="/go" method="post">
<input name="kept" value="1"><input name="filled"><input type="checkbox" name="box" value="on">
<select name="pick"><option value="a">A<option value="b" selected>B</select>
<button name="do" value="no">No</button><button name="do" value="yes">Yes</button></form>"""


@pytest.mark.parametrize("selector", ["img#c", "//img[@id='c']", "(//img)[2]"])
def test_urls_are_found_and_made_absolute(selector: str) -> None:
    html = '<img src="x.png"><img id="c" src="../pic.png?a=1&amp;b=2">'
    assert find_url(page(html), selector, "src") == "http://127.0.0.1:8000/pic.png?a=1&b=2"


def test_a_base_element_counts() -> None:
    assert find_url(page('<base href="/b/"><img src="p.png">'), "img", "src") == "http://127.0.0.1:8000/b/p.png"


def test_a_picture_inside_the_page() -> None:
    assert find_url(page('<img src="data:image/png;base64,AAAA">'), "img", "src") == "data:image/png;base64,AAAA"


@pytest.mark.parametrize("html", ["", "<p>none</p>", "<img id='d'>", "<img id='c'>", "<img id='c' src=' '>"])
def test_what_is_missing_is_said(html: str) -> None:
    with pytest.raises(NotFound, match=r"/a/page") as caught:
        find_url(page(html), "img#c", "src")
    assert caught.value.reason == "no-image"


@pytest.mark.parametrize(
    "response",
    [Response(URL, body=b"\x89PNG"), TextResponse(URL, body=b'{"a": 1}', headers={"Content-Type": "x/json"})],
)
def test_what_is_no_page_has_no_picture(response: Response) -> None:
    with pytest.raises(NotFound):
        find_url(response, "img", "src")


def test_a_form_keeps_the_pages_values_and_presses_the_button() -> None:
    arguments = fill_in(page(FORM), "form#f", {"filled": "ä&b"}, "do=yes")
    assert arguments["url"] == "http://127.0.0.1:8000/go" and arguments["method"] == "POST"
    sent = parse_qs(arguments["body"], keep_blank_values=True)
    assert sent == {"kept": ["1"], "filled": ["ä&b"], "pick": ["b"], "do": ["yes"]}
    assert "do=no" in fill_in(page(FORM), "//form", {}, "do")["body"]
    assert "do=" not in fill_in(page(FORM), "form", {}, None)["body"]


def test_a_get_form_puts_its_values_in_the_url() -> None:
    arguments = fill_in(page('<form action="/s?old=1"><input name="q" value="x"></form>'), "form", {}, None)
    assert arguments == {"url": "http://127.0.0.1:8000/s?q=x", "method": "GET"}


@pytest.mark.parametrize(
    ("html", "click", "reason"),
    [
        ("<p>", None, "no-form"),
        ("<div id=f>", None, "no-form"),
        (FORM, "send", "no-button"),
        (FORM, "do=x", "no-button"),
    ],
)
def test_forms_that_cannot_be_filled_in(html: str, click: str | None, reason: str) -> None:
    with pytest.raises(NotFound) as caught:
        fill_in(page(html), "#f", {}, click)
    assert caught.value.reason == reason


@pytest.mark.parametrize("selector", ["img[[", "//img[", "", "a:nope()"])
def test_wrong_selectors(selector: str) -> None:
    with pytest.raises(ProfileError, match="is no valid"):
        check_selector(selector)
