"""Scrapy extension: shows progress, keeps Ctrl-C short, and closes the collection on every path."""

import asyncio
import gc
import logging
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from dataset.console import progress, say
from scraper.run import Run
from scraper.summary import describe

_BEAT_SECONDS = 0.25
_GRACE_SECONDS = 2.0


class Watch:
    """Looks at the run four times a second. What is in flight at Ctrl-C gets two seconds to end by itself."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._task: asyncio.Task[None] | None = None
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build a component."""
        if not hasattr(crawler.spider, "run"):
            raise NotConfigured
        # Scrapy makes a record of every message and lets its handler throw most of them away.
        level = crawler.settings["LOG_LEVEL"]
        for name in ("scrapy", "PIL"):
            logging.getLogger(name).setLevel(level)
        return cls(crawler)

    def _opened(self, spider: Spider) -> None:
        gc.freeze()  # what a program has imported stays anyway: looking through it costs 60 ms each time
        self._task = asyncio.ensure_future(self._watch(spider.run))

    def _closed(self, spider: Spider, reason: str) -> None:
        if self._task is not None:
            self._task.cancel()
        self._finish(spider.run, interrupted=reason == "shutdown")

    async def _watch(self, run: Run) -> None:
        shown = 0
        with progress(run.missing, "collecting", unit="pictures", quiet=run.quiet) as bar:
            # The engine is not running yet when the spider opens; once sessions are paid it has been.
            while self._crawler.engine.running or not run.sessions:
                bar.advance(run.stored - shown, **run.facts())
                shown = run.stored
                await asyncio.sleep(_BEAT_SECONDS)
        run.stop("it was interrupted")
        await asyncio.sleep(_GRACE_SECONDS)
        self._finish(run, interrupted=True)
        from twisted.internet import reactor

        reactor.stop()

    def _finish(self, run: Run, *, interrupted: bool) -> None:
        if run.outcome is None:
            text = describe(run.close(interrupted))
            if not run.quiet:
                say(text)
