"""The one spider: session by session from page (and form) to picture."""

import difflib
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from dataset.errors import ToolkitError, UsageError
from scraper import browser
from scraper.contracts import run_for_check
from scraper.items import Outcome, Picture
from scraper.reasons import ends_the_run, reason_of
from scraper.run import Run
from scraper.selectors import NotFound, fill_in, find_url
from scraper.sessions import forget, request_meta
from scraper.settings import for_profile
from scraper.tickets import Ticket

_WORDS = ("profile", "count", "out", "redis")


class CaptchaSpider(Spider):
    """Collects pictures as a profile says: `-a profile=FILE|demo -a count=N -a out=DIR`."""

    name = "captcha"
    run: Run

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Open the collection and apply the profile's settings before Scrapy freezes them."""
        run = kwargs.pop("run", None) or open_run(kwargs)
        for name, value in for_profile(run.profile, run.store.folder).items():
            crawler.settings.set(name, value, priority="spider")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.run = run
        spider.allowed_domains = list(run.profile.allowed_domains)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider._item_ended, signal=signal)
        crawler.signals.connect(spider._callback_broke, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request | Picture]:
        """One first step for every ticket; waits while all lanes are busy, ends when nothing is missing."""
        async for ticket in self.run.office.tickets():
            self.run.pay()
            captcha = self.run.profile.by_type(ticket.kind)
            if captcha.image is None:
                yield Picture(ticket, captcha.page)
            elif captcha.javascript:
                agent = self.settings["USER_AGENT"]
                meta = browser.request_meta(self.run.profile, captcha, ticket, agent)
                yield self._request(ticket, self.parse_scripted, meta, url=captcha.page)
            elif captcha.form:
                yield self._request(ticket, self.parse_form, url=captcha.page)
            else:
                yield self._request(ticket, self.parse_page, url=captcha.page)

    def parse_form(self, response: Response, ticket: Ticket) -> Iterator[Request]:
        """The page before the captcha page: send its form.

        @demo /form/text/
        @returns requests 1 1
        @returns items 0 0
        """
        form = self.run.profile.by_type(ticket.kind).form
        assert form is not None
        try:
            arguments = fill_in(response, form.selector, form.fields, form.click)
        except NotFound as error:
            self.settle(ticket, "failed", error.reason, str(error))
            return
        yield self._request(ticket, self.parse_page, **arguments)

    def parse_page(self, response: Response, ticket: Ticket) -> Iterator[Picture]:
        """The captcha page: find its picture.

        @demo /sums/
        @returns requests 0 0
        @returns items 1 1
        @scrapes image_url page_url ticket
        """
        captcha = self.run.profile.by_type(ticket.kind)
        assert captcha.image is not None
        try:
            yield Picture(ticket, find_url(response, captcha.image, captcha.attribute), response.url)
        except NotFound as error:
            self.settle(ticket, "failed", error.reason, str(error))

    async def parse_scripted(self, response: Response, ticket: Ticket) -> AsyncIterator[Picture]:
        """The captcha page as a browser has rendered it: find its picture."""
        try:
            url, cookies = await browser.find_picture(response, self.run.profile.by_type(ticket.kind))
        except NotFound as error:
            self.settle(ticket, "failed", error.reason, str(error))
            return
        yield Picture(ticket, url, response.url, cookies)

    async def page_failed(self, failure: Failure) -> None:
        """A page or form that did not come."""
        await browser.close(failure.request)
        self.settle(failure.request.cb_kwargs["ticket"], "failed", reason_of(failure.value))

    def settle(self, ticket: Ticket, outcome: Outcome, reason: str, detail: str = "") -> None:
        """Every ticket ends here: counted, its cookie jar freed, the run stopped when no other could do better."""
        if why := ends_the_run(reason):
            self.run.stop(why)
        if self.run.settle(ticket, outcome, reason, detail) and self.run.profile.session != "shared":
            forget(self.crawler, ticket)

    def _item_ended(self, item: Picture) -> None:
        self.settle(item.ticket, item.outcome, item.reason, item.detail)

    def _callback_broke(self, failure: Failure, response: Response | None) -> None:
        ticket = response.request.cb_kwargs.get("ticket") if response is not None else None
        if ticket is not None:
            self.settle(ticket, "failed", type(failure.value).__name__)

    def _request(
        self, ticket: Ticket, callback: Callable[..., Any], meta: dict[str, Any] | None = None, **arguments: Any
    ) -> Request:
        return Request(
            callback=callback,
            errback=self.page_failed,
            cb_kwargs={"ticket": ticket},
            meta={**request_meta(self.run.profile, ticket), **(meta or {})},
            **arguments,
        )


def open_run(words: dict[str, Any]) -> Run:
    """The collection that `-a` words describe, taken out of them. A wrong word ends the process with one sentence."""
    try:
        if os.environ.get("SCRAPY_CHECK"):
            return run_for_check()
        for word in words:
            if word not in _WORDS:
                nearest = difflib.get_close_matches(word, _WORDS, n=1, cutoff=0.0)[0]
                raise UsageError(f"unknown argument -a {word}=...; the nearest known one is {nearest}")
        profile, count, out, redis = (words.pop(name, None) for name in _WORDS)
        if not profile:
            raise UsageError("say what to collect: -a profile=FILE, or -a profile=demo")
        return Run.open(profile, count, out, redis)
    except ToolkitError as error:
        print(f"scrapy crawl captcha: {error}", file=sys.stderr)
        raise SystemExit(2 if isinstance(error, UsageError) else 1) from None
