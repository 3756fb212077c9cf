"""A cookie jar per picture: the same one through page, form and picture, freed at the end."""

from typing import Any

from scrapy.crawler import Crawler

from scraper.profile import Profile
from scraper.tickets import Ticket

_SHARED = "shared"


def request_meta(profile: Profile, ticket: Ticket) -> dict[str, Any]:
    """`Request.meta` of every request of this ticket: who it belongs to and which cookie jar it uses.

    A media request inherits nothing from the page that it was found on, so it needs this as well.
    """
    jar = _SHARED if profile.session == "shared" else ticket.session_id
    return {"session_id": ticket.session_id, "cookiejar": jar}


def forget(crawler: Crawler, ticket: Ticket) -> None:
    """Free the ticket's cookie jar; Scrapy itself keeps every jar until the crawl ends (1.6 KB each)."""
    _jars(crawler).pop(ticket.session_id, None)


def held(crawler: Crawler) -> int:
    """How many cookie jars are held now."""
    return len(_jars(crawler))


def _jars(crawler: Crawler) -> dict[Any, Any]:
    # Imported late: its module reads the list of public suffixes as `settings` says.
    from scrapy.downloadermiddlewares.cookies import CookiesMiddleware

    cookies = crawler.get_downloader_middleware(CookiesMiddleware)
    return cookies.jars if cookies is not None else {}
