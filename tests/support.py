"""What tests of several packages share."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dataset", "scraper", "ocr", "labeler", "api_stub")
COMMANDS = {package: (sys.executable, "-m", package) for package in PACKAGES}


def run(
    *command: str | Path, cwd: Path | None = None, timeout: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and give back its status and output; never raises for a failing command."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd or ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        check=False,
    )


def python(
    *arguments: str | Path, cwd: Path | None = None, timeout: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run this Python with arguments, as `run` does."""
    return run(sys.executable, *arguments, cwd=cwd, timeout=timeout, **environment)


def one_sentence(text: str) -> bool:
    """Whether an error output is a single line of words without a traceback."""
    lines = text.strip().splitlines()
    return len(lines) == 1 and "Traceback" not in text and len(lines[0]) > 20


def tracked_files(*endings: str) -> Sequence[Path]:
    """The files of the repository (tracked, and new ones not ignored) with these endings; all without any."""
    listing = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).stdout
    paths = [ROOT / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file() and (not endings or path.name.endswith(endings))]
