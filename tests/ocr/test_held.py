"""Readings of a foreign recogniser, held to what labels show."""

from itertools import pairwise

import numpy as np
import pytest

from dataset.charset import Charset
from dataset.synth import draw
from ocr import BACKBONE
from ocr.held import HeldRecognizer, _weighed, shown
from ocr.recognizer import Recognizer

LATIN = Charset("0123456789ABCDEFabcdef+=?")


def weight(labels: list[str], character: str) -> float:
    return float(shown(labels, LATIN).weights[LATIN.encode(character)[0]])


def test_characters_not_seen_yet_weigh_less_with_every_label() -> None:
    weights = [weight(["ab12", "cd34", "ab31", "dc24"] * times, "7") for times in (1, 3, 10, 100)]
    assert all(a > b > 0 for a, b in pairwise(weights))
    assert weight(["ab12"], "a") == 1.0


def test_a_case_that_never_occurs_is_read_as_the_other() -> None:
    lower = shown(["abcd", "face", "dead"], LATIN)
    assert lower.becomes[LATIN.encode("A")[0]] == LATIN.encode("a")[0]
    both = shown(["abcD", "face", "dead"], LATIN)
    assert both.becomes[LATIN.encode("A")[0]] == LATIN.encode("A")[0]
    few = shown(["ab12"], LATIN)
    assert few.becomes[LATIN.encode("A")[0]] == LATIN.encode("A")[0]


def test_lengths_and_shapes_are_believed_after_some_labels() -> None:
    assert shown(["ab12"] * 3, LATIN).templates == ()
    assert {len(t) for t in shown(["ab12", "ab1", "12345", "1234"], LATIN).templates} == {3, 4, 5}
    (sums,) = shown(["1+2=?", "4+8=?", "7+1=?", "2+2=?"], LATIN).templates
    assert sums[0] == "0123456789" and sums[1] == "+" and sums[4] == "?"
    others = shown(["1+2=?", "12+2=?", "1+22=?", "1=1"], LATIN).templates
    assert [len(template) for template in others] == [3, 4, 5, 6], "no shape is met again and again"


def test_steps_still_sum_up_to_one() -> None:
    random = np.random.default_rng(0).normal(size=(2, 7, len(LATIN) + 1)).astype(np.float32)
    log_probs = random - np.log(np.exp(random).sum(axis=-1, keepdims=True))
    held = np.exp(_weighed(log_probs, shown(["face", "dead", "beef", "cafe"], LATIN)))
    assert held.sum(axis=-1) == pytest.approx(np.ones((2, 7)), abs=1e-4)
    assert (held[..., LATIN.encode("A")[0]] < 1e-6).all()


def test_the_backbone_reads_more_when_it_is_held_to_labels() -> None:
    texts = [f"{number:05d}" for number in range(11111, 99999, 2963)]
    images = [draw("lines", text, seed) for seed, text in enumerate(texts)]
    free, held = Recognizer.load(BACKBONE), HeldRecognizer.load(BACKBONE)
    assert isinstance(held, HeldRecognizer)
    before = held.version
    assert [p.text for p in held.read(images[:3])] == [p.text for p in free.read(images[:3])]
    held.hold_to(texts[:10])
    assert held.version != before
    right = [sum(p.text == t for p, t in zip(r.read(images[10:]), texts[10:], strict=True)) for r in (free, held)]
    assert right[1] >= right[0]
    assert all(len(p.text) == 5 and p.text.isdigit() for p in held.read(images[10:]))
    others = held.alternatives(images[12], 3)
    assert len(others) == 3 and all(len(text) == 5 for text, _confidence in others)


def test_characters_that_the_artefact_does_not_know_do_no_harm() -> None:
    held = HeldRecognizer.load(BACKBONE)
    assert isinstance(held, HeldRecognizer)
    held.hold_to(["日本語", "東京都", "大阪市", "京都市", "1€2", "3€4", "5€6", "7€8", "9€1"])
    (read,) = held.read([draw("classic", "123", 1)])
    assert 0 <= read.confidence <= 1


def test_sums_are_read_in_their_shape() -> None:
    texts = [f"{a}{b}+{c}=?" for a, b, c in ((1, 2, 3), (4, 5, 6), (7, 8, 9), (2, 0, 1), (9, 3, 7), (6, 6, 2))]
    held = HeldRecognizer.load(BACKBONE)
    assert isinstance(held, HeldRecognizer)
    held.hold_to(texts)
    for number, text in enumerate(texts):
        (read,) = held.read([draw("sums", text, number)])
        assert len(read.text) == 6 and read.text[2] == "+" and read.text.endswith("=?")
        assert read.text[:2].isdigit() and read.text[3].isdigit()
