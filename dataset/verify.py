"""Compare rows with files, and mend what can be mended without guessing."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from dataset.console import Progress
from dataset.errors import DatasetError, ImageRefused, no_folder
from dataset.hashing import sha256_of
from dataset.imagefile import read_file
from dataset.names import label_from_name, name_key
from dataset.sample import CONFIRMED, Sample
from dataset.scanning import picture_names, strange_names
from dataset.schema import DATABASE
from dataset.store import Store

Kind = Literal["missing-file", "unknown-file", "changed-content", "name-clash", "stale-name", "unreadable-file"]


@dataclass(frozen=True)
class Finding:
    """One disagreement between rows and files. `repair` says what --repair does, or None when a person must decide."""

    kind: Kind
    file: str
    sentence: str
    repair: str | None = None
    sample_id: int | None = None
    moved_to: str | None = None


def verify(folder: Path | str, *, repair: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Check every row against its file by content. With `repair`, relink moved files and take up unknown ones.

    Returns `checked`, `ok`, `findings` (kind, file, sentence, repair) and `repaired`. A changed picture, a missing
    one and a clash of names are only reported: mending them would be guessing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise no_folder(folder)
    if not (folder / DATABASE).is_file():
        raise DatasetError(f"{folder}: not a dataset (it has no {DATABASE}), so there are no rows to compare with")
    with Store.open(folder, read_only=not repair, scan=False, program="captcha-dataset verify") as store:
        samples = list(store.samples())
        findings = list(_findings(store, samples, progress))
        repaired = _repair(store, findings) if repair else 0
    shown = [
        {key: value for key, value in asdict(f).items() if key in ("kind", "file", "sentence", "repair")}
        for f in findings
    ]
    return {"checked": len(samples), "ok": not findings, "findings": shown, "repaired": repaired}


def _repair(store: Store, findings: list[Finding]) -> int:
    """Mend what can be; how many findings that were."""
    repaired = 0
    for finding in findings:
        if finding.sample_id is not None:
            with suppress(DatasetError):  # the folder has changed since: the next run tells
                store.mend_name(finding.sample_id, finding.moved_to)
                repaired += 1
    return repaired + store.scan()


def _findings(store: Store, samples: list[Sample], progress: Progress | None) -> Iterator[Finding]:
    folder = store.folder
    names = set(picture_names(folder))
    unknown = names - {store.path(sample).relative_to(folder).as_posix() for sample in samples}
    missing = []
    for sample in samples:
        if progress:
            progress.advance()
        if not store.path(sample).is_file():
            missing.append(sample)
        elif sample.status != "rejected":
            yield from _check_content(store.path(sample), sample)
    # A moved file may have been taken up as a new picture meanwhile, which then knows nothing.
    stubs = {s.file for s in samples if s.file in names and s.label is None and s.status in ("new", "duplicate")}
    for finding in _where_from(missing, _contents(folder, unknown | stubs) if missing else {}):
        unknown.discard(finding.moved_to or "")
        yield finding
    for name in sorted(unknown):
        yield Finding("unknown-file", name, f"{name} has no row", "take it up as new")
    for name in strange_names(folder):
        shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        yield Finding("unknown-file", shown, f"{shown} has a name that is no Unicode; rename it to use the picture")
    yield from _clashes(samples)


def _where_from(missing: list[Sample], found: dict[str, list[str]]) -> Iterator[Finding]:
    """What became of missing files: each file of equal content is followed once, when there is no choice."""
    lost = Counter(sample.sha256 for sample in missing)
    for sample in missing:
        candidates = found.get(sample.sha256 or "", [])
        if len(candidates) == 1 and lost[sample.sha256] == 1:
            sentence = f"{sample.file} is now {candidates[0]}"
            yield Finding("missing-file", sample.file, sentence, "follow the file", sample.id, candidates[0])
        else:
            text = f" (label {sample.label!r})" if sample.label else ""
            yield Finding("missing-file", sample.file, f"{sample.file}{text} is gone; put the file back")


def _check_content(path: Path, sample: Sample) -> Iterator[Finding]:
    try:
        sha256 = sha256_of(read_file(path))
    except ImageRefused as error:
        yield Finding("unreadable-file", sample.file, str(error))
        return
    if sample.sha256 and sample.sha256 != sha256:
        yield Finding(
            "changed-content", sample.file, f"{sample.file} is not the picture it was; look at it and label it anew"
        )
    named = label_from_name(sample.file)
    if sample.status in CONFIRMED and named not in (sample.label, None):
        yield Finding(
            "stale-name",
            sample.file,
            f"{sample.file} is labelled {sample.label!r}",
            "rename it to its label",
            sample.id,
        )


def _contents(folder: Path, names: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        try:
            found[sha256_of(read_file(folder / name))].append(name)
        except ImageRefused:
            continue
    return found


def _clashes(samples: list[Sample]) -> Iterator[Finding]:
    by_key: dict[str, list[str]] = defaultdict(list)
    for sample in samples:
        by_key[name_key(sample.file)].append(sample.file)
    for files in by_key.values():
        if len(files) > 1:
            yield Finding(
                "name-clash", files[0], f"{', '.join(files)} would be one file on macOS or Windows; relabel one of them"
            )
