"""Join datasets by content: each picture once, every provenance kept, no confirmed label lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from dataset.errors import ImageRefused, UsageError, no_folder
from dataset.folder import read_folder
from dataset.imagefile import read_file
from dataset.sample import Sample, Source
from dataset.schema import DATABASE
from dataset.store import Store


def merge(
    folders: list[Path], out: Path, *, by: str = "merge", step: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Bring the samples of all folders into the dataset `out` (made when missing); the inputs are not changed.

    The first folder's label stands where two differ; such conflicts and unreadable files are listed in "problems".
    Doing it again adds nothing. Returns counts: new, duplicate, labelled (a known picture got its label), conflict.
    """
    for folder in folders:
        if out.resolve() == folder.resolve():
            raise UsageError(f"{out}: the result must lie in a folder of its own")
    counts: Counter[str] = Counter(new=0, duplicate=0, labelled=0, conflict=0)
    problems: list[str] = []
    with Store.open(out, program="captcha-dataset merge") as store:
        for folder in folders:
            for sample, read, sources in _samples(folder, problems):
                try:
                    adopted = store.adopt(sample, read(), sources, by=by)
                except ImageRefused as error:
                    problems.append(str(error) if str(folder) in str(error) else f"{folder / sample.file}: {error}")
                else:
                    counts[adopted] += 1
                    if adopted == "conflict":
                        problems.append(f"{folder / sample.file}: labelled {sample.label!r} here, otherwise elsewhere")
                step()
        counts["samples"] = store.count()
    return {**counts, "problems": problems}


def size(folder: Path) -> int:
    """How many samples `merge` will visit in a folder."""
    if (folder / DATABASE).is_file():
        with Store.open(folder, read_only=True) as store:
            return store.count()
    return len(read_folder(folder))


def _samples(folder: Path, problems: list[str]) -> Iterator[tuple[Sample, Callable[[], bytes], list[Source]]]:
    """The samples of any folder, each with what reads its bytes and where it came from."""
    if not folder.is_dir():
        raise no_folder(folder)
    if (folder / DATABASE).is_file():
        with Store.open(folder, read_only=True) as store:
            for sample in store.samples():
                if sample.status != "rejected":
                    yield sample, partial(store.read, sample), store.sources(sample.id)
    else:
        for item in read_folder(folder, problems):
            status = "new" if item.label is None else "labelled"
            yield Sample(0, item.name, status, item.label, item.type), partial(read_file, item.path), []
