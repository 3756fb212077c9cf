"""A dataset full of drawn pictures."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

from dataset.errors import ToolkitError, UsageError
from dataset.store import Store
from dataset.synth.drawing import Length, draw, encode, random_label

_ATTEMPTS = 100


def synthesise(
    folder: str | Path,
    count: int,
    *,
    styles: Sequence[str] = ("classic",),
    charset: str | None = None,
    length: Length | None = None,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Draws `count` different pictures, the styles in turn, into a dataset; returns how many are new there.

    The same arguments draw the same pictures: a second run adds nothing, an interrupted one is completed.
    The sample's type is the style's name. `progress` is called with 1 after each picture.
    Raises UsageError for what `random_label` refuses, and DatasetError when the folder cannot be written.
    """
    if count < 0:
        raise UsageError(f"cannot draw {count} pictures: give a count of 0 or more")
    if not styles:
        raise UsageError("no style is given: name at least one")
    for style in styles:
        random_label(style, Random(seed), charset, length)  # refuse before a folder is made
    seen: set[bytes] = set()
    added = 0
    with Store.open(folder) as store:
        for index in range(count):
            style = styles[index % len(styles)]
            label, data = _distinct(seen, f"{seed}/{index}", style, charset, length)
            added += not store.add(data, label=label, by="synth", type=style).duplicate
            if progress:
                progress(1)
    return added


def _distinct(
    seen: set[bytes], place: str, style: str, charset: str | None, length: Length | None
) -> tuple[str, bytes]:
    """A label and a file that this run has not drawn yet: tiny black and white pictures do repeat."""
    for attempt in range(_ATTEMPTS):
        rng = Random(f"{place}/{attempt}/{style}")
        label = random_label(style, rng, charset, length)
        data = encode(draw(style, label, rng.getrandbits(64)), style)
        digest = sha256(data).digest()
        if digest not in seen:
            seen.add(digest)
            return label, data
    raise ToolkitError(f"the style {style} has no more distinct pictures of these texts: ask for fewer or longer ones")
