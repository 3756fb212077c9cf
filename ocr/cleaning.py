"""Cleans many files: PNG out, named and placed as the files that came in."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image

from dataset import imagefile
from dataset.atomic import atomic_write
from dataset.console import progress
from dataset.errors import DatasetError, ImageRefused, UsageError
from dataset.scanning import picture_names
from ocr.cleaner import Cleaner
from ocr.errors import OcrError


def clean_files(cleaner: Cleaner, paths: Iterable[Path], out: Path, *, quiet: bool = True) -> tuple[int, list[str]]:
    """Cleans files and folders (sub-folders too) into the folder `out`: how many, and a sentence on each broken one.

    Names keep their place below the folder given and end in .png. Raises UsageError when a picture would take the place
    of one that is read, OcrError when there is none or `out` cannot be written.
    """
    work = plan(paths, out)
    done, problems = 0, []
    with progress(len(work), "cleaning", unit="pictures", quiet=quiet) as shown:
        for source, target in work:
            try:
                cleaned = cleaner.clean(imagefile.load(source))
            except ImageRefused as error:
                problems.append(str(error))
            else:
                _save(cleaned, target)
                done += 1
            shown.advance()
    return done, problems


def plan(paths: Iterable[Path], out: Path) -> list[tuple[Path, Path]]:
    """Where each picture goes; a name that is taken gets its old ending before the new one (a.jpg.png), or a number."""
    sources = list(_sources(paths))
    if not sources:
        raise OcrError("no pictures found; give picture files, or folders that hold some")
    read = {source.resolve() for source, _ in sources}
    taken: set[str] = set()
    work = []
    for source, name in sources:
        target = next(path for path in _names(out / name) if str(path).casefold() not in taken)
        if target.resolve() in read:
            raise UsageError(f"{target}: would take the place of a picture to be cleaned; choose another --out")
        taken.add(str(target).casefold())
        work.append((source, target))
    return work


def _sources(paths: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Files with the place that they get below the folder to write."""
    for path in paths:
        if path.is_dir():
            yield from ((path / name, Path(name)) for name in sorted(picture_names(path)))
        else:
            yield path, Path(path.name)


def _names(path: Path) -> Iterator[Path]:
    yield path.with_suffix(".png")
    yield path.with_name(f"{path.name}.png")
    number = 2
    while True:
        yield path.with_name(f"{path.stem}__{number}.png")
        number += 1


def _save(picture: Image.Image, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(target) as file:
            picture.save(file, "PNG")
    except OSError as error:
        raise OcrError(
            f"{target.parent}: cannot be written ({error.strerror or error}); choose another --out"
        ) from error
    except DatasetError as error:
        raise OcrError(str(error)) from error
