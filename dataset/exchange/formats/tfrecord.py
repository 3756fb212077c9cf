"""`tfrecord`: one TensorFlow record file that holds pictures and labels, written and read without TensorFlow.

Each record is a tf.train.Example with the bytes features image/encoded, image/format, image/filename, image/text and,
when there is one, image/type.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dataset.errors import DatasetError, ImageRefused
from dataset.exchange.example import pack, unpack
from dataset.exchange.format import Format, Picture, Problem, Row
from dataset.exchange.pictures import lists
from dataset.exchange.records import RecordDamaged, read_records, write_record
from dataset.imagefile import inspect

_FILE = "pictures.tfrecord"
_PATTERN = "*.tfrecord*"  # shards are called pictures.tfrecord-00000-of-00004


def write(out: Path, items: Iterable[Picture]) -> list[Problem]:
    """One record a picture, in the order given."""
    problems = []
    with (out / _FILE).open("wb") as file:
        for item in items:
            try:
                kind = inspect(item.data).format
            except ImageRefused as error:
                problems.append(Problem(item.name, str(error)))
                continue
            features = {"encoded": item.data, "format": kind.encode(), "filename": item.name.encode()}
            features |= {"text": item.label.encode()} | ({"type": item.type.encode()} if item.type else {})
            write_record(file, pack({f"image/{key}": value for key, value in features.items()}))
    return problems


def read(source: Path) -> Iterator[Row | Problem]:
    """The records of a folder's .tfrecord files, or of one such file; a damaged record costs only itself."""
    for path in lists(source, _PATTERN):
        try:
            with path.open("rb") as file:
                for number, record in enumerate(read_records(file), 1):
                    place = f"{path.name}, record {number}"
                    yield Problem(place, str(record)) if isinstance(record, RecordDamaged) else _row(place, record)
        except OSError as error:
            raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error


def recognises(source: Path) -> bool:
    """By the file's name."""
    return any(source.glob(_PATTERN)) if source.is_dir() else ".tfrecord" in source.name


def _row(place: str, record: bytes) -> Row | Problem:
    try:
        features = unpack(record)
        label, kind = (features.get(f"image/{key}", b"").decode() or None for key in ("text", "type"))
        return Row(place, features["image/encoded"], label, kind)
    except KeyError:
        return Problem(place, "no feature image/encoded")
    except ValueError as error:
        return Problem(place, f"not a tf.train.Example with text in UTF-8 ({error})")


FORMAT = Format("tfrecord", "TensorFlow: one record file with pictures and labels", write, read, recognises)
