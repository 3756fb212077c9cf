"""In which ways pictures are looked at where nothing is read of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from dataset.charset import Charset
from ocr.artefact import TypeCard
from ocr.preprocess import InputSpec
from ocr.recognizer import Recognizer
from ocr.training import begin
from ocr.training.augment import Amounts
from ocr.training.begin import Beginner
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.options import Options
from ocr.training.session import train
from ocr.training.view import Look
from tests.ocr.drawn import clean, draw_folder, draw_texts
from tests.ocr.training.promised import SAMPLES, Training, begun

HIGH = [replace(sample, image=Image.new("RGB", (100, 60), "white")) for sample in SAMPLES]
AS_THEY_ARE = "nothing is read so: trying the pictures as they are"
DOWN = "nothing is read so: trying to read texts that run down"
TWO_ROWS = "nothing is read so: trying to read two rows of text"


def known(**spec: Any) -> SimpleNamespace:
    """An artefact to go on from, with that input."""
    return SimpleNamespace(card=SimpleNamespace(architecture="small", input=InputSpec(40, 100, 3, **spec)))


@pytest.mark.parametrize("changes", [{}, {"epochs": 3.0}, {"architecture": "crnn"}], ids=str)
def test_what_reads_nothing_in_the_mirror_is_tried_without(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    training = Training([[0.04, 0.9], [0.98]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, leftwards=True, **changes)
    assert not result.plan.input.mirrored and result.fit.score.exact == 0.98
    assert told == ["nothing is read from right to left: trying from left to right"]


@pytest.mark.parametrize(("leftwards", "read"), [(True, 0.05), (False, 0.0)])
def test_the_direction_stays_where_something_is_read_or_the_script_has_that_one(
    monkeypatch: pytest.MonkeyPatch, leftwards: bool, read: float
) -> None:
    training = Training([[read, 0.99]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, leftwards=leftwards, epochs=3.0)
    assert (result.plan.input.mirrored, training.begun, told) == (leftwards, ["small"], [])


@pytest.mark.parametrize(("mirrored", "directions"), [(True, 1), (False, 2)])
def test_an_artefact_that_sees_a_mirror_is_gone_on_from_with_it(
    monkeypatch: pytest.MonkeyPatch, mirrored: bool, directions: int
) -> None:
    training = Training([[0.0], [0.98]], [])
    begun(monkeypatch, training, leftwards=True, known=known(mirrored=mirrored))
    assert len(training.begun) == directions


@pytest.mark.parametrize("read", [0.0, 0.5])
def test_what_an_artefact_leaves_out_is_not_looked_at_by_those_that_go_on_from_it(
    monkeypatch: pytest.MonkeyPatch, read: float
) -> None:
    """Their input is that of the artefact: a trial would see nothing else."""
    training = Training([[read]], [])
    _, told = begun(monkeypatch, training, banded=True, samples=HIGH, known=known(despeckled=True))
    assert (training.begun, told) == (["small"], [])


def test_pictures_of_which_nothing_is_read_are_looked_at_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.04, 0.9], [0.98]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, banded=True)
    assert result.plan.input.band == 1.0 and result.fit.score.exact == 0.98
    assert told == [AS_THEY_ARE]


def test_high_pictures_of_which_nothing_is_read_may_have_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.0], [0.0], [0.97]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, banded=True, samples=HIGH)
    assert result.plan.input.fold == 0.5 and result.fit.score.exact == 0.97
    assert told == [AS_THEY_ARE, "that reads 0%: going on as before", TWO_ROWS]


def test_text_in_narrow_pictures_of_which_nothing_is_read_may_run_down_or_up(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = [replace(sample, image=Image.new("RGB", (40, 100), "white")) for sample in SAMPLES]
    training = Training([[0.0], [0.0], [0.9]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, samples=narrow)
    assert (result.plan.input.turned, result.plan.input.fold, result.fit.score.exact) == (270, 1.0, 0.9)
    assert told == [DOWN, "that reads 0%: going on as before", "nothing is read so: trying to read texts that run up"]


def test_wide_pictures_have_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = begun(monkeypatch, Training([[0.0]], [], untrained=0.0))
    assert told == []


def test_where_no_other_way_reads_anything_the_first_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some texts begin to be read late."""
    training = Training([[0.03, 0.4], [0.04, 0.9], [0.8, 0.98]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, banded=True)
    assert training.begun == ["small", "small", "large"]
    assert result.plan.input.band == 0.5 and result.fit.score.exact == 0.98
    assert told[:2] == [AS_THEY_ARE, "that reads 4%: going on as before"]


def test_a_way_in_which_something_is_read_has_all_that_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its larger network, which is not tried again for the first way."""
    training = Training([[0.0], [0.3], [0.2]], [], untrained=0.0)
    result, _ = begun(monkeypatch, training, banded=True)
    assert training.begun == ["small", "small", "large"]
    assert (result.architecture, result.plan.input.band, result.fit.score.exact) == ("small", 1.0, 0.3)


def test_pictures_of_which_some_are_read_are_tried_as_they_are_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like noise may be part of the text."""
    training = Training([[0.4], [0.6, 0.98]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, banded=True, samples=HIGH, architecture="small")
    assert (result.plan.input.band, result.fit.score.exact) == (1.0, 0.98)
    assert told == ["40% is read so: trying the pictures as they are"]


def test_the_first_way_goes_on_where_the_other_reads_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.4], [0.425, 0.99], [0.7, 0.8]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, banded=True)
    assert training.begun == ["small", "small", "large"]
    assert (result.plan.input.band, result.fit.score.exact) == (0.5, 0.8)
    assert told[1:] == [
        "that reads 42%: going on as before",
        "40% leaves something to read: trying the larger network 'large'",
    ]


