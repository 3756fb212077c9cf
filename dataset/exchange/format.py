"""What an exchange format is, and what goes in and out of one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Picture(NamedTuple):
    """What an export writes: original bytes, a file name that is unique in the export and legal everywhere."""

    name: str
    data: bytes
    label: str
    type: str | None


class Entry(NamedTuple):
    """One line of a list: a picture's POSIX path inside the folder that the list belongs to, its label and type."""

    file: str
    label: str
    type: str | None


class Row(NamedTuple):
    """What an import reads: a picture (its file, or its bytes) and its label. `place` says where in the source."""

    place: str
    content: Path | bytes
    label: str | None
    type: str | None


class Problem(NamedTuple):
    """Something that was left out: where (a line, a record, a file name) and why."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of a format that keeps pictures as files beside one.

    `write(out, entries)` writes the list alone into `out`; `read(source, root)` looks for the named files in `root`
    (None: beside the list).
    """

    write: Callable[[Path, Iterable[Entry]], None]
    read: Callable[[Path, Path | None], Iterator[Row | Problem]]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to lay out labelled pictures.

    `write(out, pictures)` fills the existing empty folder `out` and returns what it could not hold;
    `read(source)` gives the rows of a folder or file, good and bad; both stream. `recognises(source)` looks at
    names and first lines only. `listing` is there when the pictures could as well stay where they are.
    """

    name: str
    sentence: str
    write: Callable[[Path, Iterable[Picture]], list[Problem]]
    read: Callable[[Path], Iterator[Row | Problem]]
    recognises: Callable[[Path], bool]
    listing: Listing | None = None


@dataclass(slots=True)
class Report:
    """The outcome: how many of what, and everything that was left out."""

    format: str
    counts: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
