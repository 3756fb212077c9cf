"""Every command and sub-command explains itself, with an example, and refuses wrong use in one sentence."""

import re

import pytest

from tests.support import COMMANDS, PACKAGES, one_sentence, run

SUBCOMMANDS = {
    "dataset": ("synth", "import", "export", "merge", "stats", "verify"),
    "scraper": ("collect", "demo-site"),
    "ocr": ("train", "evaluate", "predict", "info", "train-cleaner", "clean", "evaluate-cleaner"),
    "labeler": (),
    "api_stub": (),
}
ALL = [(package, *sub) for package in PACKAGES for sub in ((), *((name,) for name in SUBCOMMANDS[package]))]


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    package, *sub = command
    done = run(*COMMANDS[package], *sub, "--help")
    assert done.returncode == 0, done.stderr
    assert re.search(r"examples?:\n +\S", done.stdout), done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_wrong_use_is_one_sentence_and_status_2(package: str) -> None:
    done = run(*COMMANDS[package], "--no-such-option")
    assert done.returncode == 2
    assert one_sentence(done.stderr), done.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_version(package: str) -> None:
    done = run(*COMMANDS[package], "--version")
    assert done.returncode == 0
    assert re.fullmatch(r"captcha-toolkit \d+\.\d+\.\d+", done.stdout.strip())
