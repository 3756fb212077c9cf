"""A drawn folder of 120 pictures, labelled to its end by a simulated person with real lessons."""

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from dataset.console import run
from dataset.errors import ToolkitError
from dataset.store import Store
from dataset.synth import draw
from labeler.cli import main
from labeler.teaching.simulate import Simulation
from tests.support import one_sentence

COUNT = 120


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Pictures of five digits whose names tell nothing, and the table of what they show, outside of the folder."""
    place = tmp_path_factory.mktemp("simulated")
    rng, folder, table = random.Random(5), place / "pictures", place / "truth.csv"
    folder.mkdir()
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label"])
        for number in range(COUNT):
            text = "".join(rng.choices("0123456789", k=5))
            draw("classic", text, number).save(folder / f"p{number:03d}.png")
            writer.writerow([f"p{number:03d}.png", text])
    return folder, table


@pytest.fixture(scope="module")
def worked(drawn: tuple[Path, Path]) -> dict[str, Any]:
    """What the work came to, with lessons of a few CPU seconds."""
    folder, table = drawn
    return Simulation(folder, table, errors=0.0, overlook=0.05, seed=1, effort=0.08).run()


def test_everything_is_labelled_for_a_fraction_of_the_keys(worked: dict[str, Any], drawn: tuple[Path, Path]) -> None:
    assert worked["n"] == COUNT == worked["typed"] + worked["accepted"]
    assert worked["keys_per_image"] == pytest.approx(worked["keys"] / COUNT, abs=1e-3)
    assert worked["keys_per_image"] < 2.0, "typing all would cost 6"
    assert worked["wrong_in_the_end"] <= 3
    with Store.open(drawn[0], read_only=True) as store:
        labels = {sample.label for sample in store.samples()}
    assert None not in labels


def test_the_lessons_are_real_and_counted(worked: dict[str, Any], drawn: tuple[Path, Path]) -> None:
    assert worked["train_cpu_s"] > 1
    assert worked["lessons"][0]["labels"] >= 20
    assert worked["lessons"][-1]["labels"] == COUNT
    assert any(lesson["taken"] for lesson in worked["lessons"])
    assert (drawn[0] / "model.onnx").is_file()


def test_the_curve_tells_how_keys_grew(worked: dict[str, Any]) -> None:
    labelled, keys = zip(*worked["curve"], strict=True)
    assert labelled[-1] == COUNT and list(keys) == sorted(keys)
    assert keys[-1] <= worked["keys"]


@pytest.mark.full
def test_sums_and_words_in_one_folder(tmp_path: Path) -> None:
    folder, table, rng = tmp_path / "pictures", tmp_path / "truth.csv", random.Random(8)
    folder.mkdir()
    rows = ["filename,label"]
    for number in range(80):
        text = f"{rng.randint(10, 99)}+{rng.randint(1, 9)}=?" if number % 2 else "".join(rng.choices("abdefhkm", k=5))
        draw("sums" if number % 2 else "lines", text, number).save(folder / f"p{number:03d}.png")
        rows.append(f"p{number:03d}.png,{text}")
    table.write_text("\n".join(rows), encoding="utf-8")
    found = Simulation(folder, table, errors=0.0, overlook=0.05, seed=1, effort=0.2).run()
    assert found["n"] == 80 and found["wrong_in_the_end"] <= 3
    assert found["keys_per_image"] < 3.0, "typing all would cost 6.5"


def test_a_picture_that_the_table_lacks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "pictures", tmp_path / "truth.csv"
    folder.mkdir()
    draw("lines", "abc", 1).save(folder / "p.png")
    table.write_text("filename,label\nother.png,abc\n", encoding="utf-8")
    with pytest.raises(ToolkitError, match=r"p\.png: the table has no text for it"):
        Simulation(folder, table, errors=0, overlook=0, seed=0)
    assert run(main, [str(folder), "--simulate", str(tmp_path / "missing.csv")]) == 2
    assert run(main, ["--simulate", str(table)]) == 2
    assert run(main, [str(folder), "--simulate", str(table)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_model_that_is_none_ends_it_before_it_begins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table, model = tmp_path / "pictures", tmp_path / "truth.csv", tmp_path / "bad.onnx"
    folder.mkdir()
    draw("lines", "abc", 1).save(folder / "p.png")
    table.write_text("filename,label\np.png,abc\n", encoding="utf-8")
    model.write_text("no model")
    assert run(main, [str(folder), "--simulate", str(table), "--model", str(model)]) == 1
    assert one_sentence(told := capsys.readouterr().err) and "bad.onnx" in told
    assert not (folder / "captcha.db").exists()


def test_a_few_pictures_need_no_lesson(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "pictures", tmp_path / "truth.csv"
    folder.mkdir()
    texts = ["23456", "34567", "45678"]
    for text in texts:
        draw("classic", text, int(text)).save(folder / f"x{text[::-1]}.png")
    table.write_text("filename,label\n" + "".join(f"x{t[::-1]}.png,{t}\n" for t in texts), encoding="utf-8")
    assert main([str(folder), "--simulate", str(table), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 3 and found["wrong_in_the_end"] == 0 and found["train_cpu_s"] == 0
    assert found["keys"] <= 18


def test_what_became_of_slips_is_reported(tmp_path: Path) -> None:
    folder, table = tmp_path / "pictures", tmp_path / "truth.csv"
    folder.mkdir()
    texts = [f"{number:05d}" for number in range(12345, 99999, 9876)]
    for text in texts:
        draw("classic", text, int(text)).save(folder / f"x{text[::-1]}.png")
    table.write_text("filename,label\n" + "".join(f"x{t[::-1]}.png,{t}\n" for t in texts), encoding="utf-8")
    found = Simulation(folder, table, errors=1.0, overlook=0.0, seed=1).run()
    assert found["slips"] == found["n"] == len(texts)
    assert found["slips_in_the_end"] == found["wrong_in_the_end"] == found["slips"] - found["slips_shown_again"]
    assert found["changed_again"] == found["slips_shown_again"] <= found["shown_again"]
