"""What the simulated person presses."""

from collections.abc import Callable

import pytest

from labeler.teaching.person import Person
from tests.labeler.support import Desk


@pytest.fixture
def person(desk: Desk) -> Callable[..., Person]:
    """Someone who reads the six pictures of the desk as texts of four letters."""

    def make(errors: float = 0.0, overlook: float = 0.0, seed: int = 0) -> Person:
        texts = dict(zip(desk.session.ids, ("abcd", "bcde", "cdef", "defg", "efgh", "fghi"), strict=True))
        return Person(desk.controller, texts, lambda: None, errors=errors, overlook=overlook, seed=seed)

    return make


def test_types_all_of_it_where_nothing_is_proposed(desk: Desk, person: Callable[..., Person]) -> None:
    someone = person()
    someone.one()
    assert desk.labels()[0] == "abcd"
    assert (someone.effort.keys, someone.effort.typed) == (5, 1)
    assert someone.effort.seconds == pytest.approx(0.7 + 5 * 0.2)


def test_accepts_what_is_right_with_one_key(desk: Desk, person: Callable[..., Person]) -> None:
    desk.predict([("abcd", 0.9)])
    someone = person()
    someone.one()
    assert (someone.effort.keys, someone.effort.accepted) == (1, 1)


def test_mends_one_wrong_character(desk: Desk, person: Callable[..., Person]) -> None:
    here = desk.session.ids[0]
    desk.session.predicted([(here, "abxd", 0.5, [0.9, 0.9, 0.2, 0.9])], "model-1")
    desk.controller.arrive()
    someone = person()
    someone.one()
    assert desk.labels()[0] == "abcd"
    assert someone.effort.keys == 3, "to the doubtful character, a letter, Enter"


def test_types_anew_where_mending_is_longer(desk: Desk, person: Callable[..., Person]) -> None:
    desk.session.predicted([(desk.session.ids[0], "xbxx", 0.5, [0.9, 0.1, 0.8, 0.7])], "model-1")
    desk.controller.arrive()
    someone = person()
    someone.one()
    assert desk.labels()[0] == "abcd"
    assert someone.effort.keys == 5


def test_a_page_costs_a_key_and_what_is_wrong(desk: Desk, person: Callable[..., Person]) -> None:
    desk.predict([("abcd", 0.9), ("bcde", 0.9), ("xxxx", 0.9), ("defg", 0.9), ("efgh", 0.9), ("yyyy", 0.9)])
    desk.run("page")
    someone = person()
    someone.page()
    assert desk.labels() == ["abcd", "bcde", "cdef", "defg", "efgh", "fghi"]
    assert someone.effort.keys == 2 * (1 + 4) + 2, "a click and the letters of each, Enter from the last cell, Enter"
    assert (someone.effort.typed, someone.effort.accepted) == (2, 4)


def test_overlooks_on_pages_only(desk: Desk, person: Callable[..., Person]) -> None:
    desk.predict([("xxxx", 0.9)] * 6)
    desk.run("page")
    someone = person(overlook=1.0)
    someone.page()
    assert desk.labels() == ["xxxx"] * 6
    assert (someone.effort.keys, someone.effort.overlooked) == (1, 6)


def test_slips_are_wrong_and_known(desk: Desk, person: Callable[..., Person]) -> None:
    someone = person(errors=1.0)
    for _number in range(6):
        someone.one()
    right = {"abcd", "bcde", "cdef", "defg", "efgh", "fghi"}
    assert not right & {label for label in desk.labels() if label}
    assert someone.slipped == set(desk.session.ids)
    assert all(len(label or "") == 4 for label in desk.labels())


def test_the_same_seed_slips_alike(desk: Desk, person: Callable[..., Person]) -> None:
    first, second, other = person(0.5, seed=3), person(0.5, seed=3), person(0.5, seed=4)
    read = [[who._read(i) for i in desk.session.ids] for who in (first, second, other)]
    assert read[0] == read[1] != read[2]
