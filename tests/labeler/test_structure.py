"""The half of the window that knows no toolkit stays that way."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import labeler

PACKAGE = Path(labeler.__file__).parent
PURE = sorted(path for path in PACKAGE.glob("*.py") if path.name != "cli.py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_knows_no_toolkit(path: Path) -> None:
    foreign = {name for name in imported(path) if name.split(".")[0] == "tkinter" or "ImageTk" in name}
    assert not foreign
    assert not {name for name in imported(path) if name.startswith("labeler.window")}


def test_the_pure_half_is_all_there() -> None:
    assert {"session", "commands", "controller", "view", "render", "prefetch"} <= {p.stem for p in PURE}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_file_grows_beyond_a_screenful_of_screens(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_the_window_starts_without_heavy_packages() -> None:
    heavy = ("numpy", "onnxruntime", "tensorflow", "scrapy", "fastapi")
    code = f"import sys, labeler.window.app; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"
