"""`make clean`: remove what the other targets made, and nothing else."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE = (
    ".venv",
    "build",
    "examples/browser/node_modules",
    "dist",
    "demo-data",
    "demo-output",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
)


def main() -> None:
    """Remove build results, caches and the demo's folders from the checkout."""
    found = [ROOT / name for name in MADE]
    found += list(ROOT.glob("*.egg-info"))
    found += [path for path in ROOT.rglob("__pycache__") if ".venv" not in path.parts]
    for path in found:
        if path.is_dir():
            print(f"removing {path.relative_to(ROOT)}")
            shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    main()
