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


def test_templates_share_their_beginnings() -> None:
    constraint = Constraint.from_templates(of_lengths(1, 16, CHARSET.characters), CHARSET)
    assert len(constraint.parent) == 17
    assert constraint.accept.tolist() == [False] + [True] * 16


def test_characters_outside_the_alphabet_are_left_out() -> None:
    constraint = Constraint.from_templates([("az", "b")], CHARSET)
    assert constraint.accepts(CHARSET.encode("ab"))
    assert constraint.allowed[1].sum() == 1


@pytest.mark.parametrize(
    "labels", [["12+3", "a-b"] * 10 + ["+-+", "--", "+1", "-a", "1+", "a+", "1-1"], ["a b", "a-b"]]
)
def test_labels_of_many_shapes_show_none(labels: list[str]) -> None:
    assert shown_by(labels) == [] or len(shown_by(labels)) * 4 <= len(labels)


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
