"""What the pipeline's lines are for: each test fails, or its control shows the loss, when one is taken out."""

import json
import sys
from pathlib import Path

from dataset.sample import Query
from dataset.store import Store
from tests.scraper.support import call, mock_site, page_profile, write_profile

STOCK_SPIDER = """
import os, sys
os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # Scrapy's cookies would fetch that list
from scrapy import Spider
from scrapy.crawler import CrawlerProcess

class Stock(Spider):
    name = "stock"

    async def start(self):
        for _ in range(20):
            yield {"file_urls": [sys.argv[1]]}

process = CrawlerProcess({
    "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
    "ITEM_PIPELINES": {"scrapy.pipelines.files.FilesPipeline": 1}, "FILES_STORE": sys.argv[2],
})
process.crawl(Stock)
process.start()
"""


def crawl(profile: Path, count: int, out: Path, *settings: str) -> tuple[str, str]:
    """`scrapy crawl captcha` with more settings: standard output and standard error."""
    options = [option for setting in settings for option in ("-s", setting)]
    words = [sys.executable, "-m", "scrapy", "crawl", "captcha", *options]
    done = call([*words, "-a", f"profile={profile}", "-a", f"count={count}", "-a", f"out={out}"])
    assert done.returncode == 0
    return done.stdout, done.stderr


def test_control_the_stock_pipeline_stores_one_picture_of_twenty_from_one_url(tmp_path: Path) -> None:
    with mock_site() as site:
        done = call([sys.executable, "-c", STOCK_SPIDER, f"{site.address}/one/text.png", str(tmp_path)])
    assert done.returncode == 0 and done.stderr == ""
    assert len(list(tmp_path.rglob("*.png"))) == 1


def test_control_without_the_fingerprinter_lanes_share_one_answer(tmp_path: Path) -> None:
    stock = "REQUEST_FINGERPRINTER_CLASS=scrapy.utils.request.RequestFingerprinter"
    with mock_site() as site:
        profile = write_profile(tmp_path, f'page = "{site.address}/one/text.png"', "max_failures = 1000")
        without, _ = crawl(profile, 20, tmp_path / "stock", stock)
    assert "20 new from 20 sessions" not in without and "failed" in without


def test_nothing_of_a_session_is_kept_on_any_path(tmp_path: Path) -> None:
    hostile = ("html=0.2", "page-503=0.2", "no-image=0.2", "loop=0.1", "cut=0.1")
    extensions = json.dumps({"scraper.extension.Watch": 500, "tests.scraper.probe.Probe": 400})
    with mock_site(*hostile) as site:
        _, said = crawl(page_profile(tmp_path, site.address), 20, tmp_path / "out", f"EXTENSIONS={extensions}")
    # One jar is Scrapy's own, for robots.txt.
    assert "held: 1 jars, 0 results, 0 tickets" in said, said


def test_the_servers_bytes_are_stored_unchanged_and_rejects_lie_aside_with_reason_and_source(tmp_path: Path) -> None:
    with mock_site("html=0.5") as site:
        crawl(page_profile(tmp_path, site.address), 40, tmp_path / "out")  # so many that one is surely hostile
        shown = site.state.answer
    with Store.open(tmp_path / "out", read_only=True) as store:
        assert all(shown(sample.sha256 or "") for sample in store.samples(Query(statuses=("new",))))
        (reject,) = store.samples(Query(statuses=("rejected",)))
        sources = store.sources(reject.id)
        assert b"No picture for you" in store.read(reject)
    assert reject.reason == "not-an-image"
    assert all(source.content_type == "text/html; charset=utf-8" and source.http_status == 200 for source in sources)
    assert len({source.session_id for source in sources}) == len(sources)
    assert max(source.attempt or 0 for source in sources) >= 1


def test_a_dataset_that_cannot_be_written_ends_the_run_with_its_sentence(tmp_path: Path) -> None:
    with mock_site() as site:
        profile = page_profile(tmp_path, site.address)
        program = (
            "import sys; from dataset.store import Store; from dataset.errors import DatasetError\n"
            "def full(*_, **__): raise DatasetError('the disk is full')\n"
            "Store.add = full\n"
            "from scraper.cli import entry; sys.argv[0] = 'captcha-scrape'; entry()"
        )
        words = ["collect", str(profile), "--count", "50", "--out", str(tmp_path / "out")]
        done = call([sys.executable, "-c", program, *words])
        seen = site.state.counts()["sessions"]
    assert done.returncode == 1 and seen <= 8
    assert "pictures are missing because the disk is full" in done.stderr and "Traceback" not in done.stderr
