from typing import Any

import pytest

from ocr.describe import lines
from ocr.errors import ArtefactError
from ocr.recognizer import Recognizer
from tests.ocr.conftest import TrainedOnce


@pytest.fixture
def facts(trained: TrainedOnce) -> dict[str, Any]:
    return Recognizer.load(trained.model).info


def test_an_artefact_is_described_in_aligned_lines(facts: dict[str, Any], trained: TrainedOnce) -> None:
    told = lines(facts)
    assert told[0].split(maxsplit=1) == ["file", str(trained.model)]
    values = [line.index(line.split("  ", 1)[1].lstrip()) for line in told]
    assert len(set(values)) == 1
    assert any(line.split(maxsplit=1)[1] == "up to 3 characters of 27ae" for line in told if line.startswith("text"))
    assert f"{facts['exact_match']:.1%} of {facts['metrics']['n']} pictures" in "\n".join(told)


def test_the_figures_of_each_type_are_told(facts: dict[str, Any]) -> None:
    facts["types"] = ["plain", "sums"]
    facts["metrics"]["by_type"] = {"plain": {"exact_match": 0.5, "n": 4}, "sums": {"exact_match": 1.0, "n": 1200}}
    told = "\n".join(lines(facts))
    assert "types        plain, sums" in told
    assert "  sums       100.0% of 1,200 pictures" in told


def test_a_large_alphabet_is_cut(facts: dict[str, Any]) -> None:
    told = "\n".join(lines(facts | {"alphabet": "".join(map(chr, range(0x4E00, 0x4E00 + 400)))}))
    assert "… (400 in all)" in told
    assert len(max(told.splitlines(), key=len)) < 300


def test_what_an_artefact_does_not_hold_is_left_out(facts: dict[str, Any]) -> None:
    bare = facts | {"metrics": {}, "training": {}, "dataset": {}, "max_sequence_length": None, "image_size": [40, None]}
    told = "\n".join(lines(bare))
    assert "exact match" not in told
    assert "pictures  40 pixels high, as wide as they are, grey" in told
    assert "text      characters of 27ae" in told


@pytest.mark.parametrize(
    "wrong",
    [
        {"created": "yesterday"},
        {"metrics": {"exact_match": "good", "n": 3}},
        {"metrics": {"exact_match": 0.5, "n": 3, "by_type": 7}},
        {"metrics": {"exact_match": 0.5, "n": 3, "exact_match_interval_95": [0.5]}},
        {"training": {"steps": "many"}},
        {"dataset": {"samples": [1]}},
    ],
)
def test_a_foreign_description_is_refused_in_a_sentence(facts: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(ArtefactError, match=r"is damaged: its description cannot be read"):
        lines(facts | wrong)
