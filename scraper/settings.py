"""Scrapy settings of the project: polite unless a profile of one's own machine says otherwise."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.version import VERSION

if TYPE_CHECKING:
    from scraper.profile import Profile

# Scrapy's cookie code asks for the list of public suffixes; the copy that is installed does, without any download.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

BOT_NAME = "captcha-toolkit"
SPIDER_MODULES = ["scraper.spiders"]
NEWSPIDER_MODULE = "scraper.spiders"
COMMANDS_MODULE = "scraper.commands"

USER_AGENT = f"captcha-toolkit/{VERSION}"
ROBOTSTXT_OBEY = True
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
AUTOTHROTTLE_ENABLED = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 2
CONCURRENT_REQUESTS_PER_DOMAIN = 2

REQUEST_FINGERPRINTER_CLASS = "scraper.fingerprint.SessionFingerprinter"
ITEM_PIPELINES = {"scraper.pipeline.CaptchaPipeline": 100}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # a profile has no passwords
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scraper.politeness.Offsite": 50,
    "scraper.politeness.Politeness": 120,  # inside robots.txt's, so that what is forbidden waits for nothing
}
SPIDER_CONTRACTS = {"scraper.contracts.DemoContract": 10}
EXTENSIONS = {
    "scraper.extension.Watch": 500,
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.logstats.LogStats": None,
}
MEDIA_ALLOW_REDIRECTS = True
REDIRECT_MAX_TIMES = 5
# A failed session is paid anew with a new ticket: a second request in the old one would get the same answer.
RETRY_ENABLED = False
# Captcha pages like to refresh themselves; we read each once.
METAREFRESH_ENABLED = False
# Every request differs by its session: remembering fingerprints would cost memory and find nothing.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# A callback yields one thing; Scrapy starts this many tasks for every response.
CONCURRENT_ITEMS = 1

# Counted for nobody: the run's own summary says what there is to say. (CoreStats and LogStats are off for this, too.)
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
DOWNLOADER_STATS = False
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.depth.DepthMiddleware": None}

LOG_LEVEL = "WARNING"
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"
STATS_DUMP = False


def for_profile(profile: "Profile", out: Path) -> dict[str, Any]:
    """The settings that a profile decides."""
    from scraper import browser

    contact = f"+{profile.contact}" if profile.contact else "on its own machine"
    return {
        "USER_AGENT": f"{USER_AGENT} ({contact})",
        "DOWNLOAD_DELAY": profile.delay,
        "DOWNLOAD_DELAY_JITTER": profile.jitter,
        "DOWNLOAD_TIMEOUT": profile.timeout,
        "DOWNLOAD_MAXSIZE": profile.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_REQUESTS": profile.lanes,
        "CONCURRENT_REQUESTS_PER_DOMAIN": profile.lanes,
        "AUTOTHROTTLE_ENABLED": profile.delay > 0 or not profile.loopback,
        "AUTOTHROTTLE_START_DELAY": profile.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(profile.lanes),
        "CAPTCHA_BACK_OFF": profile.delay if profile.loopback else max(1.0, profile.delay),
        "FILES_STORE": str(out),
        **(browser.settings(profile) if browser.needed(profile) else {}),
    }
