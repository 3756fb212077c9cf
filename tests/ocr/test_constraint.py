from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.charset import Charset
from ocr.constraint import Constraint, of_lengths, shown_by

CHARSET = Charset("abc1")


@given(
    st.lists(st.lists(st.text("abc1", min_size=1, max_size=4), max_size=4).map(tuple), max_size=4),
    st.text("abc1", max_size=4),
)
def test_a_text_is_accepted_when_one_template_fits_it(templates: list[tuple[str, ...]], text: str) -> None:
    fits = any(
        len(template) == len(text) and all(c in allowed for c, allowed in zip(text, template, strict=True))
        for template in templates
    )
    assert Constraint.from_templates(templates, CHARSET).accepts(CHARSET.encode(text)) == fits


def test_templates_share_their_beginnings_and_ends() -> None:
    constraint = Constraint.from_templates(of_lengths(1, 16, CHARSET.characters), CHARSET)
    assert len(constraint.parents) == 17
    assert constraint.accept.tolist() == [False] + [True] * 16
    marked = [sum(marks, ()) for marks in product([("abc",), ("abc", "1")], repeat=5)]
    constraint = Constraint.from_templates(marked, CHARSET)
    assert len(constraint.parents) == 11, "a node for each letter and each mark"
    assert all(parent < node for node, parents in enumerate(constraint.parents) for parent in parents)
    assert constraint.accepts(CHARSET.encode("a1bc1ab")) and not constraint.accepts(CHARSET.encode("a1bc11a"))


def test_ways_that_meet_are_gone_once() -> None:
    templates = [(first, *["abc"] * 3) for first in ("a", "ab", "abc", "a1")]
    constraint = Constraint.from_templates(templates, CHARSET)
    (a,) = CHARSET.encode("a")
    first = constraint.after([0], a)
    assert len(first) == 4 and len(constraint.after(first, a)) == 1


def test_characters_outside_the_alphabet_are_left_out() -> None:
    constraint = Constraint.from_templates([("az", "b")], CHARSET)
    assert constraint.accepts(CHARSET.encode("ab"))
    assert constraint.allowed[1].sum() == 1


class TestShownBy:
    def test_one_length(self) -> None:
        assert {len(t) for t in shown_by(["abc", "bca", "cab"] * 5)} == {3}

    def test_too_few_labels_show_nothing(self) -> None:
        assert shown_by(["abc"] * 5) == []

    def test_sums_show_their_shapes(self) -> None:
        labels = [f"{a}{b}+{c}=?" for a in range(1, 4) for b in range(3) for c in range(2)]
        templates = shown_by(labels)
        assert len(templates) == 1
        constraint = Constraint.from_templates(templates, Charset.from_labels(labels))
        charset = Charset.from_labels(labels)
        assert constraint.accepts(charset.encode("22+0=?"))
        assert not constraint.accepts(charset.encode("2220=?"))

    def test_a_range_of_lengths(self) -> None:
        assert {len(t) for t in shown_by(["ab", "abcd"] * 10)} == {2, 3, 4}

    def test_letters_bear_marks_as_the_labels_show(self) -> None:
        labels = [f"{first}{mark}{second}ु" for first in "कखग" for second in "घच7" for mark in ("", "ी", "े")]
        constraint = Constraint.from_templates(shown_by(labels), charset := Charset.from_labels(labels))
        assert len(constraint.parents) == 5, "two letters, each with a mark or none"
        for text in ("चुगे", "चुग", "कख", "क7े"):
            assert constraint.accepts(charset.encode(text)), text
        for text in ("चुेग", "ुचगे", "चु", "कखग"):
            assert not constraint.accepts(charset.encode(text)), text

    @pytest.mark.parametrize(
        ("labels", "lengths"),
        [(["ुकग", "ीकखग"] * 9, (3, 4)), (["कुखुगुकखगकख", "कखगकखगकखग"] * 9, (9, 11))],
        ids=["mark first", "too many"],
    )
    def test_marks_elsewhere_or_on_many_letters_leave_the_lengths(
        self, labels: list[str], lengths: tuple[int, int]
    ) -> None:
        assert shown_by(labels) == of_lengths(*lengths, "".join(sorted(set("".join(labels)))))

    @pytest.mark.parametrize(
        "labels",
        [
            ["12+3", "a-b6"] * 10 + ["+-+1", "--aa", "+111", "-aaa", "1+a1", "a+11", "1-1a"],
            [f"{letter}#{digit}-" for letter in "abcd" for digit in "123"] * 9 + ["ab#-", "-a#b", "1a#-"],
        ],
        ids=["many shapes", "shapes that occur once"],
    )
    def test_signs_that_may_stand_anywhere_leave_the_lengths(self, labels: list[str]) -> None:
        (template,) = shown_by(labels)
        assert template == ("".join(sorted(set("".join(labels)))),) * 4

    def test_a_shape_that_occurs_once_may_be_chance(self) -> None:
        assert len(shown_by([f"{a}+{b}" for a in range(4) for b in range(4)] + ["12+3", "3"])) == 3
