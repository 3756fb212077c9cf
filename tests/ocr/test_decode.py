import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.charset import Charset
from ocr.constraint import Constraint, of_lengths
from ocr.decode import best_paths, collapse, constrained_path, decode, prefix_beam
from tests.ocr.outputs import all_paths, collapsed, random_outputs, text_sums

CHARSET = Charset("ab")


def test_collapse_merges_repeats_and_drops_blanks() -> None:
    assert collapse(np.array([0, 1, 1, 0, 1, 2, 2, 0]))[1:] == ([1, 1, 2], [1, 4, 5])
    assert collapse(np.array([0, 0]))[1:] == ([], [])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("lengths", [(1, 1), (2, 2), (3, 3), (2, 3)])
def test_constrained_search_finds_the_best_allowed_path(seed: int, lengths: tuple[int, int]) -> None:
    outputs = random_outputs(seed)
    constraint = Constraint.from_templates(of_lengths(*lengths, "ab"), CHARSET)
    allowed = [(path, score) for path, score in all_paths(outputs) if constraint.accepts(collapsed(path))]
    expected = max(score for _, score in allowed)
    path = constrained_path(outputs[0], constraint)
    assert path is not None
    assert constraint.accepts(collapse(path).text)
    assert sum(outputs[0, t, c] for t, c in enumerate(path)) == pytest.approx(expected, rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 40),
    sharpness=st.floats(0.1, 12.0),
    templates=st.lists(st.lists(st.sampled_from(["ab", "abcdef", "c", "def"]), max_size=8).map(tuple), min_size=1),
)
def test_the_search_is_as_good_as_one_step_by_step(
    seed: int, steps: int, sharpness: float, templates: list[tuple[str, ...]]
) -> None:
    outputs = random_outputs(seed, steps, classes=7, sharpness=sharpness)[0]
    constraint = Constraint.from_templates(templates, Charset("abcdef"))
    path = constrained_path(outputs, constraint)
    expected = _best_score(outputs, constraint)
    assert (path is None) == (expected is None)
    if path is not None:
        assert constraint.accepts(collapse(path).text)
        assert outputs[np.arange(steps), path].sum(dtype=float) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def _best_score(outputs: np.ndarray, constraint: Constraint) -> float | None:
    """Viterbi step by step over (trie node, last class)."""
    best: dict[tuple[int, int], float] = {(0, 0): 0.0}
    for row in outputs.tolist():
        after: dict[tuple[int, int], float] = {}
        for (node, last), score in best.items():
            moves = {(node, last), (node, 0)}
            for child in constraint.children[node]:
                moves |= {(child, int(c)) for c in np.flatnonzero(constraint.allowed[child]) if c != last}
            for move in moves:
                after[move] = max(after.get(move, -np.inf), score + row[move[1]])
        best = after
    return max((score for (node, _), score in best.items() if constraint.accept[node]), default=None)


def test_possible_paths_are_found_among_impossible_classes() -> None:
    outputs = np.full((5, 3), -np.inf, dtype=np.float32)
    outputs[[0, 1, 2, 3, 4], [1, 1, 2, 0, 2]] = 0.0
    constraint = Constraint.from_templates(of_lengths(3, 3, "ab"), CHARSET)
    path = constrained_path(outputs, constraint)
    assert path is not None and collapse(path).text == [1, 2, 2]


@pytest.mark.parametrize("seed", range(6))
def test_constrained_search_keeps_to_a_pattern(seed: int) -> None:
    outputs = random_outputs(seed)
    constraint = Constraint.from_templates([("a", "b", "ab"), ("b",)], CHARSET)
    best = max((s, p) for p, s in all_paths(outputs) if constraint.accepts(collapsed(p)))
    assert decode(outputs, constraint)[0].text == list(collapsed(best[1]))


def test_no_allowed_text_fits_into_too_few_steps() -> None:
    constraint = Constraint.from_templates(of_lengths(4, 4, "ab"), CHARSET)
    outputs = random_outputs(1, steps=3)
    assert constrained_path(outputs[0], constraint) is None
    assert (decode(outputs, constraint)[0].path == best_paths(outputs)[0]).all()


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
