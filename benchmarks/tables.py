"""Tables of results in the documents, each between two marks: benchmarks put them there, a test compares."""

from pathlib import Path

RECOGNISER = Path(__file__).resolve().parent.parent / "docs" / "recogniser.md"


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
