import pytest
from scrapy import exceptions
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from scraper.reasons import Unwelcome, ends_the_run, reason_of


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (HttpError(Response("http://127.0.0.1/", status=418)), "http-418"),
        (Unwelcome("x"), "noai"),
        (exceptions.IgnoreRequest("Forbidden by robots.txt"), "robots"),
        (exceptions.IgnoreRequest("Filtered offsite request to 'x'"), "offsite"),
        (exceptions.IgnoreRequest("max redirections reached"), "redirects"),
        (exceptions.IgnoreRequest(), "ignored"),
        (exceptions.DownloadTimeoutError(), "timeout"),
        (exceptions.DownloadConnectionRefusedError(), "refused"),
        (exceptions.CannotResolveHostError(), "no-such-host"),
        (exceptions.ResponseDataLossError(), "cut-off"),
        (exceptions.DownloadCancelledError(), "too-large"),
        (ZeroDivisionError(), "ZeroDivisionError"),
    ],
)
def test_every_failure_has_a_word(error: Exception, word: str) -> None:
    assert reason_of(error) == word


def test_only_the_sites_own_no_ends_a_run() -> None:
    assert "robots.txt" in (ends_the_run("robots") or "")
    assert "X-Robots-Tag" in (ends_the_run("noai") or "")
    assert ends_the_run("http-503") is None and ends_the_run("") is None
