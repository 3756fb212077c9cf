"""The reference of every command, read from the parsers themselves: what `--help` says, as Markdown."""

import argparse
import os
import re
import textwrap
from collections.abc import Callable, Iterator
from unittest import mock

import api_stub.cli
import dataset.cli
import labeler.cli
import ocr.cli
import scraper.cli
from dataset.console import Parser

_Main = Callable[[list[str]], int]
# Each program's main, and the words after which it has another parser of its own.
_PROGRAMS: tuple[tuple[_Main, str, tuple[str, ...]], ...] = (
    (dataset.cli.main, "dataset", ()),
    (scraper.cli.main, "scraper", ()),
    (labeler.cli.main, "labeler", ()),
    (ocr.cli.main, "ocr", ()),
    (api_stub.cli.main, "api_stub", ("users",)),
)
_GUIDES = {"dataset": "dataset", "scraper": "scraper", "labeler": "labeler", "ocr": "recogniser", "api_stub": "http"}


class _Caught(Exception):
    def __init__(self, parser: Parser) -> None:
        self.parser = parser


def parser_of(main: _Main, *words: str) -> Parser:
    """The parser that a command's `main` makes; the command itself does not run."""

    def catch(parser: Parser, *_: object, **__: object) -> None:
        raise _Caught(parser)

    with mock.patch.object(argparse.ArgumentParser, "parse_args", catch):
        try:
            main(list(words))
        except _Caught as caught:
            return caught.parser
    raise AssertionError(f"{main.__module__} has no parser")


def programs() -> Iterator[tuple[str, list[Parser]]]:
    """(module, its parsers): the program's, and one for each word that has another."""
    for main, module, others in _PROGRAMS:
        yield module, [parser_of(main), *(parser_of(main, word) for word in others)]


def command_pages() -> dict[str, str]:
    """The text of a page for each program, by its place in the site."""
    return {f"commands/{parsers[0].prog}.md": _page(module, parsers) for module, parsers in programs()}


def _page(module: str, parsers: list[Parser]) -> str:
    first = parsers[0]
    guide = f"[its guide](../{_GUIDES[module]}.md)"
    parts = [
        f"# {first.prog}",
        f"Also `python -m {module}`. This page is made from `--help`; {guide} tells how things hang together.",
    ]
    for parser in parsers:
        if parser is not first:
            parts.append(f"## {parser.prog}")
        parts += [_escaped(parser.description or ""), *_use(parser)]
        for name, sub, text in subcommands(parser):
            level = "##" if parser is first else "###"
            parts += [f"{level} {parser.prog} {name}", _escaped(_sentence(text)), *_use(sub)]
    return "\n\n".join(part for part in parts if part) + "\n"


def subcommands(parser: Parser) -> Iterator[tuple[str, Parser, str]]:
    """(name, parser, what it is for) of each sub-command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            texts = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, sub in action.choices.items():
                yield name, sub, texts.get(name, "")


def _use(parser: Parser) -> list[str]:
    rows = [row for action in parser._actions if (row := _row(parser, action))]
    table = "\n".join(["| | |", "|---|---|", *rows])
    parts = [f"```text\n{_usage(parser)}\n```", table if rows else ""]
    if examples := _examples(parser):
        parts.append(f"```sh\n{examples}\n```")
    return parts


def _usage(parser: Parser) -> str:
    """The usage at a width of its own, whatever the terminal's is."""
    with mock.patch.dict(os.environ, COLUMNS="92"):
        lines = parser.format_usage().rstrip().splitlines()
    return "\n".join(line.removeprefix("usage: ").removeprefix(" " * len("usage: ")) for line in lines)


def _row(parser: Parser, action: argparse.Action) -> str | None:
    if isinstance(action, argparse._HelpAction | argparse._VersionAction | argparse._SubParsersAction):
        return None
    if action.help == argparse.SUPPRESS or not (action.help or action.option_strings):
        return None  # a bare DIR is in the usage already
    formatter = parser._get_formatter()
    names = formatter._format_action_invocation(action)
    text = formatter._expand_help(action) if action.help else ""
    if action.required and action.option_strings:
        text = f"{text} (needed)".strip()
    return f"| `{names.replace('|', chr(92) + '|')}` | {_escaped(text)} |"


def _examples(parser: Parser) -> str:
    """The examples as the help shows them; what stands behind a wide gap becomes a comment."""
    _, _, text = parser.format_help().partition("\nexamples:\n")
    return re.sub(r"(?<=\S) {2,}(?=\S)", "  # ", textwrap.dedent(text).rstrip())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _escaped(text: str) -> str:
    """Plain text as Markdown that shows exactly that; `code` stays code."""
    parts = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_<>\[\]|#])", r"\\\1", part) for part in parts)
