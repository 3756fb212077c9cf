"""What travels from the spider through the media pipeline."""

from dataclasses import dataclass, field
from typing import Literal

from scraper.tickets import Ticket

Outcome = Literal["pending", "stored", "duplicate", "rejected", "failed"]


@dataclass
class Picture:
    """One picture to fetch, and what became of it.

    "rejected": bytes came, but no acceptable picture (they are kept aside); "failed": no bytes came.
    `cookies` are those of a browser, which Scrapy's own jar does not know.
    `reason` is a stable word for tables ("http-503", "truncated", "timeout", ...), `detail` a sentence or empty.
    """

    ticket: Ticket
    image_url: str
    page_url: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    outcome: Outcome = "pending"
    reason: str = ""
    detail: str = ""
    sample_id: int | None = None
    fingerprint: bytes = b""

    def settle(self, outcome: Outcome, reason: str = "", detail: str = "") -> None:
        """Note what became of it; the first word counts."""
        if self.outcome == "pending":
            self.outcome, self.reason, self.detail = outcome, reason, detail
