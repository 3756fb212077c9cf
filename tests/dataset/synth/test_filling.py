"""`synthesise`: a dataset of drawn pictures, the same from the same arguments."""

from pathlib import Path

import pytest

from dataset.errors import ToolkitError, UsageError
from dataset.imagefile import inspect
from dataset.store import Store
from dataset.synth import draw, synthesise


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "images").iterdir()}


def test_fills_a_dataset_with_labelled_pictures_of_each_style(tmp_path: Path) -> None:
    seen: list[int] = []
    assert synthesise(tmp_path / "d", 12, styles=["lines", "sums"], seed=3, progress=seen.append) == 12
    assert seen == [1] * 12
    with Store.open(tmp_path / "d") as store:
        samples = list(store.samples())
        assert [sample.type for sample in samples] == ["lines", "sums"] * 6
        assert {sample.status for sample in samples} == {"labelled"}
        assert {sample.labelled_by for sample in samples} == {"synth"}
        assert all(sample.label and sample.label.endswith("=?") for sample in samples if sample.type == "sums")
        assert {inspect(store.read(sample)).format for sample in samples} == {"png", "jpeg"}


def test_same_arguments_same_files_and_a_second_run_adds_nothing(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert synthesise(tmp_path / name, 8, styles=["speckle"], seed=1) == 8
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert synthesise(tmp_path / "a", 8, styles=["speckle"], seed=1) == 0
    assert synthesise(tmp_path / "a", 10, styles=["speckle"], seed=1) == 2
    assert synthesise(tmp_path / "b", 8, styles=["speckle"], seed=2) == 8


def test_charset_and_length_reach_the_labels(tmp_path: Path) -> None:
    synthesise(tmp_path, 6, styles=["lines", "wide"], charset="AB", length=(2, 3))
    with Store.open(tmp_path) as store:
        labels = [sample.label or "" for sample in store.samples()]
    assert all(set(label) <= {"A", "B"} and len(label) in (2, 3) for label in labels)


def test_wrong_arguments_are_refused_before_a_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    with pytest.raises(UsageError, match="-1 pictures"):
        synthesise(folder, -1)
    with pytest.raises(UsageError, match="no style"):
        synthesise(folder, 1, styles=[])
    with pytest.raises(UsageError, match="nonsense"):
        synthesise(folder, 1, styles=["lines", "nonsense"])
    with pytest.raises(UsageError, match="字"):
        synthesise(folder, 1, charset="字")
    with pytest.raises(UsageError, match="5-4"):
        synthesise(folder, 1, length=(5, 4))
    assert not folder.exists()
    assert synthesise(folder, 0) == 0


def test_pictures_that_keep_repeating_end_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A style whose noise comes out the same each time: more distinct pictures than texts cannot be had."""
    monkeypatch.setattr("dataset.synth.filling.draw", lambda style, label, seed: draw(style, label, 0))
    with pytest.raises(ToolkitError, match="style lines has no more distinct pictures"):
        synthesise(tmp_path, 3, styles=["lines"], charset="ab", length=1)
