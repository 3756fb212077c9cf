"""The packaged window: how large it is, and how soon its first picture stands there.

`python -m benchmarks.app [--starts 7]` builds the app and its archive if need be. `cpu_s` is the CPU time of the
program from its start until the first picture is seen on a virtual screen, `wall_s` the time on the clock;
`checkout` is the same of `python -m labeler`. The first start of each reads the files from the disk and is left out.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.labeler_parts import folders
from benchmarks.labeler_parts.person import Person
from benchmarks.labeler_parts.screen import Screen
from benchmarks.report import publish, summary
from dataset.store import Store

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "dist" / "captcha-label"
_PICTURES = 200


def sizes() -> dict[str, Any]:
    """Bytes of the unpacked app, of its largest parts and of the archive, in MB (10^6 bytes)."""
    files = {path: path.lstat().st_size for path in APP.rglob("*") if path.is_file() and not path.is_symlink()}
    largest = sorted(files, key=lambda path: -files[path])[:5]
    archive = max((ROOT / "dist").glob("captcha-label-*.*"), key=lambda path: path.stat().st_mtime)
    return {
        "unpacked_mb": round(sum(files.values()) / 1e6, 1),
        "files": len(files),
        "largest_mb": {path.name.split("-")[0].split(".")[0]: round(files[path] / 1e6, 1) for path in largest},
        "packed_mb": round(archive.stat().st_size / 1e6, 1),
        "packed_as": "".join(archive.suffixes[-2:]) if archive.suffix == ".xz" else archive.suffix,
    }


def starting(screen: Screen, root: Path, command: tuple[str, ...], starts: int) -> dict[str, Any]:
    """Process start -> first picture of a folder that was opened before."""
    cpu, wall, memory = [], [], []
    for number in range(starts + 1):
        with Person(screen, root / "pictures", root / "home", command=command) as person:
            seconds = person.first_picture()
            if number:
                wall.append(seconds)
                cpu.append(person.cpu_seconds())
                memory.append(person.memory_mb())
    return {"cpu_s": summary(cpu), "wall_s": summary(wall), "memory_mb": round(max(memory), 1)}


def main() -> int:
    """Measures and keeps the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=7)
    starts = parser.parse_args().starts
    builder = ROOT / "packaging" / "app" / "build_app.py"
    subprocess.run([sys.executable, str(builder), "--archive"], check=True, stdout=sys.stderr)
    results: dict[str, Any] = {"size": sizes()}
    commands = {"app": (str(APP / "captcha-label"),), "checkout": (sys.executable, "-m", "labeler")}
    with tempfile.TemporaryDirectory(prefix="captcha-bench-") as place, Screen() as screen:
        root = Path(place)
        folders.distinct(root / "pictures", _PICTURES)
        Store.open(root / "pictures").close()
        for name, command in commands.items():
            results[name] = starting(screen, root, command, starts)
    publish("app", results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
