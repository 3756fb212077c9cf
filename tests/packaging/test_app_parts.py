"""What the packaged app is made of, without building it."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from tests.support import ROOT

PLACE = ROOT / "packaging" / "app"
Part = Callable[[str], ModuleType]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """Imports a file of packaging/app by its name."""
    monkeypatch.syspath_prepend(str(PLACE))
    yield importlib.import_module
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(PLACE)):
            del sys.modules[name]


def test_only_named_libraries_are_packed(part: Part) -> None:
    excluded = set(part("contents").excluded())
    assert {"scrapy", "fastapi", "tensorflow", "keras", "pytest", "matplotlib", "onnx", "ocr.training"} <= excluded
    assert not excluded & {"numpy", "PIL", "onnxruntime", "tkinterdnd2", "platformdirs", "labeler", "dataset", "ocr"}


def test_everything_that_our_packages_read_is_packed(part: Part) -> None:
    contents = part("contents")
    data = {path.as_posix() for path in contents.data(ROOT)}
    models = {"ocr/training/backbone.onnx", "ocr/cleaners/pages.onnx", "ocr/cleaners/captcha.onnx"}
    assert {"labeler/locale/de.po", *models} <= data
    others = data - models
    assert not [name for name in others if name.startswith(("ocr/training/", "dataset/synth/")) or name.endswith(".py")]
    modules = contents.hidden(ROOT)
    assert {"PIL._tkinter_finder", "ocr.cleaner", "labeler.window.app", "dataset"} <= set(modules)
    assert not [name for name in modules if name.startswith(("ocr.training", "dataset.synth"))]


@pytest.mark.parametrize(
    ("place", "system", "packed"),
    [
        ("_tcl_data/encoding/shiftjis.enc", "linux", False),
        ("_tcl_data/encoding/shiftjis.enc", "win32", True),
        ("_tcl_data/encoding/cp1252.enc", "linux", True),
        ("_tcl_data/init.tcl", "linux", True),
        ("_tk_data\\demos\\image1.tcl", "win32", False),
        ("numpy-2.4.6.dist-info/METADATA", "linux", False),
        ("labeler/locale/de.po", "darwin", True),
    ],
)
def test_what_no_window_reaches_is_left_out(part: Part, place: str, system: str, packed: bool) -> None:
    assert part("contents").wanted(place, system=system) is packed


def test_the_date_is_not_that_of_the_clock(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    build = part("build_app")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    facts = build.build_facts()
    assert facts["date"] == "2001-09-09" and facts["epoch"] == "1000000000"
    assert re.fullmatch(r"[0-9a-f]{7,}\+?|unknown", facts["commit"])
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert build.build_facts() == build.build_facts()
    monkeypatch.setattr(build, "_git", lambda *_words: "")
    assert build.build_facts() | {"version": ""} == {
        "version": "", "commit": "unknown", "date": "1980-01-01", "epoch": "315532800",
    }  # fmt: skip


def test_equal_folders_make_equal_archives(part: Part, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build = part("build_app")
    packed = []
    for name in ("one", "two"):
        app = tmp_path / name / "captcha-label"
        app.mkdir(parents=True)
        for file in ("b", "a") if name == "one" else ("a", "b"):
            (app / file).write_text(file)
        (app / "a").chmod(0o755 if name == "one" else 0o711)
        monkeypatch.setattr(build, "DIST", tmp_path / name)
        monkeypatch.setattr(build, "APP", app)
        packed.append(build.archive(1_000_000_000).read_bytes())
    assert packed[0] == packed[1]


def test_every_distribution_has_a_licence(part: Part) -> None:
    import numpy
    import platformdirs

    owners = part("licences").owners([Path(numpy.__file__), Path(platformdirs.__file__), ROOT / "labeler" / "cli.py"])
    names = {name.rsplit("-", 1)[0].lower() for name in owners}
    assert {"numpy", "platformdirs", "python", "pyinstaller"} <= names and "captcha-toolkit" not in names
    assert all(owners.values()), owners


def test_a_part_without_a_licence_is_said_to_have_none(part: Part, tmp_path: Path) -> None:
    library = tmp_path / "libmine.so"
    library.touch()
    found = part("licences").collect([library], tmp_path / "out")
    assert found["libmine.so"] == []
    index = (tmp_path / "out" / "INDEX.txt").read_text(encoding="utf-8")
    assert "libmine.so\n    (no licence text was found" in index


def test_the_icon_is_drawn_in_every_size(part: Part, tmp_path: Path) -> None:
    icons = part("draw_icons")
    icons.draw_icons(tmp_path)
    for pixels in icons.PNG_SIZES:
        with Image.open(tmp_path / icons.png_place(pixels)) as image:
            assert image.size == (pixels, pixels)
    with Image.open(tmp_path / "captcha-label.ico") as image:
        assert {(pixels, pixels) for pixels in icons.ICO_SIZES} == image.info["sizes"]
    with Image.open(tmp_path / "captcha-label.icns") as image:
        assert {width * scale for width, _height, scale in image.info["sizes"]} >= set(icons.ICNS_SIZES)


def test_programs_that_the_app_starts_load_the_libraries_of_the_system(part: Part) -> None:
    start = part("start")
    variables = {"LD_LIBRARY_PATH": "/app/_internal", "LD_LIBRARY_PATH_ORIG": "/usr/lib/mine", "HOME": "/"}
    start.free_programs_that_we_start(variables)
    assert variables == {"LD_LIBRARY_PATH": "/usr/lib/mine", "HOME": "/"}
    start.free_programs_that_we_start(variables := {"LD_LIBRARY_PATH": "/app/_internal"})
    assert variables == {}


@pytest.mark.parametrize(("word", "failed"), [("--version", False), ("--no-such-option", True)])
def test_without_a_terminal_words_come_in_a_box(
    part: Part, monkeypatch: pytest.MonkeyPatch, word: str, failed: bool
) -> None:
    start = part("start")
    shown: list[tuple[str, bool]] = []
    monkeypatch.setattr(start, "show", lambda text, *, failed: shown.append((text, failed)))
    monkeypatch.setattr(sys, "argv", ["captcha-label", word])
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit):
        start.main()
    ((text, told),) = shown
    assert told is failed and "captcha-" in text


def test_the_program_is_taken_for_a_python_nowhere() -> None:
    """`sys.executable` is the window itself there; what starts a Python asks for one first."""
    using = {
        path.relative_to(ROOT).as_posix()
        for package in ("dataset", "ocr", "labeler")
        for path in (ROOT / package).rglob("*.py")
        if "sys.executable" in path.read_text(encoding="utf-8") and "ocr/training" not in path.as_posix()
    }
    assert using <= {"labeler/teaching/interpreter.py"}
