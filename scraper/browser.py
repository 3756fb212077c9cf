"""Pages that need JavaScript: a Chromium by way of scrapy-playwright, one context a session.

The page runs in the browser; the picture is fetched by Scrapy as ever, with the context's cookies, because a
browser hands out rendered pages and not the original bytes. The context is closed before that.
"""

import importlib
import importlib.util
import os
import shutil
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from scraper.errors import ProfileError
from scraper.profile import Captcha, Profile
from scraper.selectors import find_url, is_xpath
from scraper.tickets import Ticket

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
# The picture is fetched once, by the collector: what the browser loads of it would be a session wasted.
_UNWANTED = frozenset({"image", "media", "font"})


def needed(profile: Profile) -> bool:
    """Whether any page of this profile needs a browser."""
    return any(captcha.javascript for captcha in profile.captchas)


def require() -> None:
    """Raises ProfileError when scrapy-playwright is not installed."""
    if importlib.util.find_spec("scrapy_playwright") is None:
        raise ProfileError("javascript = true needs a browser: pip install captcha-toolkit[browser]")


def settings(profile: Profile) -> dict[str, Any]:
    """The Scrapy settings that bring the browser in; it may ask no other host than the profile may."""
    handler = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
    options: dict[str, Any] = {"executable_path": next(filter(None, map(shutil.which, _PROGRAMS)), None)}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options["args"] = ["--no-sandbox"]  # Chromium has no sandbox for root
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_LAUNCH_OPTIONS": options,
        "PLAYWRIGHT_MAX_CONTEXTS": profile.lanes,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": profile.timeout * 1000,
        "PLAYWRIGHT_ABORT_REQUEST": partial(_is_unwanted, profile.allowed_domains),
    }


def request_meta(profile: Profile, captcha: Captcha, ticket: Ticket, user_agent: str) -> dict[str, Any]:
    """`Request.meta` of a page for the browser: a context of its own, and the picture's element to wait for."""
    page_method = importlib.import_module("scrapy_playwright.page").PageMethod
    assert captcha.image is not None
    selector = ("xpath=" if is_xpath(captcha.image) else "css=") + captcha.image
    wait = page_method("wait_for_selector", selector, state="attached", timeout=profile.timeout * 1000)
    return {
        "playwright": True,
        "playwright_include_page": True,
        "playwright_context": ticket.session_id,
        "playwright_context_kwargs": {"user_agent": user_agent},
        "playwright_page_methods": [wait],
    }


async def find_picture(response: Response, captcha: Captcha) -> tuple[str, dict[str, str]]:
    """The picture's URL on a page from the browser, and the cookies for it. Closes the context. Raises NotFound."""
    assert captcha.image is not None
    try:
        url = find_url(response, captcha.image, captcha.attribute)
        cookies = await response.meta["playwright_page"].context.cookies(url)
        return url, {cookie["name"]: cookie["value"] for cookie in cookies}
    finally:
        await close(response.request)


async def close(request: Request) -> None:
    """Close the browser context of a request, if it has one."""
    page = request.meta.get("playwright_page")
    if page is not None:
        await page.context.close()


def _is_unwanted(allowed_domains: tuple[str, ...], request: Any) -> bool:
    host = urlsplit(request.url).hostname or ""
    allowed = any(host == domain or host.endswith("." + domain) for domain in allowed_domains)
    return request.resource_type in _UNWANTED or not allowed
