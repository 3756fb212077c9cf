"""What every command line of the toolkit shares: exit statuses, error sentences, progress, JSON."""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from dataset.errors import ToolkitError, UsageError
from dataset.version import VERSION

_PLAIN_SECONDS = 2.0
DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """An argument parser that shows examples and points to --help; a sub-command shows those that name it."""

    examples = ""

    def add_subparsers(self, **options: Any) -> Any:
        """As argparse has it; the parsers of the sub-commands share the examples."""
        return super().add_subparsers(**{"parser_class": self._sub, **options})

    def format_help(self) -> str:
        """The help text, with the examples at its end exactly as they are written."""
        command = self.prog.split()[-1]
        lines = self.examples.rstrip().splitlines()
        if " " in self.prog:
            lines = [line for line in lines if command in line.split()]
        return super().format_help() + ("\nexamples:\n" + "\n".join(lines) + "\n" if lines else "")

    def error(self, message: str) -> NoReturn:
        """One sentence and exit status 2."""
        self.exit(WRONG_USE, f"{self.prog}: {message}; see {self.prog} --help\n")

    def _sub(self, **words: Any) -> "Parser":
        made = Parser(**words)
        made.examples = self.examples
        return made


def parser(prog: str, description: str, examples: str) -> Parser:
    """A parser whose help ends with the examples (lines of commands); --version included."""
    made = Parser(prog=prog, description=description)
    made.examples = examples
    made.add_argument("--version", action="version", version=f"captcha-toolkit {VERSION}")
    return made


def path(text: str) -> Path:
    """The type of an argument that names a file or folder; nothing, as from an unset shell variable, names none."""
    if not text:
        raise argparse.ArgumentTypeError("is empty; give a file or folder (. is the working folder)")
    return Path(text)


def run(main: Callable[[list[str]], int], argv: Sequence[str] | None = None, *, prog: str | None = None) -> int:
    """Call a command's main and translate its errors once: one sentence on stderr and an exit status."""
    name = prog or "captcha-toolkit"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a label that the terminal's encoding lacks stops nothing
    try:
        return main(list(sys.argv[1:] if argv is None else argv))
    except ToolkitError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return WRONG_USE if isinstance(error, UsageError) else FAILED
    except KeyboardInterrupt as error:
        print(f"\n{name}: {str(error) or 'stopped; what was done so far is kept'}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{name}: {where}{error.strerror or error}", file=sys.stderr)
        return FAILED


def print_json(value: Any) -> None:
    """One line of JSON on standard output, flushed: the last thing a `--json` command prints."""
    as_it_is = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=not as_it_is, default=str), flush=True)


class Progress:
    """A bar on a terminal, a plain line at most every two seconds elsewhere; always on standard error."""

    def __init__(self, total: int | None, label: str, *, unit: str = "", quiet: bool = False) -> None:
        self.total, self.label, self.unit, self.quiet = total, label, unit, quiet
        self.done = 0
        self._facts = ""
        self._started = self._last = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        if not self.quiet and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=self.total, desc=self.label, unit=self.unit or "it", leave=False, file=sys.stderr)
        return self

    def advance(self, n: int = 1, **facts: object) -> None:
        """Count `n` more as done; `facts` (loss=0.3) are shown beside the count."""
        self.done += n
        if facts:
            self._facts = ", ".join(f"{key} {value}" for key, value in facts.items())
        if self._bar is not None:
            self._bar.update(n)
            if facts:
                self._bar.set_postfix_str(self._facts, refresh=False)
        elif not self.quiet and time.monotonic() - self._last >= _PLAIN_SECONDS:
            self._last = time.monotonic()
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self) -> str:
        elapsed = time.monotonic() - self._started
        of = f" of {self.total:,}" if self.total else ""
        left = f", {elapsed / self.done * (self.total - self.done):.0f} s left" if self.total and self.done else ""
        facts = f" ({self._facts})" if self._facts else ""
        return f"{self.label}: {self.done:,}{of} {self.unit}".rstrip() + left + facts

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def progress(total: int | None, label: str, *, unit: str = "", quiet: bool = False) -> Progress:
    """A progress display for work longer than two seconds; use it as a context manager."""
    return Progress(total, label, unit=unit, quiet=quiet)


class Say:
    """Human text: standard output, or standard error once `--json` has claimed the other."""

    def __init__(self) -> None:
        self._to_stderr = False

    def to_stderr(self, claimed: bool = True) -> None:
        """Send what follows to standard error (a command that prints JSON), or back."""
        self._to_stderr = claimed

    def __call__(self, text: str = "") -> None:
        print(text, file=sys.stderr if self._to_stderr else sys.stdout, flush=True)


say = Say()
