"""A child keeps within its memory and ends with its parent."""

import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from tests.api_stub.support import wait_until

CHILD = (sys.executable, "-m", "api_stub.child")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module named `worked` that notes its words, then holds as many megabytes as the first of them says."""
    code = """
        import pathlib, sys, time
        pathlib.Path(__file__).with_name("words").write_text(" ".join(sys.argv[1:]))
        held = bytearray(int(sys.argv[1]) * 2**20)
        time.sleep(float(sys.argv[2]))
        pathlib.Path(__file__).with_name("over").touch()
    """
    path = tmp_path / "worked.py"
    path.write_text(textwrap.dedent(code))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    return path


def test_the_module_runs_with_its_words(module: Path) -> None:
    child = subprocess.Popen([*CHILD, "500", "worked", "1", "0", "two words"], stdin=subprocess.PIPE)
    assert child.wait(30) == 0
    child.communicate()
    assert module.with_name("words").read_text() == "1 0 two words"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process holds against this limit")
def test_too_much_memory_ends_it(module: Path) -> None:
    child = subprocess.Popen([*CHILD, "100", "worked", "400", "0"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.wait(30) == 1
    _, complaint = child.communicate()
    assert b"MemoryError" in complaint


def test_it_ends_with_its_parent(module: Path) -> None:
    parent = """
        import os, subprocess, sys
        reading, writing = os.pipe()
        child = subprocess.Popen(sys.argv[1:], stdin=reading)
        print(child.pid, flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(parent), *CHILD, "500", "worked", "1", "600"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        wait_until(module.with_name("words").exists)
        process.kill()
    wait_until(lambda: gone(child))
    assert not module.with_name("over").exists()


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet counts."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
