import os
import subprocess
import sys
from pathlib import Path

import pytest

from dataset.errors import UsageError
from labeler import cli
from labeler.errors import NoWindow
from labeler.rules import Rules


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    without_screen = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "labeler", *arguments], capture_output=True, text=True, timeout=60,
        env={**without_screen, **environment}, check=False,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen")
def test_without_a_screen_one_sentence() -> None:
    done = run()
    assert done.returncode == 1
    assert done.stderr.startswith("captcha-label: There is no screen") and len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="displays are of X11")
def test_with_a_screen_that_is_gone_one_sentence() -> None:
    done = run(DISPLAY=":9999")
    assert done.returncode == 1 and "no screen" in done.stderr and "Traceback" not in done.stderr


def test_without_tk_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tkinter", None)
    with pytest.raises(NoWindow, match="no Tk"):
        cli.show(None, None, None, None)


@pytest.mark.parametrize(
    "arguments",
    [["nowhere"], ["--length", "x"], ["--pattern", "["], [".", "--model", "none.onnx"], [".", "--cleaner", "no.onnx"]],
    ids=["folder", "length", "pattern", "model", "cleaner"],
)
def test_wrong_use_is_said_before_a_window_opens(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        cli.main(arguments)


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    assert "python -m labeler captchas --model model.onnx" in capsys.readouterr().out


def test_the_rules_reach_the_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[object] = []
    monkeypatch.setattr(cli, "show", lambda *arguments: seen.extend(arguments) or 0)
    assert cli.main([str(tmp_path), "--charset", "abc", "--length", "4-6"]) == 0
    assert seen == [tmp_path, None, None, Rules("abc", 4, 6)]


def test_a_database_that_is_opened_stands_for_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[object] = []
    monkeypatch.setattr(cli, "show", lambda *arguments: seen.extend(arguments) or 0)
    with pytest.raises(UsageError):
        cli.main([str(tmp_path / "captcha.db")])
    (tmp_path / "captcha.db").touch()
    assert cli.main([str(tmp_path / "captcha.db")]) == 0
    assert seen == [tmp_path, None, None, None]


def test_a_cleaner_that_ships_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(cli, "show", lambda _folder, _model, cleaner, _rules: seen.append(cleaner) or 0)
    assert cli.main([str(tmp_path), "--cleaner", "pages"]) == 0
    assert seen[0].is_file() and seen[0].name == "pages.onnx"


def test_the_packaged_app_names_itself_in_its_examples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert "captcha-label captchas --model model.onnx" in said and "python -m" not in said
