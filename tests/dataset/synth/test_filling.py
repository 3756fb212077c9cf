"""`synthesise`: a dataset of drawn pictures, the same from the same arguments."""

import random
from pathlib import Path

import numpy as np
import pytest

from dataset.errors import ToolkitError, UsageError
from dataset.folder import read_folder
from dataset.imagefile import decode, inspect, load
from dataset.store import Store
from dataset.synth import STYLES, draw_pair, synthesise, synthesise_pairs


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
    monkeypatch.setattr("dataset.synth.filling.draw_pair", lambda style, label, seed: draw_pair(style, label, 0))
    with pytest.raises(ToolkitError, match="style lines has no more distinct pictures"):
        synthesise(tmp_path, 3, styles=["lines"], charset="ab", length=1)


@pytest.mark.parametrize("style", STYLES)
def test_a_pair_shows_the_same_text_at_the_same_place(style: str, tmp_path: Path) -> None:
    """The clean pictures are those of `draw_pair`, the dirty ones those that `synthesise` puts into a dataset."""
    assert synthesise_pairs(tmp_path / "pairs", 3, styles=[style], seed=4) == 3
    synthesise(tmp_path / "plain", 3, styles=[style], seed=4)
    with Store.open(tmp_path / "plain") as store:
        plain = {sample.label: decode(store.read(sample)) for sample in store.samples()}
    items = read_folder(tmp_path / "pairs")
    assert {item.label for item in items} == set(plain)
    for item in items:
        assert (item.type, item.path.parent.name) == (style, "dirty")
        dirty, clean = load(item.path), load(tmp_path / "pairs" / "clean" / item.path.name)
        assert dirty.tobytes() == plain[item.label].tobytes()
        assert (clean.mode, clean.size) == ("L", dirty.size)
        ink, shade = 255.0 - np.asarray(clean, float), np.asarray(dirty.convert("RGB"), float)
        on, off = shade[ink > 150].mean(0), shade[ink == 0].mean(0)
        assert np.abs(on - off).max() > 8
        assert (ink == 0).mean() > 0.4


def test_pairs_have_equal_names_and_come_out_the_same_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        random.seed(name)
        synthesise_pairs(tmp_path / name, 6, styles=["speckle", "colour"], charset="01", length=1, seed=2)
    for part in ("dirty", "clean"):
        assert len(list((tmp_path / "a" / part).iterdir())) == 6
    files = {path.relative_to(tmp_path / "a"): path.read_bytes() for path in (tmp_path / "a").rglob("*.*")}
    assert len(files) == 13
    assert {path.name for path in files if path.parts[0] == "dirty"} == {
        path.name for path in files if path.parts[0] == "clean"
    }
    assert files == {path.relative_to(tmp_path / "b"): path.read_bytes() for path in (tmp_path / "b").rglob("*.*")}


def test_pairs_need_a_new_or_empty_folder_and_leave_none_behind(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.txt").write_text("keep")
    with pytest.raises(UsageError, match="exists already"):
        synthesise_pairs(tmp_path / "mine", 1, styles=["lines"])
    with pytest.raises(UsageError, match="nonsense"):
        synthesise_pairs(tmp_path / "new", 1, styles=["nonsense"])

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesise_pairs(tmp_path / "new", 2, styles=["lines"], progress=stop)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "x.txt"]
