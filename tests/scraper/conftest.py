"""No test of the collector may leave this machine."""

from collections.abc import Iterator

import pytest

from tests.scraper import loopback


@pytest.fixture(autouse=True)
def on_this_machine_only() -> Iterator[None]:
    loopback.guard()
    yield
    loopback.guard(active=False)
