"""The packaged app, launched and worked with as a person would: `make app`."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from dataset.store import Store
from dataset.synth import draw, encode
from ocr.recognizer import Recognizer
from tests.api_stub.artefact import write_artefact
from tests.packaging.desktop import Desktop, X11Desktop, desktop, wait
from tests.support import ROOT, one_sentence, run

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]
SHOTS = ROOT / "build" / "screenshots"  # for who wants to look
TEXTS = ("k7m2x", "abc12", "9zz")
LINUX = sys.platform.startswith("linux")


@pytest.fixture
def desk(app: Path, home: Path) -> Iterator[Desktop]:
    """A desktop on which nothing has been started yet."""
    SHOTS.mkdir(exist_ok=True)
    with desktop(app, home) as made:
        yield made


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A plain folder of six drawn pictures whose names say nothing."""
    folder = tmp_path / "pictures ü"
    folder.mkdir()
    for number in range(6):
        (folder / f"p{number}.png").write_bytes(encode(draw("lines", f"{number}4{number}7", number)))
    return folder


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with a hash of what is in it."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def pictures(folder: Path) -> dict[str, str]:
    """The same of the pictures alone."""
    return {name: found for name, found in contents(folder).items() if name.endswith(".png")}


def label(desk: Desktop, folder: Path, texts: tuple[str, ...] = TEXTS) -> None:
    """Types each text and waits until a picture has it as its name."""
    for text in texts:
        desk.enter(text)
        wait((folder / f"{text}.png").exists, f"no picture was named {text}")


def test_three_pictures_are_labelled(desk: Desktop, drawn: Path) -> None:
    before = pictures(drawn)
    desk.launch(drawn)
    desk.ready()
    label(desk, drawn)
    shown = desk.shot()
    shown.save(SHOTS / "launched.png")
    assert len(shown.convert("RGB").getcolors(1 << 24) or []) > 50
    assert desk.quit() == 0
    after = pictures(drawn)
    named = {f"{text}.png" for text in TEXTS}
    assert len(after) == 6 and named <= set(after) and set(after) - named < set(before)
    assert sorted(after.values()) == sorted(before.values()), "the pictures themselves are as they were"
    with Store.open(drawn, read_only=True) as store:
        found = {sample.file: (sample.label, sample.status) for sample in store.samples()}
    assert {name: found.pop(name) for name in named} == {f"{text}.png": (text, "labelled") for text in TEXTS}
    assert set(found.values()) == {(None, "new")}


def test_a_model_proposes(desk: Desktop, drawn: Path, tmp_path: Path) -> None:
    model = write_artefact(tmp_path / "M.onnx")
    reads = Recognizer.load(model).read([path.read_bytes() for path in sorted(drawn.glob("*.png"))])
    desk.launch(drawn, "--model", model)
    desk.ready()

    def proposed() -> list[str | None]:
        with Store.open(drawn, read_only=True) as store:
            return [sample.prediction for sample in store.samples()]

    wait(lambda: None not in proposed(), "the model has not read all pictures")
    desk.shot().save(SHOTS / "proposed.png")
    assert desk.quit() == 0
    assert proposed() == [read.text for read in reads]


@pytest.mark.skipif(not find_spec("tensorflow"), reason="this Python cannot train")
def test_a_python_that_the_settings_name_trains_beside_it(desk: Desktop, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(24):
        (folder / f"p{number}.png").write_bytes(encode(draw("lines", f"{number:02}47", number)))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    kept = {**desk.environment(), **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))}
    desk.environment = lambda: kept  # type: ignore[method-assign]
    desk.launch(folder, python=sys.executable)
    desk.ready()
    label(desk, folder, tuple(f"a{number:02}" for number in range(22)))
    assert desk.process is not None
    program = psutil.Process(desk.process.pid)

    def lessons() -> list[list[str]]:
        words: list[list[str]] = []
        for child in program.children():
            with contextlib.suppress(psutil.Error):  # it has just ended
                words.append(child.cmdline())
        return [found for found in words if "labeler.teaching.child" in found]

    wait(lambda: bool(lessons()), "no lesson began")
    assert Path(lessons()[0][0]) == Path(sys.executable)
    wait(lambda: bool(list(scratch.glob("*/lesson-*.onnx"))), "nothing was learned", seconds=400)
    (learned,) = scratch.glob("*/lesson-*.onnx")
    assert set("0123a") <= set(Recognizer.load(learned).info["alphabet"])
    assert desk.quit() == 0


@pytest.mark.skipif(not LINUX, reason="looks at the pixels of an X server")
def test_a_cleaner_that_ships_removes_the_background(desk: Desktop, drawn: Path) -> None:
    Store.open(drawn).close()
    desk.launch(drawn / "captcha.db", "--cleaner", "captcha")  # as a desktop opens it
    desk.ready()
    assert isinstance(desk, X11Desktop)

    def stage() -> bytes:
        return desk.shot().crop((640, 250, 1140, 430)).tobytes()

    def cleaned() -> bool:
        desk.screen.press("F8")  # says why not while the cleaner is being loaded
        return any(stage() != before for _look in range(20) if time.sleep(0.1) is None)

    before = stage()
    wait(cleaned, "the picture was not cleaned")
    desk.shot().save(SHOTS / "cleaned.png")
    assert desk.quit() == 0


