"""The Debian package of the app: installed into a root of its own, launched from there, removed without a trace."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dataset.store import Store
from dataset.synth import draw, encode
from tests.packaging.desktop import desktop, wait
from tests.support import ROOT, python, run

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="Debian packages are made where there is dpkg-deb"),
]
Dpkg = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def package(app: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, packed quickly."""
    out = tmp_path_factory.mktemp("deb")
    done = python(ROOT / "packaging" / "app" / "build_deb.py", "--out", out, "--level", "0", timeout=560)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("captcha-label_*.deb"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty system with nothing but dpkg's own files."""
    made = tmp_path / "root"
    for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"):
        (made / folder).mkdir(parents=True)
    (made / "var/lib/dpkg/status").touch()
    return made


@pytest.fixture
def dpkg(root: Path) -> Dpkg:
    """dpkg on that system, as its superuser. What it depends on is on this machine."""
    rights = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"

    def call(*words: str | Path) -> "subprocess.CompletedProcess[str]":
        return run(*rights, "dpkg", f"--root={root}", "--force-depends", *words, PATH=path)

    return call


def left(root: Path) -> list[str]:
    """What is installed, dpkg's own files aside."""
    return [str(path.relative_to(root)) for path in root.rglob("*") if "var" not in path.relative_to(root).parts]


def test_installed_launched_and_removed(package: Path, root: Path, dpkg: Dpkg, home: Path, tmp_path: Path) -> None:
    done = dpkg("--install", package)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "p.png").write_bytes(encode(draw("lines", "4711", 1)))
    with desktop(root / "usr" / "bin" / "captcha-label", home) as desk:
        desk.launch(folder)
        desk.ready()
        desk.enter("4711")
        wait((folder / "4711.png").exists, "the picture was not named")
        assert desk.quit() == 0
    assert dpkg("--purge", "captcha-label").returncode == 0
    assert left(root) == []


def test_the_desktop_knows_the_program_and_its_file_type(package: Path, root: Path, dpkg: Dpkg, tmp_path: Path) -> None:
    assert dpkg("--install", package).returncode == 0
    share = root / "usr" / "share"
    entry = dict(
        line.split("=", 1)
        for line in (share / "applications/captcha-label.desktop").read_text("utf-8").splitlines()[1:]
    )
    assert (root / "usr" / "bin" / entry["Exec"].split()[0]).resolve().is_file()
    for pixels in (16, 48, 512):
        assert (share / f"icons/hicolor/{pixels}x{pixels}/apps/{entry['Icon']}.png").is_file()
    if not (shutil.which("update-mime-database") and shutil.which("gio")):
        pytest.skip("shared-mime-info and gio are not installed")
    assert run("update-mime-database", share / "mime").returncode == 0
    Store.open(tmp_path).close()
    shutil.copy(tmp_path / "captcha.db", tmp_path / "other.db")
    types = [
        run("gio", "info", "-a", "standard::content-type", tmp_path / name, XDG_DATA_DIRS=str(share)).stdout
        for name in ("captcha.db", "other.db")
    ]
    assert ["x-captcha-dataset" in found for found in types] == [True, False], types


def test_it_names_what_it_needs(package: Path) -> None:
    said = run("dpkg-deb", "--info", package).stdout
    assert "Package: captcha-label" in said and "Depends: libc6 (>= 2." in said
    listing = run("dpkg-deb", "--contents", package).stdout
    assert " root/root " in listing and not [line for line in listing.splitlines() if " root/root " not in line]
