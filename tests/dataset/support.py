"""What the tests of the dataset package share: small pictures, folders, and whether rows and files agree."""

import hashlib
import io
import os
import random
import sqlite3
import struct
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from dataset.scanning import picture_names
from dataset.store import Store

SCRATCH = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where many small folders are made and thrown away: in memory, which does not wait for a disk."""

cases_are_two_names = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the usual file system takes names that differ in case only for one"
)
names_are_bytes = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the system knows no names that are no Unicode"
)


def png(seed: int, size: tuple[int, int] = (12, 6)) -> bytes:
    """A small grey picture, another one for each seed."""
    noise = random.Random(seed).randbytes(size[0] * size[1])
    return encoded(Image.frombytes("L", size, noise))


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture file."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width: int, height: int, data: bytes, depth: int = 8, colour: int = 0, extra: bytes = b"") -> bytes:
    """A PNG file by hand, for what Pillow does not write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b"")
    )


def plain_folder(folder: Path, *names: str) -> Path:
    """A folder with a picture under each name; the number of the name is the picture's seed."""
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(seed))
    return folder


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of each picture file in a folder, by name."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in picture_names(folder)}


def disagreements(store: Store) -> list[str]:
    """Where rows and files of a dataset do not agree, left-over files and a damaged database included."""
    rows = [sample.file for sample in store.samples()]
    names = set(picture_names(store.folder))
    found = [f"{name} has no row" for name in names - set(rows)]
    found += [f"{name} has no file" for name in rows if not (store.folder / name).is_file()]
    found += [f"{name} has two rows" for name in set(rows) if rows.count(name) > 1]
    hidden = [path for path in store.folder.rglob(".*") if path.is_file()]
    found += [f"{path.name} was left over" for path in hidden]
    with sqlite3.connect(store.folder / "captcha.db") as db:
        found += [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"a reference of {row[0]} leads nowhere" for row in db.execute("PRAGMA foreign_key_check")]
    db.close()
    return found


def named(store: Store) -> dict[str, str]:
    """The status and label of each sample, by file name."""
    return {sample.file: f"{sample.status}:{sample.label or ''}" for sample in store.samples()}
