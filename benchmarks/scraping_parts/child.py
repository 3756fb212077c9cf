"""The processes that `benchmarks.scraping` measures: the mock site and one collection of each kind."""

import asyncio
import hashlib
import json
import os
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from scraper.demo_site.hostile import Hostility
from scraper.demo_site.pictures import Drawn, Painter
from scraper.demo_site.server import DemoServer
from scraper.demo_site.state import State

_LANES = 8


class CheapPainter(Painter):
    """Sixteen drawn pictures; every hit gets one of them with a text chunk of its own, so that no two are equal."""

    def __init__(self) -> None:
        super().__init__(seed=1)
        self._pool = [super(CheapPainter, self).draw("text") for _ in range(16)]
        self._served = 0

    def draw(self, kind: str) -> Drawn:
        with self._lock:
            self._served += 1
            drawn, mark = self._pool[self._served % 16], b"tEXtn\0%d" % self._served
        chunk = (len(mark) - 4).to_bytes(4, "big") + mark + zlib.crc32(mark).to_bytes(4, "big")
        data = drawn.data[:-12] + chunk + drawn.data[-12:]
        return Drawn(data, drawn.label, hashlib.sha256(data).hexdigest())


def serve(modes: list[str]) -> None:
    """The mock site until standard input ends."""
    server = DemoServer(State(CheapPainter(), Hostility.parse(modes)))
    print(server.address, server.state.token, sep="\n", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


class Clock:
    """CPU time between two moments of this process, and memory from a tenth of the work on."""

    def __init__(self, pictures: int) -> None:
        self._tenth, self._pictures = pictures // 10, pictures
        self._seen = 0
        self._start = self._end = self._early = 0.0
        self._process = psutil.Process()

    def begin(self, *_: Any, **__: Any) -> None:
        self._start = time.process_time()

    def one(self, *_: Any, **__: Any) -> None:
        self._seen += 1
        if self._seen == self._tenth:
            self._early = self._process.memory_info().rss

    def end(self, *_: Any, **__: Any) -> None:
        self._end = time.process_time()

    def figures(self) -> dict[str, float]:
        growth = (self._process.memory_info().rss - self._early) / 1e6 if self._early else 0.0
        return {
            "cpu_ms": round((self._end - self._start) * 1000 / self._pictures, 4),
            "growth_mb": round(growth, 2),
        }


def raw(pictures: int, address: str, clock: Clock) -> None:
    """Bare HTTP: as many requests by aiohttp, bytes hashed, nothing stored."""
    import aiohttp

    async def lane(session: aiohttp.ClientSession, numbers: Iterator[int]) -> None:
        for _ in numbers:
            async with session.get(f"{address}/one/text.png") as reply:
                hashlib.sha256(await reply.read()).digest()

    async def work() -> None:
        numbers = iter(range(pictures))
        async with aiohttp.ClientSession() as session:
            clock.begin()
            await asyncio.gather(*(lane(session, numbers) for _ in range(_LANES)))
            clock.end()

    asyncio.run(work())


def crawl(clock: Clock, settings: dict[str, Any], spider: type[Any], **arguments: Any) -> None:
    """A crawl whose clock runs from the open to the closed spider."""
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    chosen = Settings()
    if settings.pop("ours", False):
        chosen.setmodule("scraper.settings", priority="project")
    chosen.update({"LOG_LEVEL": "ERROR", **settings}, priority="cmdline")
    process = AsyncCrawlerProcess(chosen)
    crawler = process.create_crawler(spider)
    for signal, handler in (
        (signals.spider_opened, clock.begin),
        (signals.item_scraped, clock.one),
        (signals.spider_closed, clock.end),
    ):
        crawler.signals.connect(handler, signal=signal)
    process.crawl(crawler, **arguments)
    process.start()


def ours(case: str, pictures: int, address: str, folder: Path, clock: Clock) -> dict[str, Any]:
    """This package: fingerprinter, pipeline, checks, dataset row, robots.txt."""
    from dataset.store import Store
    from scraper.profile import Captcha, Profile
    from scraper.run import Run
    from scraper.spiders.captcha import CaptchaSpider

    captcha = (
        Captcha(f"{address}/text/", "img#captcha", type="text")
        if case == "ours-sessions"
        else Captcha(f"{address}/one/text.png", type="text")
    )
    session = "shared" if case == "ours-shared" else "image"
    profile = Profile(
        case, (captcha,), allowed_domains=("127.0.0.1",), lanes=_LANES, delay=0.0, session=session, max_failures=100
    )
    run = Run(profile, pictures, Store.open(folder))
    run.quiet = True
    crawl(clock, {"ours": True}, CaptchaSpider, run=run)
    outcome = run.close()
    return {key: outcome[key] for key in ("sessions", "rejected", "failed", "duplicates")}


def scrapy_alone(case: str, pictures: int, address: str, folder: Path, clock: Clock) -> dict[str, Any]:
    """Scrapy's own FilesPipeline on distinct URLs or on one; or bare sessions: cookie jars and a file each."""
    from benchmarks.scraping_parts import bare

    settings: dict[str, Any] = {
        "FILES_STORE": str(folder),
        "CONCURRENT_REQUESTS_PER_DOMAIN": _LANES,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "ITEM_PIPELINES": {"scrapy.pipelines.files.FilesPipeline": 1},
    }
    spider: type[Any] = bare.Pictures
    if case == "bare-sessions":
        spider = bare.Sessions
        settings["ITEM_PIPELINES"] = {"benchmarks.scraping_parts.bare.SessionFiles": 1}
        settings["REQUEST_FINGERPRINTER_CLASS"] = "scraper.fingerprint.SessionFingerprinter"
    crawl(clock, settings, spider, address=address, pictures=pictures, distinct=case != "stock-one-url")
    return {"stored": sum(1 for path in folder.rglob("*") if path.is_file())}


def main(argv: list[str]) -> None:
    os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")
    if argv[0] == "site":
        serve(argv[1:])
        return
    case, pictures, address, folder = argv[1], int(argv[2]), argv[3], Path(argv[4])
    clock = Clock(pictures)
    figures: dict[str, Any] = {}
    if case == "raw":
        raw(pictures, address, clock)
    elif case.startswith("ours"):
        figures = ours(case, pictures, address, folder, clock)
    else:
        figures = scrapy_alone(case, pictures, address, folder, clock)
    print(json.dumps({**figures, **clock.figures()}))


if __name__ == "__main__":
    main(sys.argv[1:])