@pytest.mark.skipif(not LINUX, reason="the mount and the tree of a home are those of Linux")
def test_nothing_is_written_outside_of_the_users_folders(
    app: Path, home: Path, drawn: Path, tmp_path: Path, readonly: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = contents(readonly)
    with desktop(readonly / app.name, home) as desk:
        kept = desk.environment()
        desk.environment = lambda: {**kept, "TMPDIR": str(scratch)}  # type: ignore[method-assign]
        desk.launch(drawn, cwd=scratch)
        desk.ready()
        label(desk, drawn)
        assert desk.quit() == 0
        assert set(contents(home)) == {desk.settings().relative_to(home).as_posix()}
    assert contents(scratch) == {}
    assert contents(readonly) == before
    assert {name for name in contents(drawn) if not name.endswith(".png")} == {"captcha.db"}


@pytest.fixture
def readonly(app: Path, tmp_path: Path) -> Iterator[Path]:
    """The app where nobody can write: mounted for reading only, or for others than the superuser without the right."""
    place = tmp_path / "readonly"
    place.mkdir()
    if os.geteuid() == 0:
        bound = run("mount", "--bind", app.parent, place).returncode == 0
        if not bound or run("mount", "-o", "remount,ro,bind", place).returncode:
            pytest.skip("the superuser may write everywhere, and mounting is not permitted here")
        yield place
        subprocess.run(["umount", "--lazy", str(place)], check=True)
    else:
        shutil.copytree(app.parent, place, symlinks=True, dirs_exist_ok=True)
        folders = [place, *(path for path in place.rglob("*") if path.is_dir() and not path.is_symlink())]
        for folder in folders:
            folder.chmod(0o555)
        yield place
        for folder in folders:
            folder.chmod(0o755)


def test_it_explains_itself_and_refuses_wrong_use(app: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("a windowed program has no output there: the words come in a box")
    version, helped = run(app, "--version", cwd=tmp_path), run(app, "--help", cwd=tmp_path)
    assert version.returncode == helped.returncode == 0
    assert version.stdout.startswith("captcha-toolkit ")
    assert "captcha-label captchas --model model.onnx" in helped.stdout and "python" not in helped.stdout
    for wrong in ("--no-such-option", tmp_path / "nowhere"):
        done = run(app, wrong, cwd=tmp_path)
        assert done.returncode == 2 and one_sentence(done.stderr), done.stderr


def test_it_holds_what_it_needs_and_no_more(app: Path) -> None:
    files = {path.relative_to(app.parent).as_posix() for path in app.parent.rglob("*") if path.is_file()}
    packed = {part.lower() for name in files for part in Path(name).parts}
    parts = {Path(part) for part in json.loads((ROOT / "build" / "app" / "parts.json").read_text(encoding="utf-8"))}
    libraries = {part.parts[part.parts.index("site-packages") + 1] for part in parts if "site-packages" in part.parts}
    assert {name.removesuffix(".libs").removesuffix(".py").lower() for name in libraries} <= {
        "numpy", "onnxruntime", "pil", "pillow", "platformdirs", "tkinterdnd2", "tqdm", "pyinstaller",
        "_pyinstaller_hooks_contrib",
    }  # fmt: skip
    assert not packed & {"tensorflow", "keras", "scipy", "fastapi", "scrapy", "matplotlib", "onnx"}
    assert not any("libssl" in name or "libcrypto" in name or "avif" in name for name in packed)
    training = {part.name for part in parts if part.is_relative_to(ROOT / "ocr" / "training")}
    assert training == {"backbone.onnx"}, "the window begins with it; nothing else trains here"
    for needed in (
        "ocr/cleaners/captcha.onnx",
        "ocr/cleaners/pages.onnx",
        "labeler/locale/de.po",
        "labeler/build.json",
    ):
        assert f"_internal/{needed}" in files
    size = sum(path.lstat().st_size for path in app.parent.rglob("*") if path.is_file())
    assert size <= 115e6


def test_every_packed_part_has_its_licence(app: Path) -> None:
    folder = app.parent / "_internal" / "licences"
    index = (folder / "INDEX.txt").read_text(encoding="utf-8")
    assert "no licence text was found" not in index
    owners = {line.rsplit("-", 1)[0].lower() for line in index.splitlines()[2:] if not line.startswith(" ")}
    assert {"numpy", "onnxruntime", "pillow", "platformdirs", "tkinterdnd2", "tqdm", "python", "pyinstaller"} <= owners
    places = [line.strip() for line in index.splitlines() if line.startswith("    ")]
    assert len(places) >= len(owners)
    assert not [place for place in places if not (folder / place).read_bytes().strip()]
    assert "Apache License" in (app.parent / "LICENSE").read_text(encoding="utf-8")
