"""Train, validation and test by content: the same picture always falls on the same side."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from dataset.hashing import Fingerprint

Part = Literal["train", "validation", "test"]
NEAR_BITS = 2
"""Difference hashes this close count as near-duplicates; at more, whole sets of captchas glue together."""

_CHUNKS = ((0, 22), (22, 21), (43, 21))  # two hashes within 2 bits agree on one of three chunks


def assign(fingerprints: Sequence[Fingerprint], texts: Sequence[str], seed: int = 0) -> list[Part]:
    """The part of each picture, 80/10/10, from its content and the seed; near-duplicates of one text stay together."""
    groups = near_groups_of(texts, [f.dhash for f in fingerprints])
    leader: dict[int, str] = {}
    for fingerprint, group in zip(fingerprints, groups, strict=True):
        leader[group] = min(leader.get(group, fingerprint.sha256), fingerprint.sha256)
    return [_part(leader[group], seed) for group in groups]


def near_groups(dhashes: Sequence[int], bits: int = NEAR_BITS) -> list[int]:
    """A group number for each hash; hashes within `bits` (0..2), directly or by a chain, share one."""
    if not dhashes:
        return []
    values, inverse = np.unique(np.asarray(dhashes, dtype=np.uint64), return_inverse=True)
    parent = list(range(len(values)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in _close_pairs(values, bits):
        ra, rb = root(a), root(b)
        parent[max(ra, rb)] = min(ra, rb)
    return [root(int(i)) for i in inverse]


def near_groups_of(texts: Sequence[str], dhashes: Sequence[int], bits: int = NEAR_BITS) -> list[int]:
    """As `near_groups`, but pictures of different texts (in any case) are no duplicates, however alike they look: small
    texts on equal pages have one hash."""
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(text.casefold(), []).append(place)
    groups, count = [0] * len(texts), 0
    for own in places.values():
        numbers: dict[int, int] = {}
        for place, number in zip(own, near_groups([dhashes[place] for place in own], bits), strict=True):
            groups[place] = numbers.setdefault(number, count + len(numbers))
        count += len(numbers)
    return groups


def _close_pairs(values: np.ndarray, bits: int) -> Iterable[tuple[int, int]]:
    """Index pairs of values at most `bits` apart, compared only inside buckets of an equal chunk."""
    for shift, width in _CHUNKS:
        chunk = (values >> np.uint64(shift)) & np.uint64((1 << width) - 1)
        order = np.argsort(chunk, kind="stable")
        starts = np.flatnonzero(np.diff(chunk[order], prepend=chunk[order][0] ^ np.uint64(1)))
        for bucket in np.split(order, starts[1:]):
            for position, i in enumerate(bucket[:-1]):
                rest = bucket[position + 1 :]
                near = rest[np.bitwise_count(values[rest] ^ values[i]) <= bits]
                yield from ((int(i), int(j)) for j in near)


def _part(sha256: str, seed: int) -> Part:
    draw = int.from_bytes(hashlib.sha256(f"{sha256}:{seed}".encode()).digest()[:8], "big") / 2**64
    return "train" if draw < 0.8 else "validation" if draw < 0.9 else "test"
