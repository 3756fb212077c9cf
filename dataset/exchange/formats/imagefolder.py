"""`imagefolder`: Hugging Face's ImageFolder, metadata.csv with the columns file_name, text and type.

Its loader guesses cell types: a set whose labels are all digits comes out as numbers there unless a type is given.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from dataset.exchange import pictures
from dataset.exchange.format import Format, Picture, Problem, Row
from dataset.tables import header_of

_INDEX = "metadata.csv"
_COLUMNS = ("file_name", "text", "type")


def write(out: Path, items: Iterable[Picture]) -> list[Problem]:
    """One row a picture, in the order given."""
    with (out / _INDEX).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows((pictures.save(out, item), item.label, item.type) for item in items)
    return []


def read(source: Path) -> Iterator[Row | Problem]:
    """The rows of every metadata.csv in a folder (a split such as train/ has its own), or of one such file."""
    for index in _indices(source):
        yield from pictures.table_rows(index, "file_name", "text")


def recognises(source: Path) -> bool:
    """By the column names."""
    return any({"file_name", "text"} <= set(header_of(index)) for index in _indices(source))


def _indices(source: Path) -> list[Path]:
    return sorted([*source.glob(_INDEX), *source.glob(f"*/{_INDEX}")]) if source.is_dir() else [source]


FORMAT = Format(
    "imagefolder", "Hugging Face: metadata.csv (file_name,text,type) and the pictures", write, read, recognises
)
