"""Reads many files: a table of predictions, and a table of what could not be read."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
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

    Raises OcrError when nothing is there to read.
    """
    files = list(picture_paths(paths))
    if not files:
        raise OcrError("no pictures found; give picture files, or folders that hold some")
    remaining = iter(files)
    with progress(len(files), "reading", unit="pictures", quiet=quiet) as shown:
        while chunk := list(islice(remaining, _CHUNK)):
            yield from _read_chunk(recognizer, chunk)
            shown.advance(len(chunk))


def _read_chunk(recognizer: Recognizer, chunk: list[Path]) -> list[Reading]:
    """Together, which is faster, and one by one where a file is broken."""
    try:
        return list(map(Reading, chunk, recognizer.read(chunk)))
    except ImageRefused:
        return [_read_one(recognizer, path) for path in chunk]


def _read_one(recognizer: Recognizer, path: Path) -> Reading:
    try:
        return Reading(path, recognizer.read([path])[0])
    except ImageRefused as error:
        return Reading(path, None, str(error))


def check_out(out: Path) -> None:
    """Raises UsageError when the table could not be written there, before anything is read."""
    if out.suffix.lower() not in (".csv", ".txt"):
        raise UsageError(f"{out}: the table is a .csv or a .txt file; give --out such a name")
    if not out.parent.is_dir():
        raise UsageError(f"{out}: there is no folder {out.parent}; make it first")


def write_table(readings: Iterable[Reading], out: Path) -> int:
    """Writes what was read: `file<TAB>text` lines for .txt, else CSV with the header of `COLUMNS`; how many rows.

    File names are written as they were given. Raises OcrError when the place cannot be written.
    """
    read = [reading for reading in readings if reading.prediction is not None]
    text = _as_lines(read) if out.suffix.lower() == ".txt" else _as_csv(read)
    try:
        with atomic_write(out) as file:
            file.write(text.encode("utf-8", "surrogateescape"))
    except DatasetError as error:
        raise OcrError(str(error)) from error
    return len(read)


def _as_lines(readings: Iterable[Reading]) -> str:
    lines = []
    for reading in readings:
        name = str(reading.path)
        if len(name.splitlines()) > 1:
            raise OcrError(f"{name!r}: a name with a line break cannot stand in a .txt table; write a .csv instead")
        if reading.prediction is not None:
            lines.append(f"{name}\t{reading.prediction.text}\n")
    return "".join(lines)


def _as_csv(readings: Iterable[Reading]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for reading in readings:
        if found := reading.prediction:
            writer.writerow([reading.path, found.text, f"{found.confidence:.5f}", found.type or "", found.answer or ""])
    return buffer.getvalue()
