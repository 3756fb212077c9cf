"""A training that goes on from an artefact keeps what that knew, and refuses what it cannot use with a sentence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from dataset.charset import Charset
from ocr import cli
from ocr.artefact import WEIGHTS_KEY, TypeCard
from ocr.errors import ArtefactError
from ocr.evaluate import evaluate_folder
from ocr.preprocess import InputSpec
from ocr.recognizer import Recognizer
from ocr.training import architectures, warm
from ocr.training.augment import Amounts
from ocr.training.choose import Plan
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import ALPHABET, draw_folder
from tests.ocr.test_artefact import changed_card

WIDE = InputSpec(40, 160, 1)


def plan(spec: InputSpec, characters: str = "ab", longest: int = 3, types: tuple[TypeCard, ...] = ()) -> Plan:
    types = types or (TypeCard(None, characters, ((characters,) * longest,)),)
    return Plan(spec, Charset(characters), types, Amounts(), 16, 100, longest, ("why",))


def known(before: Plan, weights: list[Any] | None = None, **changes: Any) -> warm.Known:
    from ocr.artefact import Card

    card = Card(before.charset.characters, before.input, before.types, "small", "1.0", "2026-01-01T00:00:00+00:00")
    return warm.Known("old.onnx", replace(card, **changes), weights or [])


def network(of: Plan) -> Any:
    return architectures.find("small").build(of.input, len(of.charset) + 1, len(of.types))


def test_what_was_known_is_kept_when_the_alphabet_grows(trained: TrainedOnce, tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "grown", 90, seed=7, alphabet=ALPHABET + "kx9")
    few = Options(epochs=6, seed=3, refit=False)
    told: list[str] = []
    gone_on = train(folder, tmp_path / "on.onnx", few, start=trained.model, say=told.append)
    train(folder, tmp_path / "scratch.onnx", replace(few, backbone=False))
    on, scratch, before = (
        float(evaluate_folder(Recognizer.load(model), trained.fresh)[0]["exact_match"])
        for model in (tmp_path / "on.onnx", tmp_path / "scratch.onnx", trained.model)
    )
    assert on >= scratch + 0.2, (on, scratch, before)
    assert on >= before / 3, (on, scratch, before)
    assert any("4 of 7 characters are known" in line for line in told)
    assert gone_on.card.training["from"] == Recognizer.load(trained.model).version
    assert gone_on.card.input == Recognizer.load(trained.model).card.input


def test_an_artefact_may_replace_itself_and_tell_how(trained: TrainedOnce, tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(trained.model.read_bytes())
    folder = str(draw_folder(tmp_path / "more", 24, seed=8))
    more = ["--from", str(model), "--epochs", "1", "--report", str(tmp_path / "report")]
    assert cli.main(["train", folder, "--out", str(model), *more]) == 0
    assert Recognizer.load(model).card.training["from"] == Recognizer.load(trained.model).version
    assert "characters are known" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


def test_what_cannot_be_gone_on_from_is_one_sentence(trained: TrainedOnce, tmp_path: Path) -> None:
    out = tmp_path / "out.onnx"
    out.write_bytes(b"old")
    model = onnx.load(trained.model)
    for prop in model.metadata_props:
        if prop.key == WEIGHTS_KEY:
            prop.value = prop.value[:100]
    onnx.save(model, tmp_path / "spoilt.onnx")
    (tmp_path / "cut.onnx").write_bytes(trained.model.read_bytes()[:9000])
    options = ["--out", str(tmp_path / "int8.onnx"), "--format", "int8", "--data", str(trained.fresh)]
    assert cli.main(["export", str(trained.model), *options]) == 0
    changed_card(trained, tmp_path / "new.onnx", format=99)
    changed_card(trained, tmp_path / "odd.onnx", architecture="large")
    changed_card(trained, tmp_path / "strange.onnx", architecture="huge")
    for name, problem in {
        "int8.onnx": "holds no training weights",
        "spoilt.onnx": "training weights are damaged",
        "cut.onnx": "damaged",
        "new.onnx": "newer version",
        "odd.onnx": "another form",
        "strange.onnx": "'huge', which this toolkit does not have",
        "none.onnx": "cannot be read",
    }.items():
        with pytest.raises(ArtefactError, match=rf"{name}: .*{problem}"):
            train(trained.folder, out, Options(epochs=1), start=tmp_path / name)
    with pytest.raises(ArtefactError, match="architecture small, from which crnn cannot go on"):
        train(trained.folder, out, Options(epochs=1, architecture="crnn"), start=trained.model)
    assert out.read_bytes() == b"old"


def test_equal_networks_are_copied_whole() -> None:
    same = plan(WIDE)
    before = network(same).get_weights()
    after, told = warm.weights(known(same, before), same, seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert len(told) == 1


def test_characters_keep_their_weights_wherever_they_move() -> None:
    before, after = plan(WIDE, "bd"), plan(WIDE, "abcd")
    old = network(before)
    weights, _ = warm.weights(known(before, old.get_weights()), after, seed=1)
    new = network(after)
    new.set_weights(weights)
    pictures = np.random.default_rng(0).normal(size=(2, 40, 160, 1)).astype(np.float32)
    expected, found = (np.asarray(model.predict_on_batch(pictures)) for model in (old, new))
    np.testing.assert_allclose(found[..., [0, 2, 4]], expected, atol=1e-4)
    assert np.isfinite(found).all()


def test_types_keep_their_weights_by_name() -> None:
    cards = [TypeCard(name, "ab") for name in ("sums", "words", "new")]
    before, after = plan(WIDE, types=tuple(cards[:2])), plan(WIDE, types=(cards[2], cards[1]))
    old = network(before)
    weights, _ = warm.weights(known(before, old.get_weights()), after, seed=1)
    new = network(after)
    new.set_weights(weights)
    pictures = np.random.default_rng(0).normal(size=(2, 40, 160, 1)).astype(np.float32)
    np.testing.assert_allclose(new.predict_on_batch(pictures)[1][:, 1], old.predict_on_batch(pictures)[1][:, 1], 1e-4)


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1)])
def test_grey_pictures_read_the_same_in_grey_and_in_colour(before: int, after: int) -> None:
    plans = [plan(replace(WIDE, channels=channels)) for channels in (before, after)]
    old = network(plans[0])
    weights, told = warm.weights(known(plans[0], old.get_weights()), plans[1], seed=1)
    new = network(plans[1])
    new.set_weights(weights)
    pictures = np.random.default_rng(0).normal(size=(2, 40, 160, 1)).astype(np.float32)
    expected, found = (
        np.asarray(model.predict_on_batch(np.repeat(pictures, channels, axis=3)))
        for model, channels in ((old, before), (new, after))
    )
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert len(told) == 1


def test_what_does_not_fit_starts_fresh_and_is_told() -> None:
    before, after = plan(WIDE), plan(replace(WIDE, height=32))
    _, told = warm.weights(known(before, network(before).get_weights()), after, seed=1)
    assert told[1] == "starting fresh, since their sizes differ: Dense 1"


PART = (0.0, 0.2, 1.0, 0.8)


@pytest.mark.parametrize(
    ("before", "wanted", "joined"),
    [
        (InputSpec(32, 128, 1), InputSpec(40, 136, 1), InputSpec(32, 128, 1)),
        (InputSpec(32, 128, 1), InputSpec(40, 320, 1), InputSpec(32, 320, 1)),
        (InputSpec(32, 24, 1), InputSpec(40, 28, 1), InputSpec(32, 28, 1)),
        (InputSpec(32, 128, 1), InputSpec(32, 128, 3), InputSpec(32, 128, 3)),
        (InputSpec(32, 128, 3), InputSpec(32, 128, 1), InputSpec(32, 128, 3)),
        (InputSpec(32, 128, 3), InputSpec(32, 128, 3, unmixed=True), InputSpec(32, 128, 3, unmixed=True)),
        (InputSpec(32, 128, 3, unmixed=True), InputSpec(32, 128, 3), InputSpec(32, 128, 3, unmixed=True)),
        (InputSpec(32, 128, 1), InputSpec(32, 200, 3, unmixed=True), InputSpec(32, 200, 3, unmixed=True)),
        (InputSpec(32, 128, 1), InputSpec(32, 128, 1, mirrored=True), InputSpec(32, 128, 1, mirrored=True)),
        (InputSpec(32, 128, 1, mirrored=True), InputSpec(32, 200, 1), InputSpec(32, 200, 1, mirrored=True)),
        (InputSpec(32, 128, 1, despeckled=True), InputSpec(32, 200, 1), InputSpec(32, 200, 1, despeckled=True)),
        (InputSpec(32, 128, 1), InputSpec(32, 128, 1, part=PART), InputSpec(32, 128, 1, part=PART)),
        (InputSpec(32, 128, 1, part=PART), InputSpec(32, 128, 1), InputSpec(32, 128, 1)),
        (InputSpec(32, 128, 1, fold=0.5), InputSpec(32, 128, 1, fold=0.6), InputSpec(32, 128, 1, fold=0.6)),
        (InputSpec(32, 128, 1), InputSpec(32, 128, 1, turned=90), InputSpec(32, 128, 1, turned=90)),
        (
            InputSpec(32, 128, 1),
            InputSpec(40, None, 1, 8, 40, 300),
            InputSpec(32, None, 1, 8, 40, 240),
        ),
        (
            InputSpec(32, None, 1, 8, 40, 100),
            InputSpec(40, 200, 1),
            InputSpec(32, None, 1, 8, 40, 200),
        ),
    ],
)
def test_the_known_input_is_kept_where_pictures_fit_it(before: InputSpec, wanted: InputSpec, joined: InputSpec) -> None:
    found = warm.joined(plan(wanted), known(plan(before)), charset_given=False)
    assert found.input == joined
    assert len(found.reasons) == 1 + (joined != wanted)


def test_the_alphabet_and_lengths_are_those_of_both() -> None:
    before, wanted = plan(WIDE, "xb", longest=4), plan(WIDE, "ab")
    found = warm.joined(wanted, known(before), charset_given=False)
    assert found.charset.characters == "abx"
    assert found.types[0].templates == (("abx",) * 3, ("abx",) * 4)
    assert "no label shows them: x" in found.reasons[-1]
    assert warm.joined(wanted, known(before), charset_given=True).charset == wanted.charset


def test_shapes_of_both_are_allowed() -> None:
    sums, longer = ("12", "+", "12"), ("12", "12", "+", "12")
    before = plan(WIDE, types=(TypeCard(None, "12+", (sums, longer)),))
    wanted = plan(WIDE, types=(TypeCard("sums", "123+", (("123", "+", "123"),)),))
    found = warm.joined(wanted, known(before), charset_given=False).types[0]
    assert found.templates == (("123", "+", "123"), longer)


def test_a_character_may_begin_with_the_weights_of_its_other_case() -> None:
    before, after = plan(WIDE, "abAB"), plan(WIDE, "ab")
    old = network(before)
    shown = replace(known(before, old.get_weights()), shown_as={"b": "B"})
    laid, _ = warm.weights(shown, after, 0)
    kernels = zip(old.get_weights(), laid, strict=True)
    kernel, new = next((a, b) for a, b in kernels if a.ndim == 2 and a.shape[1] == 5)
    blank, a, b = 0, "abAB".index("a") + 1, "abAB".index("B") + 1
    assert np.array_equal(new, kernel[:, [blank, a, b]])
