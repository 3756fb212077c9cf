"""Where the formats that keep pictures as files put them, and how they find them again."""

from collections.abc import Iterable
from pathlib import Path

from dataset.errors import DatasetError
from dataset.exchange.format import Picture, Problem, Row
from dataset.tables import BadRow, TableRow, locate, read_table

FOLDER = "images"


def save(out: Path, picture: Picture) -> str:
    """Write the picture's bytes as they are; the POSIX path inside `out`."""
    path = out / FOLDER / picture.name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture.data)
    return f"{FOLDER}/{picture.name}"


def found(place: str, root: Path, name: str, label: str | None, type: str | None) -> Row | Problem:
    """The row of a named picture, or the problem with its name."""
    try:
        return Row(place, locate(root, name), label, type or None)
    except DatasetError as error:
        return Problem(place, str(error))


def table_rows(index: Path, file_column: str, label_column: str) -> Iterable[Row | Problem]:
    """The pictures that a CSV file lists; its column `type`, when it has one, is the type."""
    for row in read_table(index, (file_column, label_column)):
        place = f"{index.name}, line {row.line}"
        match row:
            case BadRow(sentence=sentence):
                yield Problem(place, sentence)
            case TableRow(cells=cells):
                yield found(place, index.parent, cells[file_column], cells[label_column], cells.get("type"))
