"""Rules for all tests."""

import os
from collections.abc import Generator

import pytest

from dataset.console import say


@pytest.fixture(autouse=True)
def human_text_goes_to_standard_output() -> None:
    """A command that printed JSON in the same process has sent it elsewhere."""
    say.to_stderr(False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips because a program is missing fails in CI, where everything must be installed."""
    report = yield
    if report.skipped and os.environ.get("CI") and "not installed" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs a program that is not installed: {report.longrepr}"
    return report
