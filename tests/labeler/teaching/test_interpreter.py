"""Which Python trainings run in, and what a person is told when there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from labeler.teaching import interpreter
from labeler.teaching.interpreter import Interpreter, unpacked


def test_the_python_at_work_is_enough_when_it_has_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "find_spec", lambda _name: object())
    found = Interpreter()
    assert found.missing() == ""
    assert found.path == Path(sys.executable)


def test_without_the_packages_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "find_spec", lambda name: None if name == "tensorflow" else object())
    assert "pip install 'captcha-toolkit[train]'" in Interpreter().missing()


def test_the_packaged_program_needs_a_python_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "settings" in Interpreter().missing()


def test_another_python_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Interpreter(Path(sys.executable)).missing() == ""
    missing = Interpreter(tmp_path / "no-python").missing()
    assert str(tmp_path / "no-python") in missing
    monkeypatch.setattr(interpreter, "_NEEDED", ("no_such_package_anywhere",))
    assert "lacks captcha-toolkit[train]" in Interpreter(Path(sys.executable)).missing()


def test_nothing_heavy_is_imported() -> None:
    look = "from labeler.teaching.interpreter import Interpreter as I; I().missing(); import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert not {"tensorflow", "keras", "onnx", "numpy"} & set(done.stdout.split())


def test_a_child_of_the_packaged_program_has_the_variables_of_the_system() -> None:
    variables = {
        "LD_LIBRARY_PATH": "/tmp/_MEI1", "LD_LIBRARY_PATH_ORIG": "/opt/lib", "TCL_LIBRARY": "/tmp/_MEI1/tcl",
        "_PYI_ARCHIVE_FILE": "x", "PATH": "/usr/bin", "DYLD_LIBRARY_PATH": "/tmp/_MEI1",
    }  # fmt: skip
    assert unpacked(variables) == {"LD_LIBRARY_PATH": "/opt/lib", "PATH": "/usr/bin"}
