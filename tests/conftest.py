"""Rules for all tests."""

import pytest

from dataset.console import say

pytest_plugins = ["tests.skips"]


@pytest.fixture(autouse=True)
def human_text_goes_to_standard_output() -> None:
    """A command that printed JSON in the same process has sent it elsewhere."""
    say.to_stderr(False)
