import pytest

from dataset.errors import UsageError
from labeler.rules import Rules, check_pattern, parse_length


def kinds(rules: Rules, text: str, *, whole: bool = True) -> list[str]:
    return [problem.kind for problem in rules.problems(text, whole=whole)]


def test_no_rules_find_nothing() -> None:
    assert Rules().problems("../x\u202e🙂") == []


def test_each_rule_names_what_it_minds() -> None:
    rules = Rules("abcdef", 4, 5, "lower", "[a-f]+")
    assert kinds(rules, "abcd") == []
    problem = rules.problems("aXcXd")[0]
    assert problem.kind == "alphabet" and problem.positions == (1, 3) and problem.detail == "X"
    assert kinds(rules, "aBcd") == ["alphabet", "case", "pattern"]
    assert kinds(rules, "abc") == ["length"]
    assert kinds(rules, "abcdef") == ["length"]


def test_what_is_still_being_written_is_not_too_short() -> None:
    rules = Rules("", 5, 5, "", "[a-z]{5}")
    assert kinds(rules, "abc", whole=False) == []
    assert kinds(rules, "abcdefg", whole=False) == ["length"]


@pytest.mark.parametrize(("text", "expected"), [("5", (5, 5)), ("4-6", (4, 6)), (" 4 - 6 ", (4, 6))])
def test_lengths(text: str, expected: tuple[int, int]) -> None:
    assert parse_length(text) == expected
    assert Rules("", *expected).length_text() == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "x", "0", "6-4", "-3", "5-", "1.5"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(UsageError):
        parse_length(text)


def test_patterns_are_checked_when_given() -> None:
    assert check_pattern(r"\d+[+-]\d+=\?") == r"\d+[+-]\d+=\?"
    with pytest.raises(UsageError, match="regular expression"):
        check_pattern("[a-")
