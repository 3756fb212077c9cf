"""Finds the types of pictures where nobody has named any: clusters of like size, colour, look and writing.

K-means (Lloyd, 1982, with the seeding of Arthur and Vassilvitskii, 2007) for each small number of clusters; the number
with the best silhouette (Rousseeuw, 1987) wins, but only if the clusters lie clearly apart. Features are scaled by what
is much for pictures, not by how far those at hand spread: pictures of one kind must stay one.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocr.training.data import Labelled

Features = NDArray[np.float64]
Assignment = NDArray[np.intp]

_MOST = 12  # types
_CLEAR = 0.45  # silhouette below which clusters are taken for one
_WITHIN = 0.8  # distance that pictures of one kind are granted in any case
_LEAST_SHARE, _LEAST = 0.01, 5  # of the pictures, and pictures: fewer are no type
_SEEN = 600  # pictures among which clusters are looked for
_STARTS = 4


def found(samples: Sequence[Labelled], seed: int = 0) -> tuple[list[Labelled], str]:
    """The samples with a type each, and a sentence; unchanged where types are named already or all are of one kind."""
    if any(sample.type is not None for sample in samples):
        return list(samples), "types are named already; none were looked for"
    looks = np.stack([features(sample) for sample in samples])
    groups = clusters(looks, seed)
    members = [[s for s, own in zip(samples, groups, strict=True) if own == group] for group in range(groups.max() + 1)]
    if len(members) == 1:
        return list(samples), "the pictures look like one kind"
    names = _names(members)
    named = [replace(sample, type=names[group]) for sample, group in zip(samples, groups, strict=True)]
    told = ", ".join(f"{name} ({len(own)} pictures)" for name, own in zip(names, members, strict=True))
    return named, f"{len(members)} types were found: {told}"


def _names(members: Sequence[Sequence[Labelled]]) -> list[str]:
    """Of each type its usual size, such as "200x50", and a number where a larger type has that name already."""
    names = [""] * len(members)
    for group in sorted(range(len(members)), key=lambda group: -len(members[group])):
        sizes = np.array([sample.image.size for sample in members[group]])
        name = "x".join(str(round(side)) for side in np.median(sizes, axis=0))
        same = sum(other == name or other.startswith(f"{name} ") for other in names)
        names[group] = f"{name} {same + 1}" if same else name
    return names


def features(sample: Labelled) -> Features:
    """Size, colour, look and writing of one picture; a difference of 1 is clearly seen."""
    image = sample.image
    small = image.resize((64, 24))
    grey = np.asarray(small.convert("L"), dtype=np.float64)
    channels = np.asarray(small.convert("RGB"), dtype=np.float64)
    colour = float(np.percentile(channels.max(axis=2) - channels.min(axis=2), 90))
    edges = float(np.abs(np.diff(grey, axis=1)).mean())
    look = (min(colour, 80.0) / 40, float(np.median(grey)) / 80, float(grey.std()) / 40, edges / 20)
    size = (6 * np.log(image.height), 1.5 * np.log(image.width / image.height))
    return np.array([*size, *look, *_writing(sample.label)])


def _writing(label: str) -> list[float]:
    """Shares of digits, signs (they make a sum of it), capitals, small Latin letters, letters of other scripts."""
    kinds = [_kind(character) for character in label]
    return [weight * kinds.count(kind) / len(kinds) for kind, weight in enumerate((2.0, 4.0, 2.0, 2.0, 2.0))]


def _kind(character: str) -> int:
    if character.isdigit():
        return 0
    if not character.isalpha():
        return 1
    if "LATIN" in unicodedata.name(character, ""):
        return 2 if character.isupper() else 3
    return 4


def clusters(looks: Features, seed: int = 0) -> Assignment:
    """The number of a cluster for each row (N x D), 0 for all where they do not fall clearly apart.

    Clusters are split further in the same way: beside one far away, near ones look like one.
    """
    groups = _split(looks, seed)
    found, count = np.zeros_like(groups), 0
    for group in range(groups.max() + 1 if groups.any() else 0):
        own = np.flatnonzero(groups == group)
        found[own] = clusters(looks[own], seed) + count
        count = int(found.max()) + 1
    return found


def _split(looks: Features, seed: int) -> Assignment:
    """The best number of clusters, seen from afar."""
    rng = np.random.default_rng(seed)
    seen = looks[rng.permutation(len(looks))[:_SEEN]]
    between = np.sqrt(_squares(seen, seen))
    best, centres = _CLEAR, looks.mean(axis=0, keepdims=True)
    for count in range(2, min(_MOST, len(seen) // _LEAST) + 1):
        tried, groups = min((_k_means(seen, count, rng) for _ in range(_STARTS)), key=lambda it: _inertia(seen, *it))
        if np.bincount(groups, minlength=count).min() < max(_LEAST, _LEAST_SHARE * len(seen)):
            continue
        clear = _silhouette(between, groups, count)
        if clear > best:
            best, centres = clear, tried
    return np.unique(_squares(looks, centres).argmin(axis=1), return_inverse=True)[1]


def _k_means(rows: Features, count: int, rng: np.random.Generator) -> tuple[Features, Assignment]:
    centres = rows[rng.integers(len(rows))][None]
    while len(centres) < count:
        nearest = _squares(rows, centres).min(axis=1)
        total = nearest.sum()
        chance = nearest / total if total > 0 else None
        centres = np.vstack([centres, rows[rng.choice(len(rows), p=chance)]])
    groups = _squares(rows, centres).argmin(axis=1)
    for _ in range(50):
        centres = np.stack(
            [rows[groups == g].mean(axis=0) if (groups == g).any() else centres[g] for g in range(count)]
        )
        moved = _squares(rows, centres).argmin(axis=1)
        if np.array_equal(moved, groups):
            break
        groups = moved
    return centres, groups


def _inertia(rows: Features, centres: Features, groups: Assignment) -> float:
    return float(((rows - centres[groups]) ** 2).sum())


def _silhouette(between: Features, groups: Assignment, count: int) -> float:
    """Mean over the rows of (b - a) / max(a, b), a being the distance to one's own cluster (at least _WITHIN), b to
    the nearest other."""
    members = np.eye(count)[groups]
    sizes = members.sum(axis=0)
    sums = between @ members
    rows = np.arange(len(groups))
    own = np.maximum(sums[rows, groups] / np.maximum(sizes[groups] - 1, 1), _WITHIN)
    others = sums / sizes
    others[rows, groups] = np.inf
    nearest = others.min(axis=1)
    return float(((nearest - own) / np.maximum(nearest, own)).mean())


def _squares(a: Features, b: Features) -> Features:
    """Squared distances, len(a) x len(b)."""
    return np.maximum((a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T, 0.0)
