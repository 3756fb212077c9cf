"""A Scrapy extension that tells, at the end of a crawl, what was still held in memory."""

import sys
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from scraper.pipeline import CaptchaPipeline
from scraper.sessions import held


class Probe:
    """Prints `held: J jars, R results, T tickets`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _closed(self) -> None:
        results = self._crawler.get_item_pipeline(CaptchaPipeline).spiderinfo.downloaded
        tickets = self._crawler.spider.run.office.out
        print(f"held: {held(self._crawler)} jars, {len(results)} results, {tickets} tickets", file=sys.stderr)
