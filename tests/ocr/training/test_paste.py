"""Pictures are cut where their characters part, and joined into pictures of new texts that they really show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dataset.charset import Charset
from dataset.hashing import Fingerprint
from ocr.artefact import TypeCard
from ocr.constraint import shown_by
from ocr.preprocess import InputSpec, pixels, standardise
from ocr.training.augment import Amounts, Canvas, vary
from ocr.training.batches import Batches
from ocr.training.choose import Plan, choose
from ocr.training.data import Labelled
from ocr.training.paste import Pieces, centres, cuts

CHARSET = Charset("+0123456789=?")
WIDE, HIGH = 12, 16  # of one drawn character; a third of its width is the gap behind it


def drawn(label: str, wide: int = WIDE) -> Image.Image:
    """Blocks whose height tells the character; the gaps between them are white."""
    array = np.full((HIGH, wide * len(label)), 255, dtype=np.uint8)
    for place, index in enumerate(CHARSET.encode(label)):
        array[HIGH - index - 1 :, wide * place : wide * place + 2 * wide // 3] = 0
    return Image.fromarray(array)


def shown(image: Image.Image, characters: int) -> str:
    """What such a picture shows, by the heights of its blocks."""
    array = np.asarray(image)
    wide = array.shape[1] / characters
    heights = [int((array[:, int(wide * place + wide / 3)] < 128).sum()) for place in range(characters)]
    return "".join(CHARSET.characters[height - 2] for height in heights)


def sample(label: str, kind: str | None = None, wide: int = WIDE) -> Labelled:
    return Labelled(f"{kind}/{label}.png", drawn(label, wide), label, kind, Fingerprint(label, 0))


def plan_of(samples: Sequence[Labelled], width: int | None, pasted: float = 1.0) -> Plan:
    kinds = sorted({one.type or "" for one in samples})
    labels = {kind: [one.label for one in samples if (one.type or "") == kind] for kind in kinds}
    types = tuple(TypeCard(kind or None, CHARSET.characters, tuple(shown_by(labels[kind], enough=2))) for kind in kinds)
    spec = InputSpec(HIGH, width, 1, max_width=width or 600)
    return Plan(spec, CHARSET, types, Amounts(), 4, 100, 6, (), (pasted,) * len(types))


class Seeing:
    """In the place of a network: certain of each block, a step for two columns; blank where nothing is drawn."""

    def predict_on_batch(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        dark = batch[:, :, 1::2, 0] < batch.mean(axis=(1, 2, 3), keepdims=True)[..., 0]
        classes = dark.sum(axis=1)
        classes = np.where(classes > 0, classes - 1, 0)
        return np.asarray(20.0 * np.eye(len(CHARSET) + 1)[classes], dtype=np.float32)


class Blind:
    """Sees blanks only."""

    def predict_on_batch(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        logits = np.zeros((len(batch), batch.shape[2] // 2, len(CHARSET) + 1), dtype=np.float32)
        logits[:, :, 0] = 20.0
        return logits


def pieces_of(samples: Sequence[Labelled], plan: Plan, model: Any) -> Pieces:
    pieces = Pieces(samples, [pixels(one.image, plan.input) for one in samples], plan)
    pieces.cut(model)
    return pieces


SUMS = ["12+3=?", "48+9=?", "70+5=?", "66+0=?", "5+31=?", "9+24=?", "8+77=?", "1+60=?"]
NUMBERS = ["1234", "5678", "9036", "2481", "7750", "6092", "3315", "8849"]


def test_alignment_finds_the_middle_of_each_character() -> None:
    text = CHARSET.encode("1123")
    network = Seeing().predict_on_batch(standardise(pixels(drawn("1123"), InputSpec(HIGH, 4 * WIDE, 1))[None]))
    log_probs = network[0] - np.log(np.exp(network[0]).sum(axis=1, keepdims=True))
    middles = centres(log_probs, text) * 4 * WIDE
    assert np.abs(middles - (WIDE / 3 + WIDE * np.arange(4))).max() <= 2


def test_alignment_with_no_step_to_spare() -> None:
    """Three characters, two of them equal, in four steps: there is one path only."""
    log_probs = np.log(np.full((4, 3), 1 / 3, dtype=np.float32))
    assert centres(log_probs, [1, 1, 2]).tolist() == [0.125, 0.625, 0.875]


def test_cuts_lie_in_the_gaps() -> None:
    array = pixels(drawn("4711"), InputSpec(HIGH, 4 * WIDE, 1))
    found = cuts(array, WIDE / 3 + WIDE * np.arange(4))
    assert found[0] == 0 and found[-1] == 4 * WIDE
    for place, column in enumerate(found[1:-1].tolist()):
        assert WIDE * place + 2 * WIDE // 3 <= column <= WIDE * (place + 1)


@pytest.mark.parametrize("width", [6 * WIDE, None])
def test_joined_pictures_show_their_texts_and_keep_the_shape_of_a_sum(width: int | None) -> None:
    samples = [sample(label) for label in SUMS]
    plan = plan_of(samples, width)
    pieces = pieces_of(samples, plan, Seeing())
    rng = np.random.default_rng(0)
    texts = set()
    for turn in range(200):
        row = turn % len(samples)
        made = pieces.joined(row, rng)
        assert made is not None
        text = CHARSET.decode(made[1])
        assert shown(made[0], len(text)) == text
        assert text.index("+") == SUMS[row].index("+") and text.endswith("=?")
        assert made[0].height == HIGH and made[0].width == (width or made[0].width)
        texts.add(text)
    assert len(texts - set(SUMS)) > 20


def test_types_and_sizes_are_never_mixed() -> None:
    """Two types of numbers of one length, and one of them in twice the size, too: no piece crosses."""
    samples = [sample(label, "a") for label in ("1234", "4321", "2143")]
    samples += [sample(label, "b") for label in ("5678", "8765", "9999")]
    samples += [sample(label, "a", 2 * WIDE) for label in ("1111", "2222")]
    pieces = pieces_of(samples, plan_of(samples, None), Seeing())
    rng = np.random.default_rng(0)
    for row, one in enumerate(samples):
        for _ in range(20):
            made = pieces.joined(row, rng)
            assert made is not None
            text = CHARSET.decode(made[1])
            assert set(text) <= set("1234" if one.type == "a" else "56789")
            assert made[0].width == one.image.width and shown(made[0], 4) == text


def test_nothing_is_joined_before_the_network_reads() -> None:
    samples = [sample(label) for label in NUMBERS]
    plan = plan_of(samples, 4 * WIDE)
    pieces = Pieces(samples, [pixels(one.image, plan.input) for one in samples], plan)
    rng = np.random.default_rng(0)
    assert pieces.joined(0, rng) is None
    pieces.cut(Blind())
    assert pieces.joined(0, rng) is None
    pieces.cut(Seeing())
    assert pieces.joined(0, rng) is not None


def test_batches_hold_joined_pictures_with_their_texts_and_repeat_with_the_seed() -> None:
    samples = [sample(label) for label in NUMBERS] * 2  # repeated, as those given are among unlabelled ones
    plan = plan_of(samples, 4 * WIDE)

    def drawn_batches(strength: float) -> list[NDArray[np.int32]]:
        batches = Batches(samples, plan, 4, seed=3)
        assert batches.pieces is not None
        batches.pieces.cut(Seeing())
        return [batches.draw(strength)[1] for _ in range(12)]

    given = {tuple(CHARSET.encode(label)) for label in NUMBERS}
    first, second = drawn_batches(1.0), drawn_batches(1.0)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert {tuple(row) for batch in first for row in batch.tolist()} - given
    assert not {tuple(row) for batch in drawn_batches(0.0) for row in batch.tolist()} - given


def test_batches_without_pieces_are_what_they_were() -> None:
    samples = [sample(label) for label in NUMBERS]
    assert Batches(samples, plan_of(samples, 4 * WIDE, pasted=0.0), 4, seed=3).pieces is None


def test_among_several_types_those_with_few_grey_pictures_are_pasted() -> None:
    numbers = [sample(label, kind="numbers") for label in NUMBERS]
    many = [sample(label, kind="sums") for label in SUMS] * 25
    tinted = [
        replace(
            one,
            name=f"tinted/{one.label}",
            type="tinted",
            image=Image.merge("RGB", [one.image, one.image, Image.new("L", one.image.size)]),
        )
        for one in numbers
    ]
    samples = [*tinted, *many, *numbers]
    plan = choose(samples, 2, charset=CHARSET.characters)
    assert plan.input.channels == 3
    assert [kind.name for kind in plan.types if plan.pasted[plan.type_index(kind.name)]] == ["numbers"]
    assert "for tinted, colour is kept: 100%" in plan.reasons[1]
    assert "of the pictures of numbers are joined" in plan.reasons[-1]
    pieces = pieces_of(samples, replace(plan, input=InputSpec(HIGH, None, 3, max_width=600)), Seeing())
    rng = np.random.default_rng(0)
    assert pieces.joined(0, rng) is None and pieces.joined(len(tinted), rng) is None
    assert pieces.joined(len(samples) - 1, rng) is not None


def test_pictures_are_pasted_and_varied_unless_that_is_not_wanted() -> None:
    few = [sample(label) for label in NUMBERS]
    assert choose(few, 2).pasted == (0.5,)
    assert choose(few, 2, paste=False).pasted == (0.0,)
    assert choose(few * 25, 2).pasted == (0.0,), "many labels"
    coloured = [
        replace(one, image=Image.merge("RGB", [one.image, one.image, Image.new("L", one.image.size)])) for one in few
    ]
    assert choose(coloured, 2).pasted == (0.0,), "seams would show"
    still = choose(few, 2, augmentation=False)
    canvas = Canvas.of(pixels(few[0].image, still.input))
    width = canvas.image.width
    varied, plain = (vary([canvas], width, still.amounts, at, np.random.default_rng(0)) for at in (1.0, 0.0))
    assert np.array_equal(varied, plain)
    assert not np.array_equal(vary([canvas], width, choose(few, 2).amounts, 1.0, np.random.default_rng(0)), plain)
