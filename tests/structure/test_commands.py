"""Every command and sub-command explains itself, with an example, and refuses wrong use in one sentence."""

import re

import pytest

from tests.structure.documents import arguments_of, is_pattern, package_of, parses
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
def test_the_examples_are_commands_that_the_parser_takes(package: str) -> None:
    lines = run(*COMMANDS[package], "--help").stdout.partition("\nexamples:\n")[2].splitlines()
    examples = [re.split(r"\s{2,}(?=\S)", line.strip())[0] for line in lines]
    ours = [line.replace("=...", "=key") for line in examples if package_of(line.replace("=...", "=key")) == package]
    checked = [line for line in ours if not is_pattern(line) and arguments_of(line) not in ([], ["openapi"])]
    assert len(checked) > 1
    assert not [line for line in checked if not parses(package, arguments_of(line))]


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
