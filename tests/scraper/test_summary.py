from typing import Any

from scraper.collect import complaint
from scraper.summary import describe


def outcome(**facts: Any) -> dict[str, Any]:
    none = {"duplicates": 0, "rejected": {}, "failed": {}, "in_flight": 0, "stopped": None}
    return {"out": "d", "count": 1000, "total": 1000, "stored": 10, "sessions": 12, "seconds": 1.25, **none, **facts}


def test_a_good_run_is_one_line() -> None:
    assert describe(outcome()) == "1,000 of 1,000 pictures in d: 10 new from 12 sessions in 1.2 s"
    assert complaint(outcome()) is None


def test_everything_that_went_wrong_has_a_line_the_most_frequent_first() -> None:
    text = describe(
        outcome(duplicates=3, rejected={"html": 1, "empty": 2}, failed={"timeout": 4}, in_flight=2, stopped="enough")
    )
    lines = ["duplicate: 3", "rejected: 2 empty", "rejected: 1 html", "failed: 4 timeout", "left in flight: 2"]
    assert [line.strip() for line in text.splitlines()[1:]] == [*lines, "stopped: enough"]


def test_missing_pictures_are_an_error_with_its_reason() -> None:
    assert str(complaint(outcome(total=998, stopped="x"))) == "2 of 1,000 pictures are missing because x"
    assert "the crawl ended early" in str(complaint(outcome(total=0)))
