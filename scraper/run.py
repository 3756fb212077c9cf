"""One collection: its profile, its dataset, its tickets and its counts; the same for both commands."""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dataset.errors import DatasetError, UsageError
from dataset.sample import STATUSES, Query, Source
from dataset.store import Store
from scraper.demo_site.process import DemoSite
from scraper.fleet import FleetOffice
from scraper.items import Outcome
from scraper.known import open_profile
from scraper.profile import Profile
from scraper.tickets import Ticket, TicketOffice, share

_KEPT = tuple(status for status in STATUSES if status not in ("rejected", "duplicate"))
PROGRAM = "captcha-scrape"


class Run:
    """A collection under way. `Run.open`, then tickets and `settle`, at last `close`."""

    def __init__(
        self, profile: Profile, count: int, store: Store, site: DemoSite | None = None, redis: str | None = None
    ) -> None:
        self.profile, self.count, self.store, self.site = profile, count, store, site
        while store.index():  # so that content which is there already is known
            pass
        others = store.count(Query(statuses=_KEPT))
        have: dict[str | None, int] = {}
        for captcha in profile.captchas:
            kind = captcha.type
            have[kind] = others if kind is None else store.count(Query(statuses=_KEPT, types=(kind,)))
        self.had = others
        missing = share(count - (others - sum(have.values())), have)
        self.missing = sum(missing.values())
        self.office = TicketOffice(missing, profile.lanes, profile.max_failures)
        if redis is not None:
            self.office = FleetOffice(
                redis, profile.name, list(have), count, profile.lanes, profile.max_failures, self._adopt
            )
            self.missing = count
        self.stored = self.sessions = 0
        self.faults: dict[str, Counter[str]] = {"duplicate": Counter(), "rejected": Counter(), "failed": Counter()}
        self.outcome: dict[str, Any] | None = None
        self.quiet = False
        """Whether progress and summary stay unsaid."""
        self._began = time.monotonic()
        self._row = store.start_run(PROGRAM, {"profile": profile.name, "count": count, "had": self.had})

    @classmethod
    def open(cls, profile: str, count: int | str | None, out: str | Path | None, redis: str | None = None) -> "Run":
        """From a command's words: a profile's file or a demo name, how many in all, and the dataset's folder.

        With `redis`, `count` is that of the whole job, which all workers on this Redis share.

        Raises ScraperError, DatasetError and UsageError. Starts the demo site when it is asked for.
        """
        if out is None or not str(out):
            raise UsageError("say where the pictures go: out=DIR")
        wanted = None if count is None else _positive(count)
        loaded, site = open_profile(profile)
        with ExitStack() as undo:
            if site is not None:
                undo.callback(site.stop)
            store = undo.enter_context(Store.open(out, program=PROGRAM))
            run = cls(loaded, wanted or loaded.count, store, site, redis)
            undo.pop_all()
        return run

    def pay(self) -> None:
        """Count a session that is being started."""
        self.sessions += 1

    def settle(self, ticket: Ticket, outcome: Outcome, reason: str = "", detail: str = "") -> bool:
        """Take a ticket back with what became of it: a word for tables and, for people, a sentence.

        Returns False when it was settled before.
        """
        why = f"{reason} ({detail})" if detail else reason or outcome
        if not self.office.settle(ticket, outcome == "stored", why):
            return False
        if outcome == "stored":
            self.stored += 1
        else:
            self.faults["failed" if outcome == "pending" else outcome][reason or outcome] += 1
        return True

    def _adopt(self, data: bytes, facts: Mapping[str, Any]) -> None:
        """Store a picture that another worker had claimed before it died."""
        words = {key: value for key, value in facts.items() if key != "kind"}
        self.stored += not self.store.add(data, source=Source(**words), type=facts["kind"]).duplicate

    def stop(self, why: str) -> None:
        """Pay no more sessions; `why` is a sentence."""
        self.office.stop(why)

    def facts(self) -> dict[str, int]:
        """What a progress line shows beside the stored pictures."""
        return {word: counter.total() for word, counter in self.faults.items() if counter}

    def close(self, interrupted: bool = False) -> dict[str, Any]:
        """Write the run's row, close the dataset, end the demo site; returns the summary. Harmless twice."""
        if self.outcome is not None:
            return self.outcome
        if interrupted:
            self.stop("it was interrupted")
        seconds = time.monotonic() - self._began
        self.outcome = {
            "profile": self.profile.name,
            "out": str(self.store.folder),
            "count": self.count,
            "total": self.office.total(self.had + self.stored),
            "stored": self.stored,
            "duplicates": self.faults["duplicate"].total(),
            "rejected": dict(self.faults["rejected"]),
            "failed": dict(self.faults["failed"]),
            "in_flight": self.office.out,
            "sessions": self.sessions,
            "seconds": round(seconds, 3),
            "per_second": round(self.stored / seconds, 3) if seconds else None,
            "stopped": self.office.stopped,
            "interrupted": interrupted,
        }
        try:
            self.store.finish_run(self._row, self.outcome)
        except DatasetError as error:
            self.outcome["stopped"] = self.outcome["stopped"] or str(error)
        self.store.close()
        if self.site is not None:
            self.site.stop()
        return self.outcome


def _positive(count: int | str) -> int:
    try:
        number = int(count)
    except ValueError:
        number = 0
    if number < 1:
        raise UsageError(f"count is a whole number of at least 1, not {count!r}")
    return number
