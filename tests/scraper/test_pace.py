import itertools
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scraper.pace import Pace, retry_after


def pace(back_off: float = 1.0, jitter: float = 0.5) -> Pace:
    return Pace(back_off, jitter, random.Random(1))


def test_an_unknown_host_waits_for_nothing() -> None:
    assert pace().wait("a", 0.0) == 0.0
    assert pace().wait("a", 0.0) == 0.0


def test_an_interval_is_kept_and_never_shorter_than_asked() -> None:
    kept = pace()
    kept.interval("a", 2.0)
    now, departures = 0.0, []
    while len(departures) < 50:
        pause = kept.wait("a", now)
        if pause == 0.0:
            departures.append(now)
        now += pause or 0.001
    gaps = [later - earlier for earlier, later in itertools.pairwise(departures)]
    assert min(gaps) >= 2.0 and max(gaps) <= 3.01
    assert len({round(gap, 3) for gap in gaps}) > 10
    assert kept.wait("b", now) == 0.0


def test_retry_after_is_obeyed_to_the_second() -> None:
    kept = pace()
    assert kept.trouble("a", 10.0, retry_after=30.0) == 30.0
    assert kept.wait("a", 39.0) == pytest.approx(1.0)
    assert kept.wait("a", 40.1) == 0.0


def test_back_off_doubles_up_to_two_minutes_and_starts_anew_after_a_good_answer() -> None:
    kept = pace()
    pauses = [kept.trouble("a", 0.0) for _ in range(10)]
    for number, pause in enumerate(pauses):
        base = min(120.0, 2.0**number)
        assert base <= pause <= 1.5 * base
    kept.fine("a")
    assert kept.trouble("a", 1000.0) <= 1.5


def test_a_later_trouble_never_shortens_a_pause() -> None:
    kept = pace()
    kept.trouble("a", 0.0, retry_after=100.0)
    kept.trouble("a", 1.0, retry_after=1.0)
    assert kept.wait("a", 2.0) == pytest.approx(98.0)


def test_without_a_delay_there_is_no_back_off() -> None:
    assert pace(back_off=0.0).trouble("a", 0.0) == 0.0


def test_retry_after_headers() -> None:
    assert retry_after("120") == 120.0
    assert retry_after(" 0 ") == 0.0
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < (retry_after(soon) or 0) <= 60
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 -0000") == 0.0
    for wrong in ("", "soon", "-5", "1.5e", "²"):
        assert retry_after(wrong) is None