@pytest.mark.parametrize(
    ("read", "changes"),
    [(0.9, {}), (0.05, {"banded": False}), (0.05, {"epochs": 3.0}), (0.05, {"leftwards": True, "banded": False})],
    ids=["most is read", "all is looked at", "one round is wanted", "something is read in the mirror"],
)
def test_pictures_are_looked_at_in_one_way(
    monkeypatch: pytest.MonkeyPatch, read: float, changes: dict[str, Any]
) -> None:
    training = Training([[read, 0.99]], [], untrained=0.0, affordable=True)
    _, told = begun(monkeypatch, training, **({"banded": True, "architecture": "small"} | changes))
    assert (training.begun, told) == (["small"], [])


def test_no_other_way_is_tried_without_time(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.4, 0.5]], [], affordable=False)
    begun(monkeypatch, training, banded=True)
    assert training.begun == ["small"]


def test_the_larger_network_is_asked_first_where_it_reads_more_untrained(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.03], [0.5, 0.6]], [], untrained=0.4)
    result, _ = begun(monkeypatch, training, banded=True)
    assert (training.begun, result.plan.input.band) == (["small", "large"], 0.5)


def test_what_it_reads_untrained_by_chance_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.0], [0.98]], [], untrained=0.03)
    begun(monkeypatch, training, banded=True)
    assert training.begun == ["small", "small"]


