"""Labelled pictures in memory: each file is decoded once, in parallel, and kept as bytes."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

from PIL import Image

from dataset import imagefile, split
from dataset.charset import Charset, normalise
from dataset.console import progress
from dataset.errors import ImageRefused
from dataset.folder import Item, read_folder
from dataset.hashing import Fingerprint, dhash_of, sha256_of
from ocr.errors import TrainingError
from ocr.evaluate import Case

_READERS = 4  # Pillow frees the interpreter while it decodes


@dataclass(frozen=True)
class Labelled:
    """One labelled picture: decoded ("L" or "RGB"), with its NFC label; `name` is its path inside the folder."""

    name: str
    image: Image.Image
    label: str
    type: str | None
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Data:
    """What was read: pictures with labels, and one sentence for each that was left out."""

    samples: list[Labelled]
    problems: list[str] = field(default_factory=list)
    unlabelled: list[Item] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """The labels, one a sample."""
        return [sample.label for sample in self.samples]

    def part(self, keep: Callable[[int], bool]) -> list[Labelled]:
        """The samples whose position satisfies `keep`."""
        return [sample for i, sample in enumerate(self.samples) if keep(i)]

    def digest(self) -> str:
        """Names the data: SHA-256 over all contents and labels, in an order of its own."""
        rows = sorted(f"{s.fingerprint.sha256} {s.label}" for s in self.samples)
        return sha256("\n".join(rows).encode()).hexdigest()


def cases(samples: Iterable[Labelled]) -> list[Case]:
    """The pictures as what an artefact is to read."""
    return [Case(sample.name, sample.label, sample.type, sample.image) for sample in samples]


def load(folder: Path | str, *, charset: str | None = None, quiet: bool = True) -> Data:
    """The labelled pictures of a folder (any form that `dataset.folder` reads).

    Raises DatasetError or TrainingError with a sentence: no such folder, nothing labelled, labels outside `charset`.
    """
    problems: list[str] = []
    everything = read_folder(folder, problems)
    items = [item for item in everything if item.label]
    if not items:
        raise TrainingError(f"{folder}: no picture has a label; label some, for instance with python -m labeler")
    _check_charset(items, charset)
    samples = []
    with progress(len(items), "reading pictures", unit="pictures", quiet=quiet) as shown:
        for read in _read_all(items):
            shown.advance()
            if isinstance(read, str):
                problems.append(read)
            else:
                samples.append(read)
    if not samples:
        raise TrainingError(f"{folder}: none of the {len(items)} labelled pictures can be decoded ({problems[0]})")
    return Data(samples, problems, [item for item in everything if not item.label])


def load_unlabelled(data: Data, most: int, seed: int) -> list[Labelled]:
    """At most so many of the unlabelled pictures, chosen by the seed, with an empty label; broken ones are left out."""
    items = data.unlabelled
    if len(items) > most:
        items = Random(seed).sample(items, most)
    return [read for read in _read_all(items) if isinstance(read, Labelled)]


def parts(samples: Sequence[Labelled], seed: int) -> list[split.Part]:
    """The part of each sample, by content."""
    return split.assign([sample.fingerprint for sample in samples], [sample.label for sample in samples], seed)


def _read_all(items: Sequence[Item]) -> Iterable[Labelled | str]:
    with ThreadPoolExecutor(_READERS) as pool:
        yield from pool.map(_read, items)


def _read(item: Item) -> Labelled | str:
    try:
        data, image = imagefile.decode_file(item.path)
    except ImageRefused as error:
        return str(error)
    fingerprint = Fingerprint(sha256_of(data), dhash_of(image))
    return Labelled(item.name, image, normalise(item.label or ""), item.type, fingerprint)


def _check_charset(items: Sequence[Item], charset: str | None) -> None:
    if charset is None:
        return
    alphabet = Charset(charset)
    for item in items:
        if outside := alphabet.outside(item.label or ""):
            raise TrainingError(
                f"{item.name}: its label {item.label!r} has characters outside --charset: {outside!r}; "
                "correct the label or add them"
            )
