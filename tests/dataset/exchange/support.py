"""Small real pictures and folders of them."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image


def png(number: int) -> bytes:
    """A picture that is different for each number below 2**24."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), tuple(number.to_bytes(3, "big"))).save(buffer, "PNG")
    return buffer.getvalue()


def listed_folder(folder: Path, rows: Iterable[tuple[str, str | None]]) -> Path:
    """A folder with labels.csv that has a picture for each (label, type)."""
    folder.mkdir()
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label", "type"])
        for number, (label, kind) in enumerate(rows):
            (folder / f"{number}.png").write_bytes(png(number))
            writer.writerow([f"{number}.png", label, kind])
    return folder
