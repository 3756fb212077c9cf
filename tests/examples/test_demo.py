"""The demo: all of it, twice in a row, and stopped in the middle."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support import ROOT, one_sentence, python, run

DEMO = ROOT / "examples" / "demo.py"


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_demo_runs_through_twice_in_a_row_without_a_screen() -> None:
    environment = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    for _ in range(2):
        done = run(sys.executable, DEMO, timeout=400, **environment)
        right = int(done.stdout.split(" of 20 read right")[0].split()[-1])
        assert done.returncode == 0 and right >= 18, done.stdout + done.stderr
        assert done.stdout.count("right") > right  # the table names each
    assert not left_over()


@pytest.mark.full
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.7, 6, 20])
def test_stopping_the_demo_stops_everything_it_started(number: int, seconds: float) -> None:
    process = subprocess.Popen([sys.executable, str(DEMO)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(seconds)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in output, output
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive, [child.cmdline() for child in alive]


def test_a_folder_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import examples.demo as demo; from pathlib import Path; from dataset import console;"
        "demo.DATA = Path(sys.argv[2]); demo.OUTPUT = demo.DATA / 'out';"
        "sys.exit(console.run(demo.main, [], prog='demo'))"
    )
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me", encoding="utf-8")
    done = python("-c", script, ROOT, mine)
    assert done.returncode == 1
    assert one_sentence(done.stderr), done.stderr
    assert os.listdir(mine) == ["letter.txt"]  # noqa: PTH208


def left_over() -> list[list[str]]:
    """Commands that still work on the demo's folders."""
    mine = (str(ROOT / "demo-data"), str(ROOT / "demo-output"))
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [words for words in commands if any(word.startswith(mine) for word in words)]
