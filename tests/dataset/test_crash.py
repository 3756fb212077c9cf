"""Killed at any moment, a dataset loses no picture and no confirmed label, and rows and files agree afterwards."""

import json
import os
from typing import Any

import pytest

from tests.support import python

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")


def crash(*arguments: str, timeout: float = 250) -> dict[str, Any]:
    done = python("-m", *arguments, timeout=timeout)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["broken"] == []
    return found


def test_killed_before_each_step_of_each_operation() -> None:
    assert crash("tests.dataset.crash_steps")["steps"] > 400


def test_killed_before_each_step_where_there_are_no_hard_links() -> None:
    assert crash("tests.dataset.crash_steps", "--no-hard-links")["steps"] > 150


def test_killed_at_twenty_random_instants() -> None:
    found = crash("tests.dataset.crash_random", "--kills", "20", "--operations", "400", "--seed", "1")
    assert found["kills"] >= 20
    assert found["operations"] >= 400


def test_two_processes_killed_at_random_instants() -> None:
    found = crash(
        "tests.dataset.crash_random", "--kills", "20", "--operations", "300", "--processes", "2", "--seed", "2"
    )
    assert found["kills"] >= 20


@pytest.mark.full
def test_killed_two_hundred_times() -> None:
    found = crash("tests.dataset.crash_random", "--kills", "200", "--operations", "10000", "--seed", "3")
    assert found["kills"] >= 200
    assert found["operations"] >= 10_000
