"""Read a folder of pictures with their labels, whatever its form, and change nothing in it.

Three forms: a dataset (captcha.db), a folder with labels.csv (filename,label and optionally type; pictures beside them
that no row names, or one without a label, are unlabelled), or a plain folder whose file names are the labels. A folder
that only holds such folders is read as one, each sub-folder being a type.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from dataset.errors import DatasetError, no_folder
from dataset.names import checked_label, label_from_name
from dataset.sample import CONFIRMED, STATUSES, Query
from dataset.scanning import picture_names
from dataset.schema import DATABASE
from dataset.tables import BadRow, locate, read_table

LABELS_CSV = "labels.csv"
_LEFT_OUT = ("rejected", "duplicate")


@dataclass(frozen=True, slots=True)
class Item:
    """One picture file. `name` is its POSIX path inside the folder; `label` is None when nobody confirmed one."""

    path: Path
    name: str
    label: str | None = None
    type: str | None = None
    sample_id: int | None = None
    sha256: str | None = None


def read_folder(folder: Path | str, problems: list[str] | None = None) -> list[Item]:
    """The pictures of a folder, sorted by name. Rows that cannot be used are added to `problems` as sentences.

    In a dataset only the labels of labelled and reviewed samples count; rejected ones and duplicates are left out.
    Raises DatasetError when the folder is missing or holds no picture.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise no_folder(folder)
    notes = [] if problems is None else problems
    try:
        items = list(_items(folder, notes))
    except OSError as error:
        raise DatasetError(f"{folder}: cannot be read ({error.strerror or error})") from error
    if not items:
        reason = f" ({notes[0]})" if notes else ""
        raise DatasetError(f"{folder}: no pictures found{reason}; give a folder with PNG, JPEG or other picture files")
    return sorted(items, key=lambda item: item.name)


def picture_paths(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, and the picture files of folders (sorted, sub-folders too, links not followed)."""
    for path in paths:
        if path.is_dir():
            yield from (path / name for name in sorted(picture_names(path)))
        else:
            yield path


def _items(folder: Path, problems: list[str]) -> Iterator[Item]:
    if _holds(folder, DATABASE):
        yield from _from_store(folder)
    elif _holds(folder, LABELS_CSV):
        yield from _from_csv(folder, problems)
    elif parts := [child for child in sorted(folder.iterdir()) if _holds(child, DATABASE) or _holds(child, LABELS_CSV)]:
        for part in parts:
            for item in _items(part, problems):
                yield replace(item, name=f"{part.name}/{item.name}", type=item.type or part.name, sample_id=None)
    else:
        yield from _from_names(folder)


def _holds(folder: Path, name: str) -> bool:
    return os.path.isfile(folder / name)  # noqa: PTH113  (False, too, for a folder that may not be looked into)


def _from_store(folder: Path) -> Iterator[Item]:
    from dataset.store import Store  # a program that only reads pictures starts without it

    statuses = tuple(status for status in STATUSES if status not in _LEFT_OUT)
    with Store.open(folder, read_only=True) as store:
        for sample in store.samples(Query(statuses=statuses)):
            label = sample.label if sample.status in CONFIRMED else None
            yield Item(store.path(sample), sample.file, label, sample.type, sample.id, sample.sha256)


def _from_csv(folder: Path, problems: list[str]) -> Iterator[Item]:
    index = folder / LABELS_CSV
    seen: set[str] = set()
    named: set[str] = set()
    for row in read_table(index, ("filename", "label")):
        try:
            if isinstance(row, BadRow):
                raise DatasetError(row.sentence)
            path = locate(folder, row.cells["filename"])
            name = path.relative_to(folder).as_posix()
            named.add(name)
            if name in seen:
                raise DatasetError(f"{name} stands there twice")
            label = checked_label(row.cells["label"]) if row.cells["label"] else None  # not labelled yet
        except DatasetError as error:
            problems.append(f"{index}, line {row.line}: {error}")
        else:
            seen.add(name)
            yield Item(path, name, label, row.cells.get("type") or None)
    # What lies beside listed pictures belongs to them, though nobody has labelled it yet.
    beside = {PurePosixPath(name).parent for name in seen}
    for name in picture_names(folder):
        if name not in named and PurePosixPath(name).parent in beside:
            yield Item(folder / name, name)


def _from_names(folder: Path) -> Iterator[Item]:
    names = list(picture_names(folder))
    parents = {PurePosixPath(name).parent for name in names}
    for name in names:
        parent = PurePosixPath(name).parent
        kind = parent.as_posix() if len(parents) > 1 and parent.parts else None
        yield Item(folder / name, name, label_from_name(name), kind)
