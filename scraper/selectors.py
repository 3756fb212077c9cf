"""Finding the picture and the form on a page: CSS selectors, and XPath for those that start with / or (."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cssselect import SelectorError
from parsel import Selector
from scrapy.http import Response

from scraper.errors import ProfileError, ScraperError


class NotFound(ScraperError):
    """What a selector should find is not on the page; `reason` is a stable word for tables."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def check_selector(selector: str) -> None:
    """Raises ProfileError when the selector cannot be understood."""
    try:
        _select(Selector("<p>"), selector)
    except (SelectorError, ValueError) as error:
        kind = "XPath" if is_xpath(selector) else "CSS selector"
        raise ProfileError(f"{selector!r} is no valid {kind} ({error})") from None


def find_url(response: Response, selector: str, attribute: str) -> str:
    """The absolute URL in the attribute of the first element found. Raises NotFound."""
    found = _first(response, selector, "no-image")
    value = (found.attrib.get(attribute) or "").strip()
    if not value:
        raise NotFound("no-image", f"the element {selector!r} on {response.url} has no {attribute!r}")
    return response.urljoin(value)


def fill_in(response: Response, selector: str, fields: Mapping[str, str], click: str | None) -> dict[str, Any]:
    """Arguments of the `Request` that sends this form: the page's own values, then `fields`, then the button.

    `click` is a button's name, or name=value where several share it. Raises NotFound.
    """
    form = _first(response, selector, "no-form").root
    if not hasattr(form, "form_values"):
        raise NotFound("no-form", f"{selector!r} on {response.url} is no form")
    values = {**dict(form.form_values()), **fields}
    if click is not None:
        name, _, value = click.partition("=")
        buttons = [
            button
            for button in form.xpath(".//button[@name] | .//input[@type='submit'][@name]")
            if button.get("name") == name and value in ("", button.get("value", ""))
        ]
        if not buttons:
            raise NotFound("no-button", f"the form {selector!r} on {response.url} has no button {click!r}")
        values[name] = buttons[0].get("value", "")
    url = response.urljoin(form.get("action") or "")
    if (form.method or "GET").upper() == "GET":
        return {"url": f"{url.partition('?')[0]}?{urlencode(values)}", "method": "GET"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"url": url, "method": "POST", "body": urlencode(values), "headers": headers}


def _first(response: Response, selector: str, reason: str) -> Selector:
    try:
        found = _select(response.selector, selector)
    except (AttributeError, ValueError):
        raise NotFound(reason, f"{response.url} is no page that could be searched") from None
    if not found:
        raise NotFound(reason, f"nothing on {response.url} matches {selector!r}")
    return found[0]


def is_xpath(selector: str) -> bool:
    """Whether a selector is an XPath rather than CSS."""
    return selector.startswith(("/", "(", "./"))


def _select(page: Selector, selector: str) -> list[Selector]:
    return list(page.xpath(selector) if is_xpath(selector) else page.css(selector))
