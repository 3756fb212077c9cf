"""Imports point one way: read from the source, so that a lazy import counts too."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import PACKAGES, ROOT

ALLOWED = {
    "dataset": set(),
    "scraper": {"dataset"},
    "ocr": {"dataset"},
    "labeler": {"dataset", "ocr"},
    "api_stub": {"dataset", "ocr"},
}
TRAINING = "ocr.training"
RUNTIME_ONLY = ("labeler", "api_stub", "dataset", "scraper")
TRAINERS = {"tensorflow", "keras", "jax", "torch"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(module, line, at the top level) of every import in a file; `from a import b` is a.b when that is a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in top
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join([*parents[: len(parents) - node.level + 1], *([base] if base else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                is_module = (ROOT / Path(*full.split("."))).with_suffix(".py").exists() or (
                    ROOT / Path(*full.split(".")) / "__init__.py"
                ).exists()
                yield full if is_module else base, node.lineno, id(node) in top


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_lies_below_them(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources(package)
        for module, line, _ in imports(path)
        if (other := module.split(".")[0]) in PACKAGES and other != package and other not in ALLOWED[package]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", PACKAGES)
def test_training_libraries_stay_in_the_training_half(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources(package)
        if not module_name(path).startswith(TRAINING)
        for module, line, _ in imports(path)
        if module.split(".")[0] in TRAINERS
        or (package in RUNTIME_ONLY and (module == TRAINING or module.startswith(f"{TRAINING}.")))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_cycles() -> None:
    graph: dict[str, dict[str, str]] = defaultdict(dict)
    names = {module_name(path) for package in PACKAGES for path in sources(package)}
    for package in PACKAGES:
        for path in sources(package):
            me = module_name(path)
            for module, line, top in imports(path):
                if top and module in names and module != me:
                    graph[me][module] = f"{path.relative_to(ROOT)}:{line}"
    cycle = find_cycle(graph)
    steps = pairwise(cycle)
    assert not cycle, " -> ".join(f"{a} ({graph[a][b]})" for a, b in steps)


def find_cycle(graph: dict[str, dict[str, str]]) -> list[str]:
    finished: set[str] = set()

    def visit(node: str, trail: list[str]) -> list[str]:
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in finished:
            return []
        for following in graph.get(node, {}):
            # A package's __init__ that names its own modules is no cycle as long as they don't need it back.
            if found := visit(following, [*trail, node]):
                return found
        finished.add(node)
        return []

    for start in list(graph):
        if found := visit(start, []):
            return found
    return []


def test_find_cycle_finds_one() -> None:
    assert find_cycle({"a": {"b": "a:1"}, "b": {"c": "b:1"}, "c": {"a": "c:1"}}) == ["a", "b", "c", "a"]
    assert find_cycle({"a": {"b": "a:1"}, "b": {}}) == []
