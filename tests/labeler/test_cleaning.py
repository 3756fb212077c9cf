"""The slot for a background remover, filled with one that paints everything white."""

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from labeler import cleaning
from labeler.cleaning import CleanerFailed, CleanerLoaded, CleanerUnusable
from labeler.prefetch import FrameReady, Pictures, Shot
from labeler.view import NEUTRAL, View
from ocr.cleaners import NAMES, find
from tests.labeler.conftest import Hand

CLEAN = View(background=True)


class White:
    """What the interface asks for; `threads` are those that it ran in."""

    threads: set[str] = set()  # noqa: RUF012

    @classmethod
    def load(cls, path: Path) -> "White":
        if path.read_bytes() == b"bad":
            raise CleanerUnusable(f"{path}: not a background remover")
        return cls()

    def clean(self, image: Image.Image) -> Image.Image:
        self.threads.add(threading.current_thread().name)
        return Image.new("L", image.size, 255)


@pytest.fixture
def remover(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that the module in the place of `ocr.cleaner` can load."""
    module: Any = ModuleType("ocr.cleaner")
    module.Cleaner = White
    White.threads.clear()
    monkeypatch.setitem(sys.modules, "ocr.cleaner", module)
    path = tmp_path / "c.onnx"
    path.write_bytes(b"good")
    return path


@pytest.fixture
def told() -> "queue.SimpleQueue[object]":
    return queue.SimpleQueue()


@pytest.fixture
def pictures(told: "queue.SimpleQueue[object]") -> Iterator[Pictures]:
    made = Pictures(told.put)
    yield made
    made.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_cleaners_that_ship_fit_the_slot(name: str, mode: str) -> None:
    stained = Image.linear_gradient("L").resize((90, 40)).point(lambda value: 140 + value // 4).convert(mode)
    result = cleaning.cleaned(cleaning.load(find(Path(name))), stained)
    assert result.size == (90, 40)
    assert result.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) > 240


def test_backgrounds_are_removed_by_a_worker_only(
    pictures: Pictures, told: "queue.SimpleQueue[object]", folder: Path, remover: Path
) -> None:
    shot = Shot(1, folder / "p0.png", CLEAN, (400, 200))
    assert not pictures.frame(shot).rough, "without a remover there is nothing to wait for"
    pictures.clean_with(remover)
    assert told.get(timeout=30) == CleanerLoaded(remover)
    rough = pictures.frame(shot)
    assert rough.rough and rough.image.getextrema() != (255, 255)
    assert told.get(timeout=30) == FrameReady(1)
    clean = pictures.frame(shot)
    assert not clean.rough and clean.image.getextrema() == (255, 255)
    assert White.threads == {"pictures"}
    again = pictures.frame(shot._replace(view=View(background=True, invert=True)))
    assert again.image.getextrema() == (0, 0), "other tools work on the cleaned picture at once"
    assert pictures.frame(shot._replace(view=NEUTRAL)).image.getextrema() != (255, 255)


@pytest.mark.parametrize("result", [Image.new("L", (1, 1)), None], ids=["another size", "nothing"])
def test_a_remover_that_does_not_keep_its_word_is_let_go(
    pictures: Pictures, told: "queue.SimpleQueue[object]", folder: Path, remover: Path,
    monkeypatch: pytest.MonkeyPatch, result: object,
) -> None:  # fmt: skip
    monkeypatch.setattr(White, "clean", lambda _self, _image: result)
    pictures.clean_with(remover)
    told.get(timeout=30)
    shot = Shot(1, folder / "p0.png", CLEAN, (400, 200))
    pictures.frame(shot)
    failed = told.get(timeout=30)
    assert isinstance(failed, CleanerFailed) and failed.sentence
    assert told.get(timeout=30) == FrameReady(1)
    assert not pictures.can_clean and not pictures.frame(shot).rough


def test_a_version_without_the_module_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ocr.cleaner", None)
    with pytest.raises(CleanerUnusable, match=r"c\.onnx.*missing"):
        cleaning.load(tmp_path / "c.onnx")


def test_the_tool_is_dead_without_a_remover_and_says_why(window: Callable[..., Hand], folder: Path) -> None:
    from labeler import settings

    hand = window(settings.Settings(show_tools=True))
    hand.open(folder)
    hand.press("F8")
    assert not hand.app.controller.viewing.view.background
    assert "background remover" in hand.app.workspace.writing.hint.cget("text")
    box, why = hand.app.workspace.tools._boxes["background"]
    assert "disabled" in box.state() and why.winfo_ismapped() and why.cget("text")


def test_the_remover_beside_the_data_fills_the_slot(window: Callable[..., Hand], folder: Path, remover: Path) -> None:
    from labeler import settings

    (folder / "cleaner.onnx").write_bytes(b"good")
    hand = window(settings.Settings(show_tools=True))
    hand.open(folder)
    hand.settle(lambda: hand.app.controller.work is not None and hand.app.controller.work.pictures.can_clean)
    hand.press("F8")
    hand.settle(lambda: bool(White.threads))
    stage = hand.app.workspace.stage
    hand.settle(lambda: stage._photo_mode == "L")
    assert "Remove background" in stage.itemcget(stage._tools, "text")
    box, why = hand.app.workspace.tools._boxes["background"]
    assert "disabled" not in box.state() and not why.winfo_ismapped()
    hand.press("Alt+2")
    hand.settle(lambda: not any(painted is None for painted in hand.app.workspace.grid_view._painted[:6]))
    assert White.threads == {"pictures"}


def test_a_bad_remover_is_said_and_labelling_goes_on(window: Callable[..., Hand], folder: Path, remover: Path) -> None:
    remover.write_bytes(b"bad")
    hand = window(cleaner=remover)
    hand.open(folder)
    hand.settle(lambda: "Backgrounds cannot" in hand.app.workspace.writing.hint.cget("text"))
    trouble = hand.app.controller.trouble
    assert trouble is not None and "not a background remover" in trouble.text
    hand.type("on")
    hand.press("Return")
    assert (folder / "on.png").exists()
