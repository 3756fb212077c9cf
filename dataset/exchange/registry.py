"""Finding a format by its name or by what lies in a folder."""

import difflib
from pathlib import Path

from dataset.errors import DatasetError, UsageError
from dataset.exchange.format import Format, Listing
from dataset.exchange.formats import FORMATS
from dataset.schema import DATABASE


def find_format(name: str) -> Format:
    """The format of that name; UsageError names the nearest one when there is none."""
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(sorted(FORMATS))}"
    raise UsageError(f"there is no format {name!r}: {hint}")


def listing_of(format: Format) -> Listing:
    """How the format lists pictures that stay where they are; UsageError for one that cannot."""
    if format.listing is None:
        able = ", ".join(sorted(name for name, other in FORMATS.items() if other.listing))
        raise UsageError(f"the format {format.name} keeps no list beside its pictures: choose from {able}")
    return format.listing


def detect_format(source: Path) -> Format:
    """The first format that recognises a folder or file; a dataset is always a folder of pictures.

    Raises DatasetError when none does.
    """
    if (source / DATABASE).is_file():
        return FORMATS["folder"]
    for format in FORMATS.values():
        if format.recognises(source):
            return format
    raise DatasetError(f"{source}: no pictures with labels found; name the format: {', '.join(sorted(FORMATS))}")
