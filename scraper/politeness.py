"""Downloader middleware: leaves at the pace that the site asks for, and goes where it is welcome."""

import asyncio
import time
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from scraper.pace import LONGEST_WAIT, Pace, retry_after
from scraper.reasons import Unwelcome, reason_of
from scraper.run import Run
from scraper.settings import BOT_NAME

_BUSY = frozenset({429, 500, 502, 503, 504})
_NOT_FOR_US = frozenset({"noai", "noimageai"})


class Politeness:
    """Applies Crawl-delay, Retry-After, back-off and X-Robots-Tag. Stock Scrapy parses the first and no more."""

    def __init__(self, crawler: Crawler, pace: Pace) -> None:
        self._crawler, self._pace = crawler, pace
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build a component."""
        settings = crawler.settings
        pace = Pace(settings.getfloat("CAPTCHA_BACK_OFF"), settings.getfloat("DOWNLOAD_DELAY_JITTER"))
        return cls(crawler, pace)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        asked = robotparser.crawl_delay(self._crawler.settings["USER_AGENT"])
        if asked:
            self._pace.interval(_host(request), asked)

    async def process_request(self, request: Request) -> None:
        """Wait for this host's turn."""
        host = _host(request)
        while (pause := self._pace.wait(host, time.monotonic())) > 0:
            await asyncio.sleep(pause)

    def process_response(self, request: Request, response: Response) -> Response:
        """Learn from the answer. Raises Unwelcome where the site marks it as not for us."""
        tags = response.headers.getlist("X-Robots-Tag")
        if tags and forbids(tags):
            raise Unwelcome(f"X-Robots-Tag of {response.url}")
        if response.status in _BUSY:
            if _is_robots(request):
                return self._closed(request, f"status {response.status}")
            self._busy(_host(request), response)
        else:
            self._pace.fine(_host(request))
        return response

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """A robots.txt that cannot be had closes the site; other requests go their way to the errback."""
        if _is_robots(request) and not isinstance(exception, IgnoreRequest):
            return self._closed(request, reason_of(exception))
        return None

    def _closed(self, request: Request, why: str) -> Response:
        """RFC 9309, 2.3.1.4: a robots.txt that is unreachable means that everything is disallowed."""
        self._stop(f"{request.url} cannot be read ({why}), so the site counts as closed; is it running?")
        return TextResponse(request.url, body=b"User-agent: *\nDisallow: /\n", request=request)

    def _busy(self, host: str, response: Response) -> None:
        header = response.headers.get("Retry-After", b"").decode("latin-1")
        asked = retry_after(header)
        if asked is not None and asked > LONGEST_WAIT:
            asked = 0.0
            self._stop(f"{host} asks to come back later (Retry-After: {header}); run again then")
        self._pace.trouble(host, time.monotonic(), asked)

    def _stop(self, why: str) -> None:
        run: Run | None = getattr(self._crawler.spider, "run", None)
        if run is not None:
            run.stop(why)


def _host(request: Request) -> str:
    return str(urlparse_cached(request).netloc)


def _is_robots(request: Request) -> bool:
    # Scrapy's robots.txt requests are the only ones that may ignore robots.txt.
    return bool(request.meta.get("dont_obey_robotstxt"))


def forbids(tags: list[bytes]) -> bool:
    """Whether X-Robots-Tag headers say noai or noimageai to everybody or to us (`otherbot: noai` is not for us)."""
    for tag in tags:
        robot, colon, rest = tag.decode("latin-1").lower().rpartition(":")
        if colon and robot.strip() != BOT_NAME:
            continue
        if _NOT_FOR_US & {word.strip() for word in rest.split(",")}:
            return True
    return False


class Offsite(OffsiteMiddleware):
    """Scrapy's allow-list of hosts, applied when a request leaves and not when it is queued.

    A request refused while it is queued vanishes without a call of its errback, and its ticket with it.
    """

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Not here: `process_request` refuses it, and the errback hears of it."""
