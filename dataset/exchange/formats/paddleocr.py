"""`paddleocr`: PaddleOCR's list for text recognition, one `path<TAB>label` a line.

The label is everything behind the first tab. PaddleOCR itself cuts labels at a second one; it has no types.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dataset.exchange import pictures
from dataset.exchange.format import Entry, Listing, Problem, Row
from dataset.tables import is_text

_INDEX = "rec_gt.txt"
_PATTERN = "rec_gt*.txt"  # PaddleOCR's own sets come as rec_gt_train.txt and rec_gt_test.txt


def write(out: Path, entries: Iterable[Entry]) -> None:
    """One line a picture; labels hold no line breaks, the store sees to that."""
    with (out / _INDEX).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{entry.file}\t{entry.label}\n" for entry in entries)


def read(source: Path, root: Path | None) -> Iterator[Row | Problem]:
    """The lines of a folder's rec_gt*.txt files, or of one such file of any name."""
    for index in pictures.lists(source, _PATTERN):
        with index.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if text := line.removesuffix("\n").removesuffix("\r"):
                    yield _row(root or index.parent, f"{index.name}, line {number}", text)


def recognises(source: Path) -> bool:
    """By the file's name, or the tab in its first line."""
    if source.is_dir():
        return any(source.glob(_PATTERN))
    if source.suffix.lower() != ".txt":
        return False
    with source.open(encoding="utf-8-sig", errors="replace") as file:
        return "\t" in file.readline(10_000)


def _row(root: Path, place: str, line: str) -> Row | Problem:
    name, tab, label = line.partition("\t")
    if not tab:
        return Problem(place, "no tab between file name and label")
    if not is_text(line):
        return Problem(place, "not UTF-8: save the file again as UTF-8")
    return pictures.found(place, root, name, label, None)


FORMAT = pictures.listed(
    "paddleocr", "rec_gt.txt (path, tab, label) and the pictures", Listing(write, read), recognises
)
