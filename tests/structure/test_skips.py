"""In CI a test that skips fails, unless it may."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests import skips
from tests.support import ROOT, python

ROOT_ON_LINUX = sys.platform == "linux" and os.geteuid() == 0
_TESTS = """
import pytest

@pytest.mark.skipif(True, reason="mounting is not permitted here")
def test_marked():
    raise AssertionError

def test_inside():
    pytest.skip("the program is not installed: apt-get install it")

@pytest.mark.xfail(reason="known", strict=True)
def test_expected():
    raise AssertionError

def test_sound():
    pass
"""


def outcomes(folder: Path, ci: str) -> dict[str, int]:
    """How many tests ended how in a pytest of its own, under the rule."""
    done = python(
        "-m", "pytest", "-p", "tests.skips", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder, folder,
        CI=ci, PYTHONPATH=str(ROOT),
    )  # fmt: skip
    last = done.stdout.strip().splitlines()[-1]
    return {name.rstrip("s"): int(count) for count, name in re.findall(r"(\d+) (\w+)", last.partition(" in ")[0])}


def test_a_skip_is_a_skip_at_a_desk(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(_TESTS)
    assert outcomes(tmp_path, "") == {"passed": 1, "skipped": 2, "xfailed": 1}


def test_a_skip_fails_in_ci(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(_TESTS)
    strict = {"passed": 1, "failed": 1, "error": 1, "xfailed": 1}
    lenient = {"passed": 1, "failed": 1, "skipped": 1, "xfailed": 1}
    assert outcomes(tmp_path, "true") == (strict if ROOT_ON_LINUX else lenient)


def test_a_whole_file_that_skips_fails_in_ci(tmp_path: Path) -> None:
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such_package_at_all')\n")
    assert outcomes(tmp_path, "true") == ({"error": 1} if ROOT_ON_LINUX else {"skipped": 1})


def test_every_test_of_the_project_is_under_the_rule(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("tests.skips")


def test_what_may_skip_is_named_with_its_reason_and_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    for test, reason in skips.MAY_SKIP.items():
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8")
        assert len(reason) > 15
        assert not skips.fault(test, "whatever it says")
        assert skips.fault(test, "it is not installed")
