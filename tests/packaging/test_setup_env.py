"""Setting up a checkout: one sentence for each thing that is missing, and nothing done twice."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import ROOT, one_sentence, python

SCRIPT = ROOT / "packaging" / "setup_env.py"


@pytest.fixture
def setup_env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module, for a checkout whose environment is ready."""
    spec = importlib.util.spec_from_file_location("setup_env", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "STAMP", str(tmp_path / "ready"))
    monkeypatch.setattr(module, "venv_python", lambda: sys.executable)
    (tmp_path / "ready").write_text(module.fingerprint(), encoding="utf-8")
    return module


def test_a_ready_environment_is_left_alone(setup_env: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup_env.main([]) == 0
    assert capsys.readouterr().out == ""


def test_a_change_of_the_pinned_packages_makes_it_anew(setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    before = setup_env.fingerprint()
    read = setup_env.read
    monkeypatch.setattr(setup_env, "read", lambda path: read(path) + ("x" if path.endswith("constraints.txt") else ""))
    assert setup_env.fingerprint() != before


def test_an_old_python_is_named(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup_env.sys, "version_info", (3, 9, 2))
    assert setup_env.main([]) == 1
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert "3.11" in said
    assert "3.9" in said


def test_the_script_itself_runs_on_an_old_python() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


def test_a_python_without_tk_is_named(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup_env.subprocess, "call", lambda *_, **__: 1)
    assert setup_env.main(["--window"]) == 1
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert "Tk" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux needs Xvfb")
def test_xvfb_that_may_not_be_installed_is_named(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup_env.shutil, "which", lambda *_, **__: None)
    assert setup_env.main(["--window"]) == 1
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert "Xvfb" in said


def test_servers_that_may_not_be_installed_are_named_but_stop_nothing(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup_env, "check_window", lambda: 0)
    monkeypatch.setattr(setup_env.shutil, "which", lambda *_, **__: None)
    assert setup_env.main(["--servers"]) == 0
    assert "redis-server" in capsys.readouterr().out


def test_clean_removes_only_what_was_made(tmp_path: Path) -> None:
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "clean.py").write_bytes((ROOT / "packaging" / "clean.py").read_bytes())
    for made in ("demo-data", ".venv", "build", "dataset/__pycache__", "mydata"):
        (tmp_path / made).mkdir(parents=True)
    done = python(tmp_path / "packaging" / "clean.py")
    assert done.returncode == 0, done.stderr
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.iterdir())
    assert left == ["dataset", "mydata", "packaging"]
    assert not (tmp_path / "dataset" / "__pycache__").exists()
