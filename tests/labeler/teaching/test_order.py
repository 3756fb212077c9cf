"""Which pictures come next, and which can be left to pages."""

import numpy as np

from labeler.teaching import order
from labeler.teaching.order import Open, pages
from ocr.recognizer import Prediction


def picture(number: int, right: float, text: str = "ab") -> Open:
    return Open(number, Prediction(text, right, tuple((c, right) for c in text)), right)


def looks(count: int) -> "np.ndarray":
    made = np.random.default_rng(0).normal(size=(count, 12)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def ordered(pictures: list[Open], labels: list[str]) -> tuple[list[int], frozenset[int]]:
    return order.order(pictures, looks(len(pictures)), labels, looks(3), 0)


def test_the_doubtful_come_first_and_some_by_chance() -> None:
    pictures = [picture(n, 0.3 if n % 10 == 0 else 0.99) for n in range(300)]
    ids, chance = ordered(pictures, ["ab"] * 60)
    assert len(ids) == len(set(ids)) == order.COUNT
    assert len(chance) == order.COUNT // order.EVERY
    assert chance <= set(ids)
    doubtful = set(range(0, 300, 10))
    assert len(doubtful & set(ids[:20])) >= 17


def test_more_come_by_chance_at_first() -> None:
    pictures = [picture(n, 0.5) for n in range(100)]
    _ids, few_labels = ordered(pictures, ["ab"] * 5)
    _ids, many_labels = ordered(pictures, ["ab"] * 500)
    assert len(few_labels) > len(many_labels)


def test_few_pictures_are_all_there() -> None:
    ids, _chance = ordered([picture(n, 0.5) for n in range(7)], [])
    assert sorted(ids) == list(range(7))


def test_many_pictures_are_ordered_from_some_of_them() -> None:
    ids, _chance = ordered([picture(n, 0.5) for n in range(order._WEIGHED + 50)], [])
    assert len(set(ids)) == order.COUNT


def test_pages_hold_what_is_right_nearly_everywhere_the_most_certain_last() -> None:
    made = pages([picture(n, 1 - n / 2000) for n in range(100)])
    assert made is not None
    chances = [1 - n / 2000 for n in made.ids]
    assert chances == sorted(chances)
    assert 30 <= len(made.ids) <= 45
    assert made.wrong <= 0.0101 * len(made.ids)


def test_no_pages_for_a_small_part_or_for_nothing_read() -> None:
    doubtful = [picture(n, 0.4) for n in range(200)]
    assert pages(doubtful) is None
    assert pages(doubtful + [picture(n, 0.999) for n in range(200, 220)]) is None, "less than a page"
    assert pages([picture(n, 0.999, "") for n in range(200)]) is None
    assert pages([]) is None
    last = pages([picture(n, 0.999) for n in range(5)])
    assert last is not None and len(last.ids) == 5, "the last few make a page, too"
