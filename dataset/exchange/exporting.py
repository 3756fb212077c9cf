"""A dataset, or any folder that can be read as one, in another layout."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from dataset.errors import DatasetError, UsageError
from dataset.exchange.format import Entry, Picture, Problem, Report
from dataset.exchange.registry import find_format, listing_of
from dataset.folder import Item, read_folder
from dataset.imagefile import EXTENSIONS, inspect, read_file
from dataset.names import checked_label, extension_of, label_to_name, name_key


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
    with _new_folder(out, folder) as fresh:
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
            label = checked_label(item.label or "")
            name = _unique_name(label, _extension(item.path, data), taken)
        except DatasetError as error:
            problems.append(Problem(item.name, str(error)))
        else:
            yield Picture(name, data, label, item.type)
        if progress:
            progress(1)


def _extension(path: Path, data: bytes) -> str:
    extension = extension_of(path.name)
    return extension if extension.lower() in EXTENSIONS else inspect(data).extension


def _unique_name(label: str, extension: str, taken: dict[str, int]) -> str:
    """The label as a name, numbered when the name is taken on any file system: XK7P2.png, XK7P2__000001.png."""
    name = label_to_name(label, extension)
    before = taken.get(name_key(name), 0)
    taken[name_key(name)] = before + 1
    return label_to_name(label, extension, f"{before:06x}") if before else name


@contextmanager
def _new_folder(out: Path, source: Path) -> Iterator[Path]:
    """A folder that becomes `out` when the block ends well and leaves no trace when it does not."""
    if out.resolve().is_relative_to(source.resolve()):
        raise UsageError(f"{out}: lies inside the folder that is exported; give another place")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: exists already; give a new or an empty folder")
    fresh = out.with_name(f".{out.name[:100]}.{token_hex(4)}.tmp")
    try:
        try:
            fresh.mkdir(parents=True)
            yield fresh
            if out.exists():
                out.rmdir()
            fresh.rename(out)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    except OSError as error:
        raise DatasetError(f"{out}: cannot be written ({error.strerror or error}); nothing was exported") from error
