"""`make deb`: the packaged app as a Debian package, dist/captcha-label_VERSION_ARCHITECTURE.deb.

The same app gives the same package, byte for byte.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import build_app as build
from draw_icons import NAME

HERE = Path(__file__).resolve().parent
TREE = build.MADE / "deb"
_CONTROL = """\
Package: captcha-label
Version: {version}
Architecture: {architecture}
Maintainer: The captcha-toolkit developers <captcha-toolkit@localhost>
Installed-Size: {kilobytes}
Depends: libc6 (>= {glibc})
Section: graphics
Priority: optional
Description: label a folder of short-text pictures
 Type what the picture shows, press Enter, and the next picture is there. Every
 file is renamed to its text, every step can be undone, and a trained model
 proposes what it reads.
"""
_SHARED = {  # file in linux/ or the checkout: its place below /usr/share
    HERE / "linux" / f"{NAME}.desktop": f"applications/{NAME}.desktop",
    HERE / "linux" / "captcha-toolkit.xml": "mime/packages/captcha-toolkit.xml",
    HERE / "linux" / "copyright": f"doc/{NAME}/copyright",
}


def main(argv: list[str]) -> int:
    """Exit status 0 when the package is there, 1 with a sentence when it is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=build.DIST, metavar="DIR", help="where to put it (default: dist)")
    parser.add_argument("--level", type=int, default=6, metavar="N", help="0 packs quickly, 9 tightly (default: 6)")
    arguments = parser.parse_args(argv)
    if not shutil.which("dpkg-deb"):
        print("make deb: there is no dpkg-deb here; run it on Debian or Ubuntu", file=sys.stderr)
        return 1
    if status := build.main([]):
        return status
    facts = build.build_facts()
    epoch = int(facts["epoch"])
    fill_tree(facts["version"])
    set_times(TREE, epoch)
    architecture = _said("dpkg", "--print-architecture")
    package = arguments.out.resolve() / f"{NAME}_{facts['version']}_{architecture}.deb"
    print(f"packing {package.name}", flush=True)
    same_each_time = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    words = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{arguments.level}", "--build", str(TREE), str(package)]
    subprocess.run(words, check=True, env=same_each_time, stdout=subprocess.DEVNULL)
    print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")
    return 0


def fill_tree(version: str) -> None:
    """The package's files as they will lie on the machine."""
    shutil.rmtree(TREE, ignore_errors=True)
    shutil.copytree(build.APP, TREE / "usr" / "lib" / NAME, symlinks=True)
    (TREE / "usr" / "bin").mkdir()
    (TREE / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    shutil.copytree(build.MADE / "icons" / "hicolor", TREE / "usr" / "share" / "icons" / "hicolor")
    for source, place in _SHARED.items():
        target = TREE / "usr" / "share" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for path in TREE.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    control = _CONTROL.format(
        version=version, architecture=_said("dpkg", "--print-architecture"), glibc=needed_glibc(build.APP),
        kilobytes=build.size(TREE) // 1024,
    )  # fmt: skip
    (TREE / "DEBIAN").mkdir()
    (TREE / "DEBIAN" / "control").write_text(control, "utf-8")


def needed_glibc(app: Path) -> str:
    """The newest version of the C library that a packed library asks for, such as 2.34."""
    found = {
        int(number) for path in build.files(app) if ".so" in path.name or path.name == NAME
        for number in re.findall(rb"GLIBC_2\.(\d+)", path.read_bytes())
    }  # fmt: skip
    return f"2.{max(found)}"


def set_times(tree: Path, epoch: int) -> None:
    """One date for everything."""
    for path in [tree, *tree.rglob("*")]:
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def _said(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
