"""The simulated person at the real window: keys arrive, costs are those of the person without one."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from dataset.store import Store
from dataset.synth import draw
from labeler import settings
from labeler.cli import main
from labeler.errors import LabelerError
from labeler.teaching.simulate import Simulation
from labeler.window.simulated import WindowSimulation


def drawn(place: Path, count: int, letters: str = "abcdefhkmnpx2345678") -> tuple[Path, Path]:
    """Pictures of five letters whose names tell nothing, and the table of what they show, outside of the folder."""
    rng, folder, table = random.Random(5), place / "pictures", place / "truth.csv"
    folder.mkdir()
    rows = ["filename,label"]
    for number in range(count):
        text = "".join(rng.choices(letters, k=5))
        draw("lines", text if text.isascii() else f"{number:05d}", number).save(folder / f"p{number:03d}.png")
        rows.append(f"p{number:03d}.png,{text}")
    table.write_text("\n".join(rows), encoding="utf-8")
    return folder, table


def labels(folder: Path) -> dict[str, str | None]:
    with Store.open(folder) as store:
        return {str(sample.sha256): sample.label for sample in store.samples()}


def test_a_handful_without_lessons_costs_the_same_at_the_window(screen: str, tmp_path: Path) -> None:
    folder, table = drawn(tmp_path, 9)
    shutil.copytree(folder, tmp_path / "copy")
    given: dict[str, Any] = {"errors": 0.0, "overlook": 0.0, "seed": 1}
    at_window = WindowSimulation(folder, table, **given).run()
    without = Simulation(tmp_path / "copy", table, **given).run()
    assert at_window["wrong_in_the_end"] == 0
    assert {**at_window, "curve": [], "seconds": 0} == {**without, "curve": [], "seconds": 0}
    assert at_window["curve"] == without["curve"]
    assert labels(folder) == labels(tmp_path / "copy")
    assert not settings.settings_path().exists()


def test_characters_that_the_keyboard_lacks(screen: str, tmp_path: Path) -> None:
    folder, table = drawn(tmp_path, 4, "жщю+=")
    assert WindowSimulation(folder, table, errors=0.0, overlook=0.0, seed=1).run()["wrong_in_the_end"] == 0


def test_a_window_that_loses_a_key_is_told_of_and_closed(screen: str, tmp_path: Path) -> None:
    folder, table = drawn(tmp_path, 1)
    table.write_text("filename,label\np000.png,qqqqq", encoding="utf-8")
    simulation = WindowSimulation(folder, table, errors=0.0, overlook=0.0, seed=1)
    simulation._app.workspace.field.entry.bind("<KeyPress>", lambda _event: "break")
    with pytest.raises(LabelerError, match="lost a key"):
        simulation.run()
    assert simulation._app.closed


@pytest.mark.full
def test_the_whole_way_with_lessons_and_pages(screen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = drawn(tmp_path, 60)
    report = WindowSimulation(folder, table, errors=0.0, overlook=0.05, seed=1, effort=0.08).run()
    assert report["n"] == 60 == report["typed"] + report["accepted"]
    assert report["wrong_in_the_end"] <= 2
    assert report["keys_per_image"] < 3
    assert report["lessons"][-1]["labels"] == 60
    assert (folder / "model.onnx").is_file()
    assert (folder / "labelling-report.html").is_file()


@pytest.mark.full
def test_the_command(screen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = drawn(tmp_path, 5)
    assert main([str(folder), "--simulate", str(table), "--window", "--json"]) == 0
    assert '"n": 5' in capsys.readouterr().out
