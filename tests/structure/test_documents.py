"""What README and documents say is there."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from benchmarks import readme
from tests.support import COMMANDS, ROOT, run, tracked_files

CONSOLE = {
    "captcha-dataset": "dataset",
    "captcha-scrape": "scraper",
    "captcha-label": "labeler",
    "captcha-ocr": "ocr",
    "captcha-serve": "api_stub",
}
DOCUMENTS = [path for path in tracked_files(".md") if "adr" not in path.parts]


def shown_commands() -> list[tuple[str, str]]:
    """(document, command line) of every toolkit command in a code block or in backticks."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"^ {0,4}(?:\$ )?((?:captcha-\w+|python -m \w+) .*)$", text, re.M):
            found.append((path.name, line))
        found += [(path.name, code) for code in re.findall(r"`((?:captcha-\w+|python -m \w+) [^`\n]+)`", text)]
    return [(name, line) for name, line in found if package_of(line)]


def package_of(line: str) -> str | None:
    words = line.split()
    package = words[2] if words[0] == "python" else CONSOLE.get(words[0])
    return package if package in COMMANDS else None


@cache
def help_of(package: str, *sub: str) -> str:
    done = run(*COMMANDS[package], *sub, "--help")
    assert done.returncode == 0, f"{package} {' '.join(sub)}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize(("document", "line"), shown_commands())
def test_a_shown_command_exists_with_its_options(document: str, line: str) -> None:
    package = package_of(line)
    assert package is not None
    words = shlex.split(line, comments=True)[3 if line.startswith("python") else 1 :]
    has_commands = "COMMAND" in help_of(package)
    sub = tuple(words[:1]) if has_commands and words and not words[0].startswith("-") else ()
    text = help_of(package, *sub)
    missing = [word for word in words if re.match(r"--\w", word) and word.split("=")[0] not in text]
    assert not missing, f"{document}: {line}"


def test_the_measured_figures_are_those_of_the_last_results() -> None:
    assert readme.shown() == readme.table(), "python -m benchmarks.readme"
    assert len(readme.shown().splitlines()) > 8


def test_readme_shows_commands() -> None:
    assert {package_of(line) for name, line in shown_commands() if name == "README.md"} == set(COMMANDS)


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
