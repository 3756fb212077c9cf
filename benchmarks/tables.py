"""Tables of results in the documents, each between two marks: benchmarks put them there, a test compares."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.report import RESULTS

RECOGNISER = Path(__file__).resolve().parent.parent / "docs" / "recogniser.md"


def summary(benchmark: str) -> dict[str, Any]:
    """What the last run of a benchmark came to; nothing where it has not run."""
    path = RESULTS / f"{benchmark}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["results"]["summary"] if path.exists() else {}
    return found


@contextmanager
def kept_up(name: str, table: Callable[[], str]) -> Iterator[None]:
    """Puts the table into the recogniser's document when the work ends, also when it is stopped."""
    try:
        yield
    finally:
        put(RECOGNISER, name, table())


def put(document: Path, name: str, table: str) -> None:
    """Put a Markdown table between the marks of that name. Raises ValueError where there are none."""
    before, _, after = _split(document, name)
    document.write_text(f"{before}\n{table}\n{after}", encoding="utf-8")


def shown(document: Path, name: str) -> str:
    """What stands between the marks now."""
    return _split(document, name)[1].strip()


def _split(document: Path, name: str) -> tuple[str, str, str]:
    """The text up to the first mark, between, and from the second mark on."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = document.read_text(encoding="utf-8")
    start, stop = text.index(begin) + len(begin), text.index(end)
    return text[:start], text[start:stop], text[stop:]
