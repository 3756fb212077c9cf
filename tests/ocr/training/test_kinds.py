"""Kinds of pictures are found where there are several, and never where there is one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dataset.synth import STYLES, synthesise
from ocr.training import kinds
from ocr.training.data import Labelled, load
from ocr.training.options import Options
from ocr.training.session import train

ALL = sorted(STYLES)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Labelled]]:
    place = tmp_path_factory.mktemp("kinds")
    for style in ALL:
        synthesise(place / style, 60, styles=(style,), seed=3)
    return {style: [replace(sample, type=None) for sample in load(place / style).samples] for style in ALL}


@pytest.mark.parametrize("style", ALL)
def test_one_style_is_one_kind(drawn: dict[str, list[Labelled]], style: str) -> None:
    samples, told = kinds.found(drawn[style])
    assert samples == drawn[style]
    assert told == "the pictures look like one kind"


@pytest.mark.parametrize("styles", [("lines", "sums"), ("rings", "speckle", "cyrillic"), ("lines", "italic", "colour")])
def test_styles_are_told_apart(drawn: dict[str, list[Labelled]], styles: tuple[str, ...]) -> None:
    mixed = [sample for style in styles for sample in drawn[style]]
    samples, told = kinds.found(mixed)
    names = np.array([sample.type for sample in samples]).reshape(len(styles), -1)
    assert len(set(names.ravel())) == len(styles), told
    for row in names:
        assert (row == row[0]).mean() > 0.95
    assert [replace(sample, type=None) for sample in samples] == mixed
    assert told.startswith(f"{len(styles)} types were found: ")


def test_alphabets_alone_make_no_kinds(drawn: dict[str, list[Labelled]]) -> None:
    """Texts of one alphabet hold more or fewer digits; that they come in fifths makes no clusters."""
    same = drawn["speckle"][0]
    labels = ["12345", "1a345", "1ab45", "1abc5", "1abcd", "abcde"]
    samples = [
        replace(same, label=label) for label, n in zip(labels, (3, 20, 40, 40, 20, 3), strict=True) for _ in range(n)
    ]
    assert kinds.found(samples)[0] == samples


def test_types_with_names_are_left_alone(drawn: dict[str, list[Labelled]]) -> None:
    samples = [replace(drawn["lines"][0], type="mine"), *drawn["sums"]]
    assert kinds.found(samples)[0] == samples


def test_few_and_equal_pictures_are_one_kind(drawn: dict[str, list[Labelled]]) -> None:
    for samples in (drawn["lines"][:1], drawn["lines"][:1] * 40, drawn["lines"][:4] + drawn["sums"][:4]):
        assert kinds.found(samples)[0] == samples


def test_kinds_of_one_size_have_different_names(drawn: dict[str, list[Labelled]]) -> None:
    members = [drawn["lines"], drawn["lines"][:20], drawn["lines"][:40]]
    size = "x".join(map(str, drawn["lines"][0].image.size))
    assert kinds._names(members) == [size, f"{size} 3", f"{size} 2"]


def test_the_artefact_tells_which_kind_it_reads(drawn: dict[str, list[Labelled]], tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    rows = ["filename,label"]
    for number, sample in enumerate(drawn["speckle"] + drawn["sums"]):
        sample.image.save(folder / f"{number}.png")
        rows.append(f"{number}.png,{sample.label}")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    trained = train(folder, tmp_path / "m.onnx", Options(epochs=30, find_types=True, refit=False))
    assert len(trained.card.types) == 2
    assert {kind.charset for kind in trained.card.types} == {"0123456789", "+0123456789=?"}
    assert trained.card.metrics["type_accuracy"] >= 0.75
