"""Reads many files: a table of predictions, and a table of what could not be read."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dataset.atomic import atomic_write
from dataset.console import progress
from dataset.errors import DatasetError, ImageRefused, UsageError
from dataset.folder import picture_paths
from ocr.errors import OcrError
from ocr.recognizer import Prediction, Recognizer

_CHUNK = 64
COLUMNS = ("file", "text", "confidence", "type", "answer")


@dataclass(frozen=True)
class Reading:
    """One file and its prediction, or the sentence why there is none."""

    path: Path
    prediction: Prediction | None
    problem: str | None = None


def read_paths(recognizer: Recognizer, paths: Iterable[Path], *, quiet: bool = True) -> Iterator[Reading]:
    """Reads files and folders in chunks, in order; a broken file never spoils the rest.

    Raises OcrError, before anything is read, when nothing is there to read.
    """
    files = list(picture_paths(paths))
    if not files:
        raise OcrError("no pictures found; give picture files, or folders that hold some")
    return _readings(recognizer, files, quiet=quiet)


def _readings(recognizer: Recognizer, files: list[Path], *, quiet: bool) -> Iterator[Reading]:
    with progress(len(files), "reading", unit="pictures", quiet=quiet) as shown:
        for start in range(0, len(files), _CHUNK):
            chunk = files[start : start + _CHUNK]
            yield from _read_chunk(recognizer, chunk)
            shown.advance(len(chunk))


def _read_chunk(recognizer: Recognizer, chunk: list[Path]) -> list[Reading]:
    """Together, which is faster; by halves where a file is broken."""
    try:
        return list(map(Reading, chunk, recognizer.read(chunk)))
    except ImageRefused as error:
        if len(chunk) == 1:
            return [Reading(chunk[0], None, str(error))]
    half = len(chunk) // 2
    return _read_chunk(recognizer, chunk[:half]) + _read_chunk(recognizer, chunk[half:])


def check_out(out: Path) -> None:
    """Raises UsageError when the table could not be written there, before anything is read."""
    if out.suffix.lower() not in (".csv", ".txt"):
        raise UsageError(f"{out}: the table is a .csv or a .txt file; give --out such a name")
    if not out.parent.is_dir():
        raise UsageError(f"{out}: there is no folder {out.parent}; make it first")


def write_table(readings: Iterable[Reading], out: Path) -> int:
    """Writes what was read as it comes: `file<TAB>text` lines for .txt, else CSV with the header of `COLUMNS`.

    Returns how many rows. The table is there when all is written, or not at all. File names are written as they were
    given. Raises OcrError when the place cannot be written, and whatever `readings` raise.
    """
    add = _add_lines if out.suffix.lower() == ".txt" else _add_csv
    read = ((reading.path, reading.prediction) for reading in readings if reading.prediction)
    try:
        with atomic_write(out) as file:
            return add(codecs.getwriter("utf-8")(file, "surrogateescape"), read)
    except DatasetError as error:
        raise OcrError(str(error)) from error
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(f"stopped; {out} was not written") from error


def _add_lines(file: codecs.StreamWriter, read: Iterable[tuple[Path, Prediction]]) -> int:
    rows = 0
    for path, found in read:
        name = str(path)
        if len(name.splitlines()) > 1:
            raise OcrError(f"{name!r}: a name with a line break cannot stand in a .txt table; write a .csv instead")
        file.write(f"{name}\t{found.text}\n")
        rows += 1
    return rows


def _add_csv(file: codecs.StreamWriter, read: Iterable[tuple[Path, Prediction]]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = 0
    for path, found in read:
        writer.writerow([path, found.text, f"{found.confidence:.5f}", found.type or "", found.answer or ""])
        rows += 1
    return rows
