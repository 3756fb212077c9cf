import random

import pytest

from ocr.confusions import aligned, counted, mistaken
from ocr.evaluate import edit_distance


@pytest.mark.parametrize(
    ("true", "read", "pairs"),
    [
        ("abc", "abc", [("a", "a"), ("b", "b"), ("c", "c")]),
        ("abc", "axc", [("a", "a"), ("b", "x"), ("c", "c")]),
        ("abc", "ac", [("a", "a"), ("b", ""), ("c", "c")]),
        ("ac", "abc", [("a", "a"), ("", "b"), ("c", "c")]),
        ("", "a", [("", "a")]),
        ("", "", []),
    ],
)
def test_texts_are_laid_side_by_side(true: str, read: str, pairs: list[tuple[str, str]]) -> None:
    assert aligned(true, read) == pairs


def test_no_alignment_has_fewer_edits() -> None:
    rng = random.Random(4)
    for _ in range(200):
        true, read = ("".join(rng.choices("abc", k=rng.randint(0, 7))) for _ in range(2))
        pairs = aligned(true, read)
        assert "".join(a for a, _ in pairs) == true
        assert "".join(b for _, b in pairs) == read
        assert sum(a != b for a, b in pairs) == edit_distance(true, read)


def test_the_commonest_mistake_comes_first() -> None:
    counts = counted([("ab", "ab"), ("ab", "cb"), ("ab", "cb"), ("ab", "a")])
    assert mistaken(counts) == [(("a", "c"), 2), (("b", ""), 1)]
    assert counts["b", "b"] == 3
