"""No file of the repository holds a secret, a machine's path or a compiled thing; files stay readable in size."""

import re

from tests.support import ROOT, run, tracked_files

SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bxox[bp]-[0-9A-Za-z-]{20,}"
    r"|\bsk-[A-Za-z0-9]{32,}"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work)/[A-Za-z0-9._-]+")
TEXT = (
    ".py",
    ".md",
    ".toml",
    ".cfg",
    ".txt",
    ".json",
    ".html",
    ".css",
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".yml",
    ".yaml",
    "Makefile",
    "run",
    ".svg",
)
ALLOWED_PATHS = re.compile(r"/home/(?:me|you|user|someone)\b|/Users/(?:me|you|user|someone)\b")


def test_no_secrets_and_no_machine_paths() -> None:
    wrong = []
    for path in tracked_files(*TEXT):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if SECRETS.search(line) or MACHINE_PATHS.search(ALLOWED_PATHS.sub("", line)):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not wrong, "\n".join(wrong)


def test_no_compiled_files_are_tracked() -> None:
    tracked = run("git", "ls-files").stdout.splitlines()
    assert tracked
    assert not [name for name in tracked if name.endswith((".pyc", ".so", ".egg-info")) or "__pycache__" in name]


def test_source_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked_files(".py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert not long, long


def test_the_guards_would_notice() -> None:
    assert SECRETS.search("key = '" + "AKIA" + "ABCDEFGHIJKLMNOP'")
    assert MACHINE_PATHS.search("open('" + "/home/" + "alice/data')")
    assert not MACHINE_PATHS.search("GET /homework/x and http://host/root/")
