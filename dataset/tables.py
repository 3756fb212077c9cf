"""Lists of picture files that somebody else wrote: CSV rows by line number, and file names that may not lead outside.

A bad row never costs the good ones: it comes out as a `BadRow` with its line and what is wrong with it.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple

from dataset.errors import DatasetError

if TYPE_CHECKING:
    from _csv import Reader


class TableRow(NamedTuple):
    """One row: the line in the file where it ends (from 1), and its cells by column, exactly as written."""

    line: int
    cells: dict[str, str]


class BadRow(NamedTuple):
    """A row that cannot be used, and why."""

    line: int
    sentence: str


def read_table(path: Path, columns: Sequence[str]) -> Iterator[TableRow | BadRow]:
    """The rows of a UTF-8 CSV file (a byte order mark is no harm) whose first line names at least these columns.

    Raises DatasetError when the file cannot be read or lacks a column.
    """
    try:
        # Bytes that are not UTF-8 become lone surrogates, so that only their own row is lost.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if missing := [column for column in columns if column not in header]:
                raise DatasetError(f"{path}: the first line must name the column {' and the column '.join(missing)}")
            yield from _rows(reader, header)
    except (OSError, csv.Error) as error:
        raise DatasetError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def header_of(path: Path) -> list[str]:
    """The column names of a CSV file, or none when it is no such file."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, csv.Error):
        return []


def locate(root: Path, name: str) -> Path:
    """The file of a name inside `root`; separators of any system. Raises DatasetError when outside or missing."""
    pure = PureWindowsPath(name)  # splits at both kinds of separator
    if not name:
        raise DatasetError("names no file")
    if pure.root or ".." in pure.parts or PurePosixPath(name).is_absolute():
        raise DatasetError(f"{name!r} lies outside the folder")
    try:
        path = root / name
        if not path.is_file():
            path = root.joinpath(*pure.parts)
        if not path.is_file():
            raise DatasetError(f"{name!r} is missing")
        if not path.resolve().is_relative_to(root.resolve()):
            raise DatasetError(f"{name!r} lies outside the folder")
    except (OSError, ValueError) as error:  # a name too long for the system, or with a NUL
        raise DatasetError(f"{name!r} is no file name") from error
    return path


def is_text(value: str) -> bool:
    """Whether a cell came from valid UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _rows(reader: "Reader", header: list[str]) -> Iterator[TableRow | BadRow]:
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(reader.line_num, f"not a CSV row ({error})")
            continue
        if not values:
            continue
        if len(values) != len(header):
            yield BadRow(reader.line_num, f"{len(values)} cells, but {len(header)} columns: quote cells with commas")
        elif not all(map(is_text, values)):
            yield BadRow(reader.line_num, "not UTF-8: save the file again as UTF-8")
        else:
            yield TableRow(reader.line_num, dict(zip(header, values, strict=True)))
