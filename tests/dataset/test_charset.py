"""The alphabet: text to indices and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.charset import BLANK, Charset, normalise, runs_leftwards
from dataset.errors import LabelError


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_labels_survive(labels: list[str]) -> None:
    charset = Charset.from_labels(labels)
    assert list(charset) == sorted(set(charset))
    for label in labels:
        indices = charset.encode(label)
        assert all(1 <= i <= len(charset) for i in indices)
        assert charset.decode(indices) == normalise(label)
        assert charset.outside(label) == ""


def test_blanks_are_left_out_and_repeats_stay() -> None:
    charset = Charset("ab")
    assert charset.decode([BLANK, 1, 1, BLANK, 2]) == "aab"


def test_what_is_outside_is_named_once_and_in_order() -> None:
    charset = Charset("ab")
    assert charset.outside("zaybz") == "zy"
    with pytest.raises(LabelError, match="'zy'"):
        charset.encode("zayz")


def test_a_repeated_character_is_refused() -> None:
    with pytest.raises(LabelError, match="'a'"):
        Charset("aba")


def test_it_is_a_value() -> None:
    assert Charset("ab") == Charset("ab") != Charset("ba")
    assert len({Charset("ab"), Charset("ab"), Charset("ba")}) == 2
    assert "a" in Charset("ab")
    assert "z" not in Charset("ab")
    assert Charset("ab") != "ab"
    assert repr(Charset("ab")) == "Charset('ab')"


def test_decomposed_text_is_composed() -> None:
    assert Charset("e\u0301").characters == "é"
    assert Charset("é").encode("e\u0301") == [1]


@pytest.mark.parametrize(
    ("texts", "leftwards"),
    [
        (["שלום", "א1ב2"], True),
        (["قمر", "نهر"], True),
        (["שלום", "abc", "12"], False),
        (["٣٤٥", "۱۲۳"], False),
        (["привет", "abc"], False),
        ([], False),
    ],
)
def test_scripts_that_are_written_from_right_to_left_are_known(texts: list[str], leftwards: bool) -> None:
    """Their digits are not: those run from left to right."""
    assert runs_leftwards(texts) == leftwards
