"""`csv`: labels.csv with the columns filename, label and type, beside the pictures.

Cells hold the label unaltered: a label that looks like a formula to a spreadsheet stays what the picture shows.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from dataset.exchange import pictures
from dataset.exchange.format import Format, Picture, Problem, Row
from dataset.folder import LABELS_CSV
from dataset.tables import header_of

_COLUMNS = ("filename", "label", "type")


def write(out: Path, items: Iterable[Picture]) -> list[Problem]:
    """One row a picture, in the order given."""
    with (out / LABELS_CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows((pictures.save(out, item), item.label, item.type) for item in items)
    return []


def read(source: Path) -> Iterator[Row | Problem]:
    """The rows of a folder's labels.csv, or of a CSV file of any name."""
    yield from pictures.table_rows(_index(source), "filename", "label")


def recognises(source: Path) -> bool:
    """By the column names."""
    return {"filename", "label"} <= set(header_of(_index(source)))


def _index(source: Path) -> Path:
    return source / LABELS_CSV if source.is_dir() else source


FORMAT = Format("csv", "labels.csv (filename,label,type) and the pictures", write, read, recognises)
