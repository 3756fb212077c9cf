"""One word for everything that can go wrong with a request, and which of it ends a run."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

ROBOTS, NOAI = "robots", "noai"

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "no-such-host"),
    (DownloadCancelledError, "too-large"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "cut-off"),
    (UnsupportedURLSchemeError, "bad-url"),
    (DownloadFailedError, "connection-lost"),
)


class Unwelcome(IgnoreRequest):
    """The site asks not to be collected (X-Robots-Tag)."""


def reason_of(error: BaseException | None) -> str:
    """A stable word for the failure of a request."""
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if isinstance(error, Unwelcome):
        return NOAI
    if isinstance(error, IgnoreRequest):
        # Scrapy tells its kinds of refusal apart by their text alone.
        text = str(error)
        if "robots.txt" in text:
            return ROBOTS
        return "offsite" if "offsite" in text else "redirects" if "redirect" in text else "ignored"
    # A browser's time-out is known by its name only: the browser is not imported for it.
    name = "timeout" if type(error).__name__ == "TimeoutError" else type(error).__name__
    return next((word for kind, word in _WORDS if isinstance(error, kind)), name)


def ends_the_run(reason: str) -> str | None:
    """The sentence with which a run stops at once, for the reasons that no further attempt can change."""
    return {
        ROBOTS: "robots.txt of the site does not allow this page or picture",
        NOAI: "the site marks this page or picture with X-Robots-Tag: noai",
    }.get(reason)
