"""A dataset, or any folder that can be read as one, in another layout."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dataset.atomic import new_folder
from dataset.errors import DatasetError, UsageError
from dataset.exchange.format import Entry, Picture, Problem, Report
from dataset.exchange.registry import find_format, listing_of
from dataset.folder import Item, read_folder
from dataset.imagefile import EXTENSIONS, inspect, read_file
from dataset.names import checked_label, extension_of, unique_name


def export_dataset(
    folder: str | Path,
    format: str,
    out: str | Path,
    progress: Callable[[int], object] | None = None,
    *,
    list_only: bool = False,
) -> Report:
    """Writes the labelled pictures of a folder, byte for byte, to a new folder `out`; `folder` is not changed.

    Counts: exported, unlabelled (left out). `out` appears when it is complete. `progress` is called with 1 a picture.
    With `list_only` no picture is read or copied, and the names in the list are paths inside `folder`.
    Raises UsageError for an unknown format, one that has no list, or an unusable `out`, DatasetError when reading or
    writing fails.
    """
    folder, out = Path(folder), Path(out)
    chosen = find_format(format)
    listing = listing_of(chosen) if list_only else None
    notes: list[str] = []
    items = read_folder(folder, notes)
    labelled = [item for item in items if item.label is not None]
    report = Report(format, {}, [Problem(folder.name, note) for note in notes])
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{out}: lies inside the folder that is exported; give another place")
    with new_folder(out) as fresh:
        if listing:
            listing.write(fresh, _entries(labelled, report.problems, progress))
        else:
            report.problems += chosen.write(fresh, _pictures(labelled, report.problems, progress))
    failed = len(report.problems) - len(notes)
    report.counts = {"exported": len(labelled) - failed, "unlabelled": len(items) - len(labelled)}
    return report


def _entries(
    items: Sequence[Item], problems: list[Problem], progress: Callable[[int], object] | None
) -> Iterator[Entry]:
    """The lines of a list of the pictures as they lie; one without a usable label becomes a problem."""
    for item in items:
        try:
            yield Entry(item.name, checked_label(item.label or ""), item.type)
        except DatasetError as error:
            problems.append(Problem(item.name, str(error)))
        if progress:
            progress(1)


def _pictures(
    items: Sequence[Item], problems: list[Problem], progress: Callable[[int], object] | None
) -> Iterator[Picture]:
    """The pictures with unique names; one that cannot be read becomes a problem."""
    taken: dict[str, int] = {}
    for item in items:
        try:
            data = read_file(item.path)
            if item.sha256 is None:  # nobody has looked at it yet
                inspect(data)
            label = checked_label(item.label or "")
            name = unique_name(label, _extension(item.path, data), taken)
        except DatasetError as error:
            problems.append(Problem(item.name, str(error)))
        else:
            yield Picture(name, data, label, item.type)
        if progress:
            progress(1)


def _extension(path: Path, data: bytes) -> str:
    extension = extension_of(path.name)
    return extension if extension.lower() in EXTENSIONS else inspect(data).extension
