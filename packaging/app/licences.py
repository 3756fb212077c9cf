"""Collects the licence of everything that was packed: of Python packages from their metadata, of the system's
libraries from the package that owns them where there is dpkg.

The spec file says where each packed file came from.
"""

import shutil
import subprocess
import sys
import sysconfig
from collections import defaultdict
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

import contents

ROOT = Path(__file__).resolve().parent.parent.parent
_NAMES = ("licen", "copying", "notice", "copyright")
_STARTER = "pyinstaller"  # the program that starts Python, and its run-time hooks
_PYTHON = "Python"


def collect(parts: list[Path], out: Path) -> dict[str, list[str]]:
    """Writes OUT/NAME-VERSION/... and OUT/INDEX.txt; {what was packed: its licence files}. Nothing is there for
    a part whose licence was not found: the index says so."""
    shutil.rmtree(out, ignore_errors=True)
    found: dict[str, list[str]] = {}
    for name, texts in sorted(owners(parts).items(), key=lambda owner: owner[0].lower()):
        for text in texts:
            place = out / name / _short(text)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, place)
        found[name] = sorted((name + "/" + _short(text)) for text in texts)
    lines = ["What is packed beside captcha-toolkit itself (Apache-2.0, see LICENSE), and where its licence lies.", ""]
    for name, places in found.items():
        lines += [name, *(f"    {place}" for place in places or ["(no licence text was found where this was built)"])]
    out.mkdir(parents=True, exist_ok=True)
    (out / "INDEX.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return found


def owners(parts: list[Path]) -> dict[str, list[Path]]:
    """What the packed files belong to, with the licence texts of each."""
    by_file = {file: dist for dist in distributions() if dist.name != contents.OWN for file in _files(dist)}
    libraries = _libraries()
    found: dict[str, list[Path]] = defaultdict(list)
    for dist in distributions():
        if dist.name.lower().startswith(_STARTER):
            found[_title(dist)] = _texts(dist)
    found[f"{_PYTHON}-{sys.version.split()[0]}"] = _python_texts()
    for path in parts:
        if path in by_file:
            found[_title(by_file[path])] = _texts(by_file[path])
        elif path.is_relative_to(ROOT) or not path.is_absolute() or any(path.is_relative_to(p) for p in libraries):
            continue  # ours, made by PyInstaller, or Python's
        else:
            name, texts = _system_owner(path.resolve())
            found[name] = texts
    return dict(found)


def _files(dist: Distribution) -> list[Path]:
    return [Path(str(dist.locate_file(file))) for file in dist.files or []]


def _title(dist: Distribution) -> str:
    return f"{dist.name}-{dist.version}"


def _texts(dist: Distribution) -> list[Path]:
    """The licence texts that a distribution declares; else what it has of that name."""
    texts = [path for path in _files(dist) if any(name in path.name.lower() for name in _NAMES)
             if path.is_file() and path.suffix not in (".py", ".pyc")]  # fmt: skip
    return [path for path in texts if ".dist-info" in str(path)] or texts


def _short(text: Path) -> str:
    """Several texts of one owner may have one name: their folders tell them apart."""
    parts = text.parts
    inside = parts[parts.index("licenses") + 1 :] if "licenses" in parts else parts[-1:]
    return "_".join(inside)


def _libraries() -> list[Path]:
    """Where Python's own files lie."""
    known = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sys.base_prefix}
    return [place for name in known for place in (Path(name), Path(name).resolve()) if place != Path("/usr")]


def _python_texts() -> list[Path]:
    base = Path(sys.base_prefix)
    places = (Path(sysconfig.get_path("stdlib")), base, Path("/usr/share/doc/python3"))
    return [place / name for place in places for name in ("LICENSE.txt", "LICENSE", "copyright")
            if (place / name).is_file()][:1]  # fmt: skip


@cache
def _system_owner(path: Path) -> tuple[str, list[Path]]:
    """The Debian package of a library and its copyright file; elsewhere the library's name and nothing."""
    if shutil.which("dpkg"):
        merged = Path("/usr") / path.relative_to("/")  # dpkg may know a library of /lib by /usr/lib, or the other way
        for name in (path, merged, Path("/", *path.parts[2:])):
            done = subprocess.run(["dpkg", "-S", str(name)], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                package = done.stdout.split(":")[0]
                text = Path("/usr/share/doc") / package / "copyright"
                return package, [text] if text.is_file() else []
    return path.name, []
