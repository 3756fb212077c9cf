"""Train, validation and test by content."""

import hashlib
import random
from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from dataset.hashing import Fingerprint
from dataset.split import NEAR_BITS, Part, assign, near_groups, near_groups_of

HASHES = st.integers(0, 2**64 - 1)


def prints(count: int, seed: int = 0) -> list[Fingerprint]:
    rng = random.Random(seed)
    return [
        Fingerprint(hashlib.sha256(bytes([seed]) + i.to_bytes(4)).hexdigest(), rng.getrandbits(64))
        for i in range(count)
    ]


def assigned(fingerprints: Sequence[Fingerprint], seed: int = 0) -> list[Part]:
    """As if all showed one text."""
    return assign(fingerprints, ["a"] * len(fingerprints), seed)


def test_eighty_ten_ten() -> None:
    counts = Counter(assigned(prints(10_000)))
    assert abs(counts["train"] - 8000) < 200
    assert abs(counts["validation"] - 1000) < 150
    assert abs(counts["test"] - 1000) < 150


def test_order_and_company_do_not_matter() -> None:
    known = prints(500)
    parts = dict(zip(known, assigned(known, 3), strict=True))
    more = known + prints(500, seed=1)
    random.Random(1).shuffle(more)
    again = dict(zip(more, assigned(more, 3), strict=True))
    assert all(again[one] == part for one, part in parts.items())


def test_the_seed_makes_another_split() -> None:
    assert assigned(prints(200), 1) == assigned(prints(200), 1) != assigned(prints(200), 2)


@given(HASHES, st.sets(st.integers(0, 63), min_size=1, max_size=NEAR_BITS), st.integers(0, 100))
def test_near_duplicates_stay_together(value: int, flipped: set[int], seed: int) -> None:
    near = value
    for bit in flipped:
        near ^= 1 << bit
    one, other = Fingerprint("a" * 64, value), Fingerprint("b" * 64, near)
    assert len(set(assigned([*prints(20), one, other], seed)[-2:])) == 1


@given(st.lists(HASHES, max_size=30))
def test_groups_are_what_comparing_all_pairs_gives(values: list[int]) -> None:
    values += (
        [v ^ 1 for v in values[:5]] + [v ^ (1 << 63) ^ (1 << 30) for v in values[:5]] + [v ^ 7 for v in values[:5]]
    )
    groups = list(range(len(values)))
    for a in range(len(values)):
        for b in range(a):
            if (values[a] ^ values[b]).bit_count() <= NEAR_BITS:
                low, high = sorted((groups[a], groups[b]))
                groups = [low if g == high else g for g in groups]
    found = near_groups(values)
    pairs = {(found[a] == found[b]) == (groups[a] == groups[b]) for a in range(len(values)) for b in range(a)}
    assert pairs <= {True}


def test_nothing_to_split() -> None:
    assert assigned([]) == near_groups_of([], []) == []
    assert near_groups([]) == []


def test_many_pictures_of_one_look() -> None:
    assert len(set(assigned([Fingerprint(f"{i:064x}", 0) for i in range(20_000)]))) == 1


def test_pictures_of_different_texts_are_no_duplicates() -> None:
    """Small texts on equal pages look alike: one part for all left none to watch and to measure on."""
    alike = [Fingerprint(one.sha256, 5) for one in prints(1000)]
    counts = Counter(assign(alike, [f"{number}" for number in range(1000)]))
    assert abs(counts["train"] - 800) < 60 and min(counts["validation"], counts["test"]) > 50
    assert near_groups_of(["a", "b", "A", "b", "c"], [0, 0, 1, 1 << 40 | 7, 0]) == [0, 1, 0, 2, 3]


@given(st.lists(st.tuples(st.sampled_from("aAb"), st.integers(0, 15)), max_size=20))
def test_groups_of_texts_are_those_of_each_text_alone(pictures: list[tuple[str, int]]) -> None:
    texts, hashes = [text for text, _ in pictures], [value << 30 for _, value in pictures]
    found = near_groups_of(texts, hashes)
    for text in ("a", "b"):
        own = [place for place, other in enumerate(texts) if other.lower() == text]
        alone = near_groups([hashes[place] for place in own])
        pairs = [(found[a] == found[b], alone[i] == alone[j]) for i, a in enumerate(own) for j, b in enumerate(own)]
        assert all(one == other for one, other in pairs)
    assert all(
        texts[a].lower() == texts[b].lower() for a in range(len(found)) for b in range(a) if found[a] == found[b]
    )
