"""What a dataset holds, in numbers. Works on any folder that `read_folder` reads and changes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dataset.charset import Charset
from dataset.errors import ImageRefused
from dataset.folder import Item, read_folder
from dataset.hashing import fingerprint
from dataset.imagefile import read_file
from dataset.sample import CONFIRMED, Sample
from dataset.schema import DATABASE
from dataset.split import near_groups
from dataset.store import Store


def stats(folder: Path | str) -> dict[str, Any]:
    """Counts by status, type, length, character, format and size, and duplicates, as one JSON-ready object.

    Pictures that were not measured yet are read for it; near-duplicates are groups of alike difference hashes.
    """
    folder = Path(folder)
    if (folder / DATABASE).is_file():
        with Store.open(folder, read_only=True) as store:
            return _of_samples(folder, store)
    return _of_items(folder)


def _of_samples(folder: Path, store: Store) -> dict[str, Any]:
    samples = list(store.samples())
    hashes: list[tuple[str, int | None]] = []
    for sample in samples:
        if sample.status != "rejected":
            hashes.append(
                (sample.sha256, sample.dhash) if sample.sha256 is not None else _hashes_of(folder / sample.file)
            )
    labels = [s.label for s in samples if s.status in CONFIRMED and s.label is not None]
    kept = [s for s in samples if s.status != "rejected"]
    return {
        "samples": len(samples),
        "by_status": store.counts(),
        "by_type": _counted(s.type or "" for s in kept),
        **_of_labels(labels),
        "by_format": _counted(s.format for s in kept if s.format),
        "by_size": _counted(f"{s.width}x{s.height}" for s in kept if s.width),
        **_of_hashes(hashes),
        "predicted": sum(s.prediction is not None for s in samples),
        "disagreements": sum(_disagrees(s) for s in samples),
    }


def _of_items(folder: Path) -> dict[str, Any]:
    problems: list[str] = []
    items: list[Item] = read_folder(folder, problems)
    labels = [item.label for item in items if item.label is not None]
    return {
        "samples": len(items),
        "by_status": {"labelled": len(labels), "new": len(items) - len(labels)},
        "by_type": _counted(item.type or "" for item in items),
        **_of_labels(labels),
        **_of_hashes([_hashes_of(item.path) for item in items]),
        "problems": problems,
    }


def _of_labels(labels: list[str]) -> dict[str, Any]:
    return {
        "labels": len(labels),
        "distinct_labels": len(set(labels)),
        "charset": Charset.from_labels(labels).characters,
        "by_length": _counted(len(label) for label in labels),
        "by_character": _counted(character for label in labels for character in label),
    }


def _of_hashes(hashes: list[tuple[str, int | None]]) -> dict[str, int]:
    contents = Counter(sha256 for sha256, _ in hashes if sha256)
    groups = Counter(near_groups([dhash for _, dhash in hashes if dhash is not None]))
    return {
        "duplicates": sum(n - 1 for n in contents.values()),
        "near_duplicate_groups": sum(n > 1 for n in groups.values()),
        "unreadable_files": sum(dhash is None for _, dhash in hashes),
    }


def _hashes_of(path: Path) -> tuple[str, int | None]:
    try:
        found = fingerprint(read_file(path))
    except ImageRefused:
        return "", None
    return found.sha256, found.dhash


def _disagrees(sample: Sample) -> bool:
    return sample.status in CONFIRMED and sample.prediction is not None and sample.prediction != sample.label


def _counted(values: Iterable[object]) -> Mapping[str, int]:
    found = Counter(values)
    return {str(key): found[key] for key in sorted(found, key=lambda key: (isinstance(key, str), key))}
