"""Labelled pictures from and to the layouts of other programs; the bytes of a picture never change.

`export_dataset` and `import_into` do the work; `FORMATS` is the registry.
"""

from dataset.exchange.exporting import export_dataset
from dataset.exchange.format import Format, Problem, Report
from dataset.exchange.formats import FORMATS
from dataset.exchange.importing import import_into
from dataset.exchange.registry import detect_format, find_format

__all__ = [
    "FORMATS",
    "Format",
    "Problem",
    "Report",
    "detect_format",
    "export_dataset",
    "find_format",
    "import_into",
]
