import numpy as np
import pytest

from dataset.charset import Charset
from ocr.constraint import Constraint, of_lengths
from ocr.decode import best_paths, collapse, constrained_path, decode, prefix_beam
from tests.ocr.outputs import all_paths, collapsed, random_outputs, text_sums

CHARSET = Charset("ab")


def test_collapse_merges_repeats_and_drops_blanks() -> None:
    assert collapse(np.array([0, 1, 1, 0, 1, 2, 2, 0])) == ([1, 1, 2], [1, 4, 5])
    assert collapse(np.array([0, 0])) == ([], [])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("lengths", [(1, 1), (2, 2), (3, 3), (2, 3)])
def test_constrained_search_finds_the_best_allowed_path(seed: int, lengths: tuple[int, int]) -> None:
    outputs = random_outputs(seed)
    constraint = Constraint.from_templates(of_lengths(*lengths, "ab"), CHARSET)
    allowed = [(path, score) for path, score in all_paths(outputs) if constraint.accepts(collapsed(path))]
    expected = max(score for _, score in allowed)
    path = constrained_path(outputs[0], constraint)
    assert path is not None
    assert constraint.accepts(collapse(path)[0])
    assert sum(outputs[0, t, c] for t, c in enumerate(path)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_constrained_search_keeps_to_a_pattern(seed: int) -> None:
    outputs = random_outputs(seed)
    constraint = Constraint.from_templates([("a", "b", "ab"), ("b",)], CHARSET)
    best = max((s, p) for p, s in all_paths(outputs) if constraint.accepts(collapsed(p)))
    path = decode(outputs, constraint)[0]
    assert collapse(path)[0] == list(collapsed(best[1]))


def test_no_allowed_text_fits_into_too_few_steps() -> None:
    constraint = Constraint.from_templates(of_lengths(4, 4, "ab"), CHARSET)
    outputs = random_outputs(1, steps=3)
    assert constrained_path(outputs[0], constraint) is None
    assert (decode(outputs, constraint) == best_paths(outputs)).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_wide_beam_ranks_texts_as_brute_force_does(seed: int) -> None:
    outputs = random_outputs(seed)
    expected = sorted(text_sums(outputs).items(), key=lambda item: -item[1])[:3]
    found = prefix_beam(outputs[0], width=400, branch=3)[:3]
    assert [text for text, _ in found] == [text for text, _ in expected]
    assert np.exp([score for _, score in found]) == pytest.approx([p for _, p in expected], rel=1e-3)


def test_the_beam_obeys_a_constraint() -> None:
    outputs = random_outputs(5)
    constraint = Constraint.from_templates(of_lengths(3, 3, "ab"), CHARSET)
    expected = max((p, t) for t, p in text_sums(outputs).items() if len(t) == 3)
    text, score = prefix_beam(outputs[0], constraint, width=400, branch=3)[0]
    assert text == expected[1]
    assert np.exp(score) == pytest.approx(expected[0], rel=1e-3)
