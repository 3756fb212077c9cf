"""`folder`: pictures named by their labels, in one sub-folder a type. Reads datasets as well."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from dataset.exchange.format import Format, Picture, Problem, Row
from dataset.folder import read_folder
from dataset.names import label_from_name, label_to_name
from dataset.scanning import REJECTED, picture_names
from dataset.schema import DATABASE


def write(out: Path, items: Iterable[Picture]) -> list[Problem]:
    """One file a picture; a label that does not fit into a file name is left out and told."""
    problems = []
    for item in items:
        if label_from_name(item.name) != item.label:
            problems.append(Problem(item.name, "its label does not fit into a file name: export as csv"))
            continue
        path = out / _folder_of(item.type) / item.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(item.data)
    return problems


def read(source: Path) -> Iterator[Row | Problem]:
    """The pictures of a plain folder or a dataset, by name; sub-folders are types when there are several."""
    notes: list[str] = []
    plain = not (source / DATABASE).is_file()
    for item in read_folder(source, notes):
        yield Row(item.name, item.path, item.label, unquote(item.type) if plain and item.type else item.type)
    yield from (Problem(source.name, note) for note in notes)


def recognises(source: Path) -> bool:
    """Any folder with a picture in it."""
    return source.is_dir() and next(picture_names(source), None) is not None


def _folder_of(type: str | None) -> str:
    name = label_to_name(type or "", "")
    # A folder of that name would be taken for a dataset's rejected files.
    return name if name != REJECTED else f"%{ord(name[0]):02X}{name[1:]}"


FORMAT = Format("folder", "pictures named by their labels, sub-folders are types", write, read, recognises)
