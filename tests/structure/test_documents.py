"""What README and documents say is there."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.structure.documents import (
    CONSOLE,
    DOCUMENTS,
    PAGES,
    arguments_of,
    blocks,
    is_pattern,
    name_of,
    package_of,
    parses,
    shown_commands,
)
from tests.support import COMMANDS, ROOT, run

SHOWN = list(dict.fromkeys(shown_commands()))
# Blocks that no test can run; each says so, with the reason, in its first line.
NOT_RUN = {"docs/app.md": 2, "docs/deployment.md": 1, "docs/howto/gpu.md": 1, "docs/scraper.md": 1}


@cache
def help_of(package: str, *sub: str) -> str:
    done = run(*COMMANDS[package], *sub, "--help")
    assert done.returncode == 0, f"{package} {' '.join(sub)}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize(("document", "line"), [shown[:2] for shown in SHOWN if shown[2]])
def test_a_shown_command_is_one_that_its_parser_takes(document: str, line: str) -> None:
    package, arguments = package_of(line), arguments_of(line)
    assert package is not None
    if "--help" in arguments or arguments == ["openapi"] or not arguments:
        return  # run as they are by tests of the commands
    assert parses(package, arguments), f"{document}: {line}"


@pytest.mark.parametrize(("document", "line"), [shown[:2] for shown in SHOWN if not shown[2]])
def test_the_options_of_a_shown_form_exist(document: str, line: str) -> None:
    package, words = package_of(line), arguments_of(line)
    assert package is not None
    has_commands = "COMMAND" in help_of(package)
    sub = tuple(words[:1]) if has_commands and words and not words[0].startswith("-") else ()
    missing = [word for word in re.findall(r"--\w[\w-]*", line) if word not in help_of(package, *sub)]
    assert not missing, f"{document}: {line}"


def test_the_check_of_commands_would_notice() -> None:
    assert parses("ocr", ["train", "mydata", "--out", "model.onnx"])
    assert not parses("ocr", ["train", "mydata", "--out", "model.onnx", "--no-such-option"])
    assert not parses("dataset", ["synth", "mydata", "--count", "many"])
    assert is_pattern("python -m ocr train DIR [--json]") and not is_pattern("python -m ocr info M.onnx")


def test_blocks_that_are_not_run_say_why_and_are_counted() -> None:
    found = {name_of(page): sum(block.not_run is not None for block in blocks(page)) for page in PAGES}
    assert {name: count for name, count in found.items() if count} == NOT_RUN


def test_pages_show_commands_in_fences_only() -> None:
    indented = r"(?<=\n)\n {4}(?:captcha-|python |make |curl |sudo |docker |\S+/captcha-).*"
    assert not {name_of(page): found for page in PAGES if (found := re.findall(indented, page.read_text("utf-8")))}


def test_readme_shows_commands() -> None:
    assert {package_of(line) for name, line, _ in SHOWN if name == "README.md"} == set(COMMANDS)


def test_console_scripts_are_declared() -> None:
    declared = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    for script, package in CONSOLE.items():
        assert f"{script} = {package}.cli:entry" in declared


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_and_links_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    code = "\n".join(re.findall(r"^ {4}.*$|`[^`\n]+`|```.*?```", text, re.M | re.S))
    used = {word for words in re.findall(r"\bmake((?: [a-z-]+)+)", code) for word in words.split()}
    wrong = {word for word in used if word not in targets} - {"clean"}
    assert not {word for word in wrong if f"make {word}" in code}, wrong
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    assert not [link for link in links if not (document.parent / link).exists()]


def test_the_map_of_the_readme_is_true() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    places = re.findall(r"^\| `([a-z_]+/)` \|", text, re.M)
    assert {"dataset/", "scraper/", "ocr/", "labeler/", "api_stub/"} <= set(places)
    assert not [place for place in places if not (ROOT / place).is_dir()]
