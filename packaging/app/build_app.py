"""`make app`: the labelling window as a folder that runs without Python, dist/captcha-label.

    python packaging/app/build_app.py              build it, unless it is there and nothing has changed
    python packaging/app/build_app.py --archive    also pack it into one file beside: .tar.xz on Linux, .zip elsewhere

The same commit gives the same files: the date is SOURCE_DATE_EPOCH, or that of the commit.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from draw_icons import draw_icons

from dataset.version import VERSION

ROOT = Path(__file__).resolve().parent.parent.parent
MADE = ROOT / "build" / "app"
DIST = ROOT / "dist"
APP = DIST / "captcha-label"
_SOURCES = ("dataset", "ocr", "labeler", "packaging/app")
_LIBRARIES = ("*.so", "*.so.*")


def main(argv: list[str]) -> int:
    """Exit status 0 when the app lies in dist, 1 with a sentence when it does not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", action="store_true", help="also pack it into one file")
    arguments = parser.parse_args(argv)
    facts = build_facts()
    stamp, state = MADE / "ready", fingerprint(facts)
    if not (stamp.is_file() and stamp.read_text("utf-8") == state and APP.is_dir()):
        if problem := build(facts):
            print(f"make app: {problem}", file=sys.stderr)
            return 1
        stamp.write_text(state, "utf-8")
    print(f"{APP.relative_to(ROOT)}: {size(APP) / 1e6:.1f} MB")
    if arguments.archive:
        packed = archive(int(facts["epoch"]))
        print(f"{packed.relative_to(ROOT)}: {packed.stat().st_size / 1e6:.1f} MB")
    return 0


def build_facts() -> dict[str, str]:
    """Version, commit and date: what Help/About shows. No clock is asked."""
    commit = _git("rev-parse", "--short=10", "HEAD") or "unknown"
    if commit != "unknown" and _git("status", "--porcelain", "--", *_SOURCES):
        commit += "+"
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct") or "315532800"
    date = time.strftime("%Y-%m-%d", time.gmtime(int(epoch)))
    return {"version": VERSION, "commit": commit, "date": date, "epoch": epoch}


def fingerprint(facts: dict[str, str]) -> str:
    """Changes whenever the app has to be built anew."""
    made = hashlib.sha256(json.dumps([facts, sys.version]).encode())
    for path in [ROOT / "constraints.txt", *(p for place in _SOURCES for p in sorted((ROOT / place).rglob("*")))]:
        if path.is_file() and "__pycache__" not in path.parts:
            made.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return made.hexdigest()


def build(facts: dict[str, str]) -> str:
    """Builds the app; what went wrong, or nothing."""
    print("building dist/captcha-label (about half a minute)", flush=True)
    shutil.rmtree(MADE, ignore_errors=True)
    MADE.mkdir(parents=True)
    draw_icons(MADE / "icons")
    (MADE / "build.json").write_text(json.dumps(facts), "utf-8")
    spec = Path(__file__).with_name("captcha-label.spec")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(DIST), "--workpath", str(MADE / "work"), str(spec)]
    same_each_time = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": facts["epoch"]}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **same_each_time}, capture_output=True, text=True)
    if done.returncode:
        print((done.stdout + done.stderr)[-4000:], file=sys.stderr)
        return "PyInstaller failed: see above; `make venv` installs what it needs"
    shutil.copy(ROOT / "LICENSE", APP / "LICENSE")
    drop_debugging()
    return ""


def drop_debugging() -> None:
    """Python's own libraries may hold as much for debuggers as for running. The wheels' must not be touched:
    `strip` breaks what was patched after linking."""
    if not sys.platform.startswith("linux") or not shutil.which("strip"):
        return
    places = (APP / "_internal", *APP.glob("_internal/python3.*/lib-dynload"))
    for library in [found for place in places for kind in _LIBRARIES for found in place.glob(kind)]:
        if not library.is_symlink():
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)


def archive(epoch: int) -> Path:
    """One file with the app in it: .tar.xz on Linux, .zip elsewhere. Equal apps give equal bytes."""
    system = platform.system().lower().replace("darwin", "macos")
    name = f"captcha-label-{VERSION}-{system}-{platform.machine().lower()}"
    app = DIST / "captcha-label.app" if system == "macos" else APP
    if system == "linux":
        packed = DIST / f"{name}.tar.xz"
        with tarfile.open(packed, "w:xz") as tar:
            for path in files(app):
                tar.add(path, path.relative_to(DIST).as_posix(), recursive=False, filter=_anonymous(epoch))
        return packed
    packed = DIST / f"{name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for path in files(app):
            entry = zipfile.ZipInfo(path.relative_to(DIST).as_posix(), time.gmtime(epoch)[:6])
            mode = path.lstat().st_mode
            entry.external_attr, entry.compress_type = (mode & 0xFFFF) << 16, zipfile.ZIP_DEFLATED
            made.writestr(entry, str(path.readlink()) if path.is_symlink() else path.read_bytes())
    return packed


def _anonymous(epoch: int) -> Callable[[tarfile.TarInfo], tarfile.TarInfo]:
    def forget(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
        entry.mode = 0o777 if entry.issym() else 0o755 if entry.mode & 0o100 else 0o644
        return entry

    return forget


def files(folder: Path) -> Iterator[Path]:
    """Every file and link below a folder, in an order that does not depend on the file system."""
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file())


def size(folder: Path) -> int:
    """Bytes of all files, links not followed."""
    return sum(path.lstat().st_size for path in files(folder))


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
