"""The commands that README and documents show, found where a reader sees them: in blocks and in backticks."""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.support import COMMANDS, ROOT, tracked_files

CONSOLE = {
    "captcha-dataset": "dataset",
    "captcha-scrape": "scraper",
    "captcha-label": "labeler",
    "captcha-ocr": "ocr",
    "captcha-serve": "api_stub",
}
DOCUMENTS = [path for path in tracked_files(".md") if "adr" not in path.parts]
# The pages whose blocks are run: what a stranger reads.
PAGES = [path for path in DOCUMENTS if path == ROOT / "README.md" or path.is_relative_to(ROOT / "docs")]
PROGRAMS = (*CONSOLE, "python", "curl", "make", "scrapy", "docker", "pip", "apt-get", "uvicorn")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_NOT_RUN = re.compile(r"# not run by the tests: (.+)")


@dataclass(frozen=True)
class Block:
    """A fenced block; `not_run` is the reason that it shows in its first line."""

    document: Path
    language: str
    text: str

    @property
    def not_run(self) -> str | None:
        """Why no test runs it, where that is so."""
        found = _NOT_RUN.match(self.text)
        return found[1] if found else None

    def commands(self) -> list[str]:
        """Its command lines without what is said about them; of a block without a language, those of known programs."""
        if self.language not in ("", "sh"):
            return []
        joined = self.text.replace("\\\n", " ")
        lines = [re.split(r"\s{2,}(?=\S)|\s+# ", line.strip())[0] for line in joined.splitlines()]
        known = [line for line in lines if line and not line.startswith("#")]
        return [line for line in known if self.language == "sh" or program_of(line) in PROGRAMS]


def name_of(document: Path) -> str:
    """A document's path in the repository."""
    return document.relative_to(ROOT).as_posix()


def blocks(document: Path) -> list[Block]:
    """Every fenced block of a document, in order."""
    return [Block(document, *found) for found in _FENCE.findall(document.read_text(encoding="utf-8"))]


def is_pattern(line: str) -> bool:
    """Whether a line only tells the form of a command (`DIR [--json]`), so that it cannot be typed as it is."""
    return bool(re.search(r"\[--|\.\.\.|\u2026| \| |\bNAME\b|\bPAIRS2\b", line))


def words_of(line: str) -> list[str]:
    """The words of a command line after settings in front of it (`KEY=value command`)."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        del words[0]
    return words


def program_of(line: str) -> str:
    """The first word of a line that is no setting; nothing when the line is no command at all."""
    try:
        words = words_of(line)
    except ValueError:  # a quote without its end: prose
        return ""
    return words[0] if words else ""


def package_of(line: str) -> str | None:
    """The package whose command a line runs, if it runs one of ours."""
    words = words_of(line)
    if words[:2] == ["python", "-m"]:
        return words[2] if len(words) > 2 and words[2] in COMMANDS else None
    return CONSOLE.get(words[0]) if words else None


def arguments_of(line: str) -> list[str]:
    """What follows the name of one of our commands."""
    words = words_of(line)
    return words[3 if words[0] == "python" else 1 :]


def shown_commands() -> Iterator[tuple[str, str, bool]]:
    """(document, line, whether it can be typed as it is) of every command of ours, in blocks and in backticks.

    What stands in backticks may be a command's name alone.
    """
    ours = r"(?:[A-Z_]+=\S+ )?(?:captcha-\w+|python -m \w+) "
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for block in blocks(path):
            for line in block.commands():
                if package_of(line):
                    yield name_of(path), line, not is_pattern(line)
        for line in re.findall(rf"`({ours}[^`\n]+)`", text):
            if package_of(line):
                yield name_of(path), line, False


def parses(package: str, arguments: list[str]) -> bool:
    """Whether the command's own parser takes the arguments; nothing is run."""

    class Parsed(Exception):
        pass

    parse = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser: argparse.ArgumentParser, *given: object, **named: object) -> None:
        parse(parser, *given, **named)  # type: ignore[call-overload]
        raise Parsed

    with mock.patch.object(argparse.ArgumentParser, "parse_args", parse_and_stop):
        try:
            importlib.import_module(f"{package}.cli").main(arguments)
        except Parsed:
            return True
        except SystemExit:
            return False
    raise AssertionError(f"{package} did not parse {arguments}")
