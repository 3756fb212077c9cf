"""Which labels are shown again."""

from labeler.teaching.audit import Judged
from labeler.teaching.doubts import suspects, unconfirmed
from tests.labeler.support import Desk


def judged(number: int, text: str, label: str, confidence: float = 0.95, model: int = 0) -> Judged:
    return Judged(number, text, confidence, label, model)


def test_what_a_model_contradicts_now_or_did_unseen(desk: Desk) -> None:
    first, second, third, fourth, *_rest = desk.session.ids
    for text in ("aa", "bb", "cc", "dd"):
        desk.write(text)
    desk.session.predicted([(first, "ab", 0.7, [1, 1]), (second, "bb", 1.0, [1, 1])], "m")
    store = desk.session.store
    rows = [judged(third, "cx", "cc", 0.9), judged(fourth, "dx", "dd", 0.2), judged(second, "bb", "bb")]
    assert suspects(store, rows) == [third, first], "the surest contradiction first, doubtful ones not at all"
    store.label(third, "cx", by="me")
    assert suspects(store, rows) == [first], "it is what was read now"
    store.label(first, "aa", by="me", status="reviewed")
    assert suspects(store, rows) == [], "looked at again"


def test_what_only_the_person_vouches_for() -> None:
    rows = [judged(1, "aa", "aa"), judged(2, "bx", "bb"), judged(4, "x", "dd"), judged(4, "dd", "dd")]
    assert unconfirmed([1, 2, 3, 2, 4], rows) == [2, 3]


def test_a_better_model_that_read_it_unseen_clears_a_label(desk: Desk) -> None:
    first, second, *_rest = desk.session.ids
    for text in ("aa", "bb"):
        desk.write(text)
    rows = [judged(first, "ax", "aa"), judged(second, "bx", "bb", model=1)]
    later = [judged(first, "aa", "aa", model=2), judged(second, "bb", "bb", model=0)]
    assert suspects(desk.session.store, rows) == [first, second]
    assert suspects(desk.session.store, [*rows, *later]) == [second]


def test_what_a_model_knew_before_it_forgot_clears_no_sure_contradiction(desk: Desk) -> None:
    first, second, third, fourth, *_rest = desk.session.ids
    for text in ("aa", "bb", "cc", "dd"):
        desk.write(text)
    unseen = [judged(first, "ax", "aa", 0.99), judged(second, "bx", "bb", 0.8), judged(third, "cc", "cc", 0.9)]
    again = [judged(first, "aa", "aa", model=5), judged(second, "bb", "bb", model=5)]
    assert suspects(desk.session.store, unseen, again) == [first]
    again += [judged(third, "cx", "cc", 0.7, model=5), judged(fourth, "dx", "dd", 0.9, model=5)]
    assert suspects(desk.session.store, unseen, again) == [first, fourth, third], "it may contradict in its turn"
    later = judged(first, "aa", "aa", model=2)
    assert suspects(desk.session.store, [*unseen, later], again) == [fourth, third], "read unseen and so cleared"
