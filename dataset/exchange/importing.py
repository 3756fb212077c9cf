"""Labelled pictures of any format into a dataset."""

from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path

from dataset.errors import DatasetBusy, DatasetError, DatasetReadOnly, UsageError, no_folder
from dataset.exchange.format import Problem, Report, Row
from dataset.exchange.registry import detect_format, find_format, listing_of
from dataset.imagefile import read_file
from dataset.names import checked_label
from dataset.sample import CONFIRMED
from dataset.store import Store

_BY = "import"


def import_into(
    folder: str | Path,
    source: str | Path,
    format: str | None = None,
    progress: Callable[[int], object] | None = None,
    *,
    pictures: str | Path | None = None,
) -> Report:
    """Adds the pictures of `source`, a folder or an index file, to a dataset; finds the format out when not told.

    Counts: added, labelled (the picture was there without a label), already (there with this label). Rows that
    cannot be used are problems, with their line; a label that is there already is never replaced. `progress` is
    called with 1 a row. `pictures`: the folder that the names in a list belong to, when that is not the list's own.
    Raises UsageError for an unknown format or one without a list, DatasetError when nothing can be read or written.
    """
    folder, source = Path(folder), Path(source)
    if not source.exists():
        raise DatasetError(f"{source}: no such file or folder")
    if pictures and not Path(pictures).is_dir():
        raise no_folder(Path(pictures))
    if source.resolve() == folder.resolve():
        raise UsageError(f"{source}: is the dataset itself; give another folder")
    chosen = find_format(format) if format else detect_format(source)
    rows = listing_of(chosen).read(source, Path(pictures)) if pictures else chosen.read(source)
    first = list(islice(rows, 1))  # a source that cannot be read at all makes no dataset
    report = Report(chosen.name, {"added": 0, "labelled": 0, "already": 0})
    with Store.open(folder) as store:
        while store.index():  # pictures are known by their content, so all content must be known
            pass
        for row in chain(first, rows):
            outcome = row if isinstance(row, Problem) else _take(store, row)
            if isinstance(outcome, Problem):
                report.problems.append(outcome)
            else:
                report.counts[outcome] += 1
            if progress:
                progress(1)
    return report


def _take(store: Store, row: Row) -> Problem | str:
    """Add one picture; the name of the count that it belongs to, or what is wrong with it."""
    if not row.label:
        return Problem(row.place, "no label")
    try:
        label = checked_label(row.label)
        data = row.content if isinstance(row.content, bytes) else read_file(row.content)
        added = store.add(data, label=label, by=_BY, type=row.type)
    except (DatasetBusy, DatasetReadOnly):
        raise
    except DatasetError as error:
        return Problem(row.place, str(error))
    if not added.duplicate:
        return "added"
    there = added.sample
    if there.status in CONFIRMED and there.label is not None:
        if there.label == label:
            return "already"
        return Problem(row.place, f"says {label!r}, but the picture is there as {there.file} with {there.label!r}")
    store.label(there.id, label, by=_BY)
    if row.type and not there.type:
        store.set_type([there.id], row.type, by=_BY)
    return "labelled"
