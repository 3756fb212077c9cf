import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.charset import Charset
from ocr.confidence import character_confidences, likeliest, text_probabilities
from ocr.constraint import Constraint, of_lengths
from ocr.decode import best_paths, collapse
from tests.ocr.outputs import random_outputs, text_sums


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 6),
    classes=st.integers(2, 4),
    sharpness=st.floats(0.1, 8.0),
)
def test_probabilities_are_those_of_all_paths_together(seed: int, steps: int, classes: int, sharpness: float) -> None:
    outputs = random_outputs(seed, steps, classes, sharpness)
    sums = text_sums(outputs)
    texts = list(sums)
    found = text_probabilities(np.repeat(outputs, len(texts), axis=0), texts)
    assert found == pytest.approx([sums[text] for text in texts], rel=1e-3, abs=1e-9)
    assert found.sum() == pytest.approx(1.0, abs=1e-3)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), length=st.integers(0, 20))
def test_one_text_alone_is_as_probable_as_among_others(seed: int, length: int) -> None:
    outputs = random_outputs(seed, steps=24, classes=4)
    text = np.random.default_rng(seed).integers(1, 4, length).tolist()
    alone = text_probabilities(outputs, [text])
    among = text_probabilities(np.concatenate([outputs, outputs]), [text, [1]])
    assert alone[0] == pytest.approx(among[0], rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("steps", [300, 3000])
def test_long_pictures_neither_overflow_nor_exceed_one(steps: int) -> None:
    outputs = random_outputs(1, steps, classes=40, sharpness=5.0)
    text = collapse(best_paths(outputs)[0]).text
    with np.errstate(over="raise", invalid="raise"):
        found = text_probabilities(outputs, [text])[0]
    assert 0.0 <= found <= 1.0


def test_certainty_stays_certain_over_many_steps() -> None:
    outputs = np.full((1, 2000, 3), -40.0, dtype=np.float32)
    outputs[0, :, 0] = 0.0
    outputs[0, [500, 1500], :] = [-40.0, 0.0, -40.0]
    assert text_probabilities(outputs, [[1, 1]])[0] == pytest.approx(1.0, abs=1e-4)


def test_impossible_classes_make_no_nonsense() -> None:
    outputs = np.full((1, 3, 3), -np.inf, dtype=np.float32)
    outputs[0, [0, 1, 2], [1, 0, 2]] = 0.0
    assert text_probabilities(outputs, [[1, 2]])[0] == 1.0
    assert text_probabilities(outputs, [[2, 1]])[0] == 0.0


def test_no_rows() -> None:
    assert text_probabilities(np.zeros((0, 4, 3), dtype=np.float32), []).shape == (0,)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), steps=st.integers(1, 30))
def test_one_confidence_a_character_within_0_and_1(seed: int, steps: int) -> None:
    outputs = random_outputs(seed, steps, classes=5)
    path = best_paths(outputs)[0]
    _, classes, starts = spelled = collapse(path)
    found = character_confidences(outputs[0], spelled)
    assert len(found) == len(classes)
    for sure, index, start, end in zip(found, classes, starts, [*starts, steps][1:], strict=True):
        own = [step for step in range(start, end) if path[step] == index]
        assert sure == pytest.approx(float(np.exp(outputs[0, own, index].max())), rel=1e-5)


def test_probability_of_rows_of_different_length_at_once() -> None:
    outputs = np.concatenate([random_outputs(1), random_outputs(2), random_outputs(3)])
    texts = [[1, 2], [], [1, 1, 2]]
    together = text_probabilities(outputs, texts)
    for row, text in enumerate(texts):
        assert together[row] == pytest.approx(text_probabilities(outputs[row : row + 1], [text])[0])


def test_probability_of_a_text_that_cannot_fit_is_zero() -> None:
    assert text_probabilities(random_outputs(1, steps=3), [[1, 1, 1]])[0] == 0.0


def test_idle_steps_change_no_probability() -> None:
    outputs = random_outputs(4)
    blank = np.full((1, 6, 3), -30.0, dtype=np.float32)
    blank[:, :, 0] = 0.0
    longer = np.concatenate([blank, outputs, blank], axis=1)
    assert text_probabilities(longer, [[1, 2]])[0] == pytest.approx(
        text_probabilities(np.concatenate([blank[:, :1], outputs, blank[:, :1]], axis=1), [[1, 2]])[0], rel=1e-6
    )


def test_character_confidences_are_the_peaks_of_their_steps() -> None:
    probs = np.array([[[0.1, 0.8, 0.1], [0.1, 0.9, 0.0], [0.9, 0.05, 0.05], [0.2, 0.2, 0.6]]])
    outputs = np.log(probs + 1e-12).astype(np.float32)
    assert character_confidences(outputs[0], collapse(best_paths(outputs)[0])) == pytest.approx([0.9, 0.6], rel=1e-4)
    assert character_confidences(outputs[0], collapse(np.zeros(4, dtype=int))) == []


@pytest.mark.parametrize("seed", range(5))
def test_an_unclear_picture_has_alternatives_of_the_allowed_length(seed: int) -> None:
    characters = "abcdefghijkl"
    constraint = Constraint.from_templates(of_lengths(5, 5, characters), Charset(characters))
    outputs = random_outputs(seed, 24, 13, 0.05)  # hardly more than chance: a narrow beam keeps short texts only
    outputs[:, :, 0] += 2.0
    outputs -= np.log(np.exp(outputs).sum(axis=-1, keepdims=True))
    found = likeliest(outputs[0], constraint, 3)
    assert found and all(len(text) == 5 for text, _ in found)
    assert [share for _, share in found] == sorted((share for _, share in found), reverse=True)
    assert all(0 < share < 1 for _, share in found)


def test_alternatives_of_a_clear_picture_begin_with_its_text() -> None:
    outputs = random_outputs(3, 6, 4, 8.0)
    text, share = likeliest(outputs[0], None, 2)[0]
    assert share == pytest.approx(max(text_sums(outputs).values()), rel=1e-3)
    assert list(text) == collapse(best_paths(outputs)[0]).text
