"""What is left beside the pictures at the end: the page about the work."""

from pathlib import Path

from dataset.store import Store
from labeler.teaching import report
from labeler.teaching.record import Record


def write_report(record: Record, store: Store) -> Path:
    """Writes the page into the dataset's folder and returns its place. Raises DatasetError where that cannot be."""
    path = store.folder / report.NAME
    report.write(record, path, lambda sample: store.path(store.get(sample)))
    return path
