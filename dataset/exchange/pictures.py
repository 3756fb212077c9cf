"""What the formats share that keep pictures as files and name them in a list."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dataset.errors import DatasetError
from dataset.exchange.format import Entry, Format, Listing, Picture, Problem, Row
from dataset.tables import locate

FOLDER = "images"


def listed(name: str, sentence: str, listing: Listing, recognises: Callable[[Path], bool]) -> Format:
    """The format that puts the pictures beside a list."""

    def write(out: Path, items: Iterable[Picture]) -> list[Problem]:
        (out / FOLDER).mkdir()
        listing.write(out, (Entry(_save(out, item), item.label, item.type) for item in items))
        return []

    def read(source: Path) -> Iterator[Row | Problem]:
        return listing.read(source, None)

    return Format(name, sentence, write, read, recognises, listing)


def lists(source: Path, *patterns: str) -> list[Path]:
    """The lists in a folder, sorted, or the file itself. Raises DatasetError when there is none."""
    if not source.is_dir():
        return [source]
    found = sorted(path for pattern in patterns for path in source.glob(pattern))
    if not found:
        raise DatasetError(f"{source}: holds no {patterns[0]}; give the folder that does, or another format")
    return found


def found(place: str, root: Path, name: str, label: str | None, type: str | None) -> Row | Problem:
    """The row of a named picture, or the problem with its name."""
    try:
        return Row(place, locate(root, name), label, type or None)
    except DatasetError as error:
        return Problem(place, str(error))


def _save(out: Path, picture: Picture) -> str:
    """Write the picture's bytes as they are; the POSIX path inside `out`."""
    name = f"{FOLDER}/{picture.name}"
    with open(f"{out}/{name}", "xb") as file:  # noqa: PTH123  (pathlib costs as much as the writing)
        file.write(picture.data)
    return name
