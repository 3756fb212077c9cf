"""The rule for tests that skip, as a plugin of pytest: where everything can be installed, nothing skips in silence."""

import os
import sys
from collections.abc import Generator

import pytest

MAY_SKIP = {
    "tests/api_stub/test_cli.py::test_an_ipv6_address_is_written_as_a_url_needs_it": "containers often have no IPv6",
}
"""Tests that may skip in CI even on Linux as root, by the beginning of their names, and why."""


def fault(test: str, reason: str) -> str:
    """What is wrong with it that a test skipped, in a sentence; empty where it may. In CI a program that is missing
    is a fault, and on Linux, as root, every other skip is one, too: there is nothing that could not be had there."""
    if not os.environ.get("CI"):
        return ""
    if "not installed" in reason:
        return f"{test} needs a program that is not installed: {reason}"
    if sys.platform != "linux" or os.geteuid() or test.startswith(tuple(MAY_SKIP)):
        return ""
    return f"{test} must run in CI, or be named in tests/skips.py with the reason; it skips: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that should not have skipped fails."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A file that should not have skipped as a whole fails."""
    report = yield
    if report.skipped:
        _judge(report)
    return report


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if wrong := fault(report.nodeid, reason):
        report.outcome = "failed"
        report.longrepr = wrong
