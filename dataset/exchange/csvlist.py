"""Lists of pictures as CSV: one file name column, one label column and, when there is one, a column `type`.

Cells hold the label unaltered: a label that looks like a formula to a spreadsheet stays what the picture shows.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from dataset.errors import DatasetError
from dataset.exchange.format import Entry, Format, Listing, Problem, Row
from dataset.exchange.pictures import found, listed, lists
from dataset.tables import BadRow, TableRow, header_of, read_table


def csv_format(name: str, sentence: str, index: str, columns: tuple[str, str], *more: str) -> Format:
    """The format whose list is called `index`, or matches one of the patterns `more`; `columns`: file and label."""

    def write(out: Path, entries: Iterable[Entry]) -> None:
        with (out / index).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow((*columns, "type"))
            writer.writerows(entries)

    def read(source: Path, root: Path | None) -> Iterator[Row | Problem]:
        for path in lists(source, index, *more):
            yield from _rows(path, root or path.parent, *columns)

    def recognises(source: Path) -> bool:
        try:
            return any(set(columns) <= set(header_of(path)) for path in lists(source, index, *more))
        except DatasetError:
            return False

    return listed(name, sentence, Listing(write, read), recognises)


def _rows(index: Path, root: Path, file_column: str, label_column: str) -> Iterator[Row | Problem]:
    for row in read_table(index, (file_column, label_column)):
        place = f"{index.name}, line {row.line}"
        match row:
            case BadRow(sentence=sentence):
                yield Problem(place, sentence)
            case TableRow(cells=cells):
                yield found(place, root, cells[file_column], cells[label_column], cells.get("type"))
