"""What every command line shares."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from dataset import console
from dataset.errors import DatasetError, UsageError
from tests.support import python


def failing(error: BaseException) -> Any:
    def main(argv: list[str]) -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (DatasetError("d: is broken; mend it"), 1, "tool: d: is broken; mend it\n"),
        (UsageError("give a folder"), 2, "tool: give a folder\n"),
        (PermissionError(13, "Permission denied", "out.csv"), 1, "tool: out.csv: Permission denied\n"),
        (OSError("odd"), 1, "tool: odd\n"),
        (KeyboardInterrupt(), 130, "\ntool: stopped; what was done so far is kept\n"),
        (KeyboardInterrupt("stopped; p.csv was not written"), 130, "\ntool: stopped; p.csv was not written\n"),
    ],
)
def test_errors_are_sentences(capsys: pytest.CaptureFixture[str], error: BaseException, status: int, text: str) -> None:
    assert console.run(failing(error), [], prog="tool") == status
    assert capsys.readouterr() == ("", text)


def test_a_defect_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        console.run(failing(ZeroDivisionError()), [])


def test_arguments_and_status_pass_through() -> None:
    assert console.run(len, ["a", "b"]) == 2


def test_a_reader_that_goes_away_is_no_trouble() -> None:
    code = """
import sys
from dataset import console
def main(argv):
    for i in range(100000): print("line", i)
    return 0
sys.exit(console.run(main))
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None and child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_poor_terminal_stops_nothing(encoding: str) -> None:
    code = """
import sys
from dataset import console
from dataset.errors import DatasetError
def main(argv):
    console.say("字 😀")
    console.print_json({"é": "字\\n😀"})
    raise DatasetError("字.png is broken")
sys.exit(console.run(main))
"""
    done = python("-c", code, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"é": "字\n😀"}


def test_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"a": "x\ny\u2028", "b": [1.5, None]})
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and out.endswith("\n")
    assert json.loads(out) == {"a": "x\ny\u2028", "b": [1.5, None]}


def test_say_makes_room_for_json(capsys: pytest.CaptureFixture[str]) -> None:
    console.say.to_stderr(False)
    console.say("one")
    console.say.to_stderr()
    console.say("two")
    console.say.to_stderr(False)
    assert capsys.readouterr() == ("one\n", "two\n")


def test_progress_in_plain_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: clock[0])
    with console.progress(10, "training", unit="steps") as progress:
        for _ in range(7):
            clock[0] += 0.75
            progress.advance(loss=0.5)
    assert capsys.readouterr() == (
        "",
        "training: 3 of 10 steps, 5 s left (loss 0.5)\ntraining: 6 of 10 steps, 3 s left (loss 0.5)\n",
    )


def test_progress_can_be_quiet_and_endless(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: clock[0])
    with console.progress(None, "reading", quiet=True) as quiet, console.progress(None, "reading") as progress:
        clock[0] = 5.0
        quiet.advance()
        assert capsys.readouterr().err == ""
        progress.advance(1500)
    assert capsys.readouterr().err == "reading: 1,500\n"


def test_progress_on_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with console.progress(3, "drawing", unit="pictures") as progress:
        progress.advance(3, style="sums")
    assert "drawing" in terminal.getvalue()


def test_a_parser_shows_examples_and_refuses_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    parser = console.parser("tool", "Does things.", "  tool one --x\n  tool two\n")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("one").add_argument("--x", type=int, required=True)
    commands.add_parser("two")
    assert "examples:\n  tool one --x\n  tool two" in parser.format_help()
    for argv in (["three"], ["one"], ["one", "--x", "y"], []):
        with pytest.raises(SystemExit) as end:
            parser.parse_args(argv)
        assert end.value.code == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and "--help" in err
    with pytest.raises(SystemExit) as end:
        parser.parse_args(["one", "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert "tool one --x" in shown and "tool two" not in shown