def test_few_watched_pictures_do_not_end_the_first_way_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three pictures, none is soon read."""
    training = Training([[0.0, 0.0, 1.0], [0.0]], [])
    result, told = begun(monkeypatch, training, leftwards=True, watch=SAMPLES[:3])
    assert (result.fit.score.exact, training.begun, told) == (1.0, ["small"], [])


@pytest.mark.parametrize("read", [0.0, 1 / 12])
def test_of_a_dozen_watched_pictures_one_may_be_read_by_chance(monkeypatch: pytest.MonkeyPatch, read: float) -> None:
    result, told = begun(monkeypatch, Training([[read, 0.5], [3 / 12, 0.9]], []), banded=True, watch=SAMPLES[:12])
    assert (result.plan.input.band, result.fit.score.exact, told) == (1.0, 0.9, [AS_THEY_ARE])


def test_few_watched_pictures_of_which_none_is_read_in_the_end_are_seen_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, told = begun(monkeypatch, Training([[0.0, 0.0], [1.0]], []), banded=True, watch=SAMPLES[:3])
    assert (result.plan.input.band, result.fit.score.exact, told) == (1.0, 1.0, [AS_THEY_ARE])


@pytest.mark.parametrize("changes", [{"leftwards": True}, {"banded": True}], ids=str)
def test_ctrl_c_ends_the_training_before_it_looks_otherwise(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    training = Training([[0.0], [1.0]], [], stopped_in="small", untrained=0.0)
    result, told = begun(monkeypatch, training, **changes)
    assert (training.begun, result.rounds.interrupted, told) == (["small"], True, [])


def test_ctrl_c_while_pictures_are_seen_otherwise_keeps_the_first_way(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.03, 0.5]], [], untrained=0.0)

    def rounds(*given: Any, **options: Any) -> Training:
        if training.begun:
            raise KeyboardInterrupt
        return Training.rounds(training, *given, **options)

    monkeypatch.setattr(training, "rounds", rounds)
    result, _ = begun(monkeypatch, training, banded=True)
    assert (result.plan.input.band, result.fit.score.exact, result.rounds.interrupted) == (0.5, 0.03, True)


def test_a_trial_tells_of_its_plan_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(*_: Any, look: Look, **__: Any) -> Plan:
        spec = InputSpec(40, 100, 1, band=1.0 if look.plain else 0.5)
        reasons = ("40 pictures", "all of them is seen" if look.plain else "a band is seen")
        return Plan(spec, Charset("0a"), (TypeCard(None, "0a"),), Amounts(), 16, 100, 4, reasons)

    monkeypatch.setattr(begin, "choose", chosen)
    monkeypatch.setattr(begin, "Rounds", Training([[0.0], [1.0]], []).rounds)
    monkeypatch.setattr(begin, "Watcher", lambda *_: None)
    told: list[str] = []
    Beginner(SAMPLES, SAMPLES, SAMPLES, Options(backbone=False), None, Clock(1e6), 1.0, told.append, True).begin()
    assert told == ["40 pictures", "a band is seen", AS_THEY_ARE, "all of them is seen"]


def test_an_artefact_that_read_two_rows_or_turned_is_gone_on_from_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Look] = []

    def chosen(*_: Any, look: Look, **__: Any) -> SimpleNamespace:
        asked.append(look)
        return SimpleNamespace(reasons=())

    monkeypatch.setattr(begin, "choose", chosen)
    monkeypatch.setattr(begin.warm, "joined", lambda plan, *_, **__: plan)
    monkeypatch.setattr(begin.warm, "weights", lambda *_: ([], []))
    for artefact in (known(fold=0.4), known(turned=270), known()):
        beginner = Beginner(HIGH, HIGH, HIGH, Options(), artefact, Clock(1e6), 2.0, print, True)
        beginner._planned("small", begin.architectures.find("small"), again=False)
    assert asked == [Look(plain=True, folded=True), Look(plain=True, turned=270), Look()]


def in_two_rows(text: str, rng: Random) -> Image.Image:
    """Half of the text above the other half."""
    rows = [clean(part, rng, size=30) for part in (text[:2], text[2:])]
    picture = Image.new("L", (rows[0].width, 2 * rows[0].height), 255)
    for place, row in enumerate(rows):
        picture.paste(row, (0, place * rows[0].height))
    return picture


def stacked(text: str, rng: Random) -> Image.Image:
    """The characters of the text below each other."""
    rows = [clean(character, rng, size=30) for character in text]
    picture = Image.new("L", (max(row.width for row in rows), len(rows) * rows[0].height), 255)
    for place, row in enumerate(rows):
        picture.paste(row, (0, place * row.height))
    return picture


@pytest.mark.full
@pytest.mark.parametrize(("painter", "tried"), [(in_two_rows, TWO_ROWS), (stacked, DOWN)])
def test_text_that_does_not_stand_in_a_row_is_learned_and_read(
    tmp_path: Path, painter: Callable[[str, Random], Image.Image], tried: str
) -> None:
    out = tmp_path / "model.onnx"
    folder = draw_folder(tmp_path / "d", 200, 1, length=4, alphabet="0123456789", painter=painter)
    done = train(folder, out, Options(seconds=90, refit=False))
    assert (done.card.input.fold < 1, done.card.input.turned) == (tried == TWO_ROWS, 90 if tried == DOWN else 0)
    assert tried in done.told and done.card.metrics["exact_match"] >= 0.9
    texts, fresh = zip(*draw_texts("0123456789", 4, 20, 2, painter), strict=True)
    assert sum(found.text == text for found, text in zip(Recognizer.load(out).read(fresh), texts, strict=True)) >= 18
