import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr.recognizer import Prediction
from ocr.select import features, rank


def read(text: str, confidence: float = 0.9) -> Prediction:
    return Prediction(text, confidence, tuple((character, confidence) for character in text))


def looks(count: int, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1))), st.integers(0, 99), st.floats(0, 1))
def test_every_picture_has_one_place(confidences: list[float | None], seed: int, share: float) -> None:
    predictions = [None if sure is None else read("ab", sure) for sure in confidences]
    order = rank(predictions, looks(len(predictions)), random_share=share, seed=seed)
    assert sorted(order) == list(range(len(predictions)))


def test_the_least_certain_come_first_among_equals() -> None:
    sure = [0.9, 0.2, 0.99, 0.5]
    alike = np.tile(looks(1), (4, 1))
    predictions = [read("ab", s) for s in sure]
    assert rank(predictions, alike, labels=["ab"] * 3, random_share=0) == [1, 3, 0, 2]


def test_characters_never_labelled_come_before_doubt() -> None:
    predictions = [read("aa", 0.3), read("az", 0.95), read("aa", 0.4)]
    assert rank(predictions, looks(3), labels=["aa"] * 3, random_share=0)[0] == 1


def test_a_character_seen_often_enough_is_no_news() -> None:
    predictions = [read("zz", 0.99) for _ in range(9)] + [read("aa", 0.5)]
    assert rank(predictions, looks(10), labels=["aa"] * 3, random_share=0).index(9) == 3


def test_pictures_that_look_like_chosen_ones_wait() -> None:
    three = looks(3)
    twins = np.concatenate([three, three + 1e-4]).astype(np.float32)
    first = rank([read("a", 0.5)] * 6, twins, labels=["a"] * 3, random_share=0)[:3]
    assert {position % 3 for position in first} == {0, 1, 2}


def test_pictures_that_look_like_labelled_ones_wait() -> None:
    seen = looks(4)
    order = rank([read("a", 0.5)] * 4, seen, labels=["a"] * 3, labelled_looks=seen[:3], random_share=0)
    assert order[0] == 3


def test_without_any_prediction_the_pictures_are_spread() -> None:
    groups = np.repeat(looks(4), 5, axis=0)
    first = rank([None] * 20, groups, random_share=0)[:4]
    assert len({position // 5 for position in first}) == 4


def test_the_seed_decides_what_is_random() -> None:
    predictions, seen = [read("a", 0.5)] * 40, looks(40)
    assert rank(predictions, seen, random_share=1, seed=1) == rank(predictions, seen, random_share=1, seed=1)
    assert rank(predictions, seen, random_share=1, seed=1) != rank(predictions, seen, random_share=1, seed=2)


def test_beyond_the_weighed_picks_doubt_decides() -> None:
    sure = np.random.default_rng(1).random(700)
    order = rank([read("a", float(s)) for s in sure], looks(700), random_share=0)
    assert sorted(order) == list(range(700))
    assert (np.diff(sure[order[500:]]) >= 0).all()


def test_predictions_and_looks_must_belong_together() -> None:
    with pytest.raises(ValueError, match="2 predictions for 3 pictures"):
        rank([None, None], looks(3))


def test_features_ignore_brightness_and_size() -> None:
    picture = Image.new("L", (64, 24), 200)
    picture.paste(40, (10, 5, 30, 20))
    brighter = picture.point(lambda value: value + 30)
    larger = picture.resize((128, 48), Image.Resampling.NEAREST)
    assert features(picture) @ features(brighter) == pytest.approx(1.0, abs=1e-3)
    assert features(picture) @ features(larger) == pytest.approx(1.0, abs=1e-3)
    assert not features(Image.new("RGB", (9, 9), "red")).any()
