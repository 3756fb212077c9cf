"""`collect`: the same run as `scrapy crawl captcha`, as one function."""

from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from scraper.errors import CollectError
from scraper.run import Run
from scraper.spiders.captcha import CaptchaSpider


def collect(profile: str, count: int | str | None, out: Path | str, redis: str | None = None) -> dict[str, Any]:
    """Collect until `out` holds `count` pictures (default: the profile's); returns the run's summary.

    With `redis` the count is shared with all workers on this Redis, each with an `out` of its own.

    Once in a process: Twisted's reactor cannot start again. Raises ScraperError, DatasetError, UsageError.
    """
    return crawl(Run.open(profile, count, out, redis))


def crawl(run: Run) -> dict[str, Any]:
    """Carry out an open run and close it; returns its summary."""
    settings = Settings()
    settings.setmodule("scraper.settings", priority="project")
    try:
        process = AsyncCrawlerProcess(settings)
        process.crawl(CaptchaSpider, run=run)
        process.start()
    finally:
        outcome = run.close()
    return outcome


def complaint(outcome: dict[str, Any]) -> CollectError | None:
    """The error that a summary means, None when all pictures are there."""
    if outcome["total"] >= outcome["count"]:
        return None
    missing = outcome["count"] - outcome["total"]
    why = outcome["stopped"] or "the crawl ended early"
    return CollectError(f"{missing:,} of {outcome['count']:,} pictures are missing because {why}")
