"""Import and export in a thread of their own, with progress and an outcome as messages.

The formats are imported when they are needed: the window starts without them.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dataset.errors import ToolkitError
from labeler.i18n import _

if TYPE_CHECKING:
    from dataset.exchange import Report

_EVERY = 50
_log = logging.getLogger(__name__)


class ExchangeProgress(NamedTuple):
    """Posted now and then: how many pictures are through."""

    done: int


class ExchangeEnded(NamedTuple):
    """Posted at the end. `sentence` says how it went; `failed` when nothing came of it."""

    sentence: str
    failed: bool


def formats() -> list[str]:
    """The names of the formats that can be written."""
    from dataset.exchange import FORMATS

    return sorted(FORMATS)


def export(folder: Path, format_name: str, out: Path, post: Callable[[object], None]) -> threading.Thread:
    """Writes the labelled pictures of `folder` to the new folder `out`."""
    from dataset.exchange import export_dataset

    return _start(lambda tick: export_dataset(folder, format_name, out, progress=tick), post)


def take_in(folder: Path, source: Path, post: Callable[[object], None]) -> threading.Thread:
    """Adds the pictures of `source`, a folder or an index file, to `folder`; the format is found out."""
    from dataset.exchange import import_into

    return _start(lambda tick: import_into(folder, source, progress=tick), post)


def _start(work: Callable[[Callable[[int], object]], "Report"], post: Callable[[object], None]) -> threading.Thread:
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if done % _EVERY == 0:
            post(ExchangeProgress(done))

    def run() -> None:
        try:
            post(ExchangeEnded(summary(work(tick)), False))
        except Exception as error:
            if not isinstance(error, ToolkitError):
                _log.exception("exchange failed")
            post(ExchangeEnded(str(error) or type(error).__name__, True))

    thread = threading.Thread(target=run, name="exchange", daemon=True)
    thread.start()
    return thread


def summary(report: "Report") -> str:
    """What a report says, in one line."""
    parts = [f"{name} {count:,}" for name, count in report.counts.items()]
    if report.problems:
        parts.append(_("{n} could not be used, the first: {problem}").format(
            n=len(report.problems), problem=report.problems[0]
        ))  # fmt: skip
    return ", ".join(parts)
