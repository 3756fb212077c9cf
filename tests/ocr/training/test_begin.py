"""Which network a training goes on with after its first rounds."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dataset.charset import Charset
from ocr.evaluate import evaluate_folder
from ocr.recognizer import Recognizer
from ocr.training import begin
from ocr.training.begin import Beginner
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.drawn_hands import HandDrawer
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.training.promised import SAMPLES, Training, begun


def test_a_network_that_reads_too_little_gives_way_to_a_larger_one(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.2, 0.9], [0.7, 0.8]], [])
    result, told = begun(monkeypatch, training)
    assert training.begun == ["small", "large"] == ["small", result.architecture]
    assert result.fit.score.exact == 0.8
    assert told == ["20% leaves something to read: trying the larger network 'large'"]
    assert training.rates == [0.5, pytest.approx(0.5 / 3)], "what reads more untrained is not to be washed out"


@pytest.mark.parametrize(
    ("promised", "rounds"),
    [([0.7, 1.0], 1), ([0.89, 1.0], 1), ([0.93, 0.96, 1.0], 2), ([0.0, 0.5, 1.0], 2)],
    ids=["little at first", "much at first", "not all then", "nothing at first"],
)
def test_one_that_reads_too_little_after_a_round_gives_way_too(
    monkeypatch: pytest.MonkeyPatch, promised: list[float], rounds: int
) -> None:
    """Whatever the larger one reads untrained: pictures may be hard for other reasons than their fonts. One that reads
    nothing after the first round may only be late."""
    training = Training([promised, [1.0]], [], untrained=0.0)
    result, told = begun(monkeypatch, training, charset="абвгд")
    assert training.begun == ["small", "large"] and result.architecture == "large"
    assert training.rates == [0.5, 0.5]
    assert told[0].startswith(f"{promised[rounds - 1]:.0%} leaves")


def test_the_one_that_reads_more_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    result, told = begun(monkeypatch, Training([[0.3], [0.1]], []))
    assert result.architecture == "small" and result.fit.score.exact == 0.3
    assert told[1] == "that reads 10%: keeping 'small'"


@pytest.mark.parametrize("larger", [0.1, 0.4], ids=["the smaller", "the larger"])
@pytest.mark.parametrize(("state", "enough"), [({}, 2.0), ({}, 0.2), ({"stopped_in": "large"}, 2.0)], ids=str)
def test_what_is_kept_uses_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, larger: float, state: dict[str, Any], enough: float
) -> None:
    """Unless it reads enough to go on with pictures that have no label, or was interrupted."""
    training = Training([[0.15], [larger]], [], further=0.5, **state)
    result, told = begun(monkeypatch, training, enough=enough)
    goes_on = not state and max(0.15, larger) < enough
    assert result.fit.score.exact == (0.5 if goes_on else max(0.15, larger))
    assert (told[-1] == "one more: 50.00% of the watched part after 0 s") == goes_on


def test_a_larger_one_must_read_noticeably_more_where_little_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    for least, count, more, kept in (
        (0.95, 40, 1, "small"), (0.95, 40, 2, "large"), (0.95, 200, 2, "small"), (0.95, 200, 3, "large"),
        (0.8, 40, 0, "small"), (0.8, 40, 1, "large"), (0.8, 200, 1, "large"),
    ):  # fmt: skip
        watch, read = (SAMPLES * 5)[:count], (count * least + more) / count
        result, told = begun(monkeypatch, Training([[least, least], [read]], []), watch=watch)
        assert result.architecture == kept, (count, more)
        assert ("keeping 'small'" in " ".join(told)) == (kept == "small")


def test_what_is_kept_knows_of_ctrl_c_in_the_larger_one(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _ = begun(monkeypatch, Training([[0.3], [0.1]], [], stopped_in="large"))
    assert result.architecture == "small" and result.rounds.interrupted


def test_ctrl_c_while_the_larger_one_is_made_keeps_the_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.3]], [])

    def rounds(architecture: Any, plan: Plan, *_: Any, **__: Any) -> Training:
        if training.begun:
            raise KeyboardInterrupt
        return Training.rounds(training, architecture, plan)

    monkeypatch.setattr(training, "rounds", rounds)
    result, _ = begun(monkeypatch, training)
    assert result.architecture == "small" and result.rounds.interrupted


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "small"},
        {"architecture": "crnn"},
        {"epochs": 3.0},
        {"backbone": False},
        {"watch": SAMPLES[:19]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_no_other_network_is_tried(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]) -> None:
    training = Training([[0.2, 0.4]], [])
    result, told = begun(monkeypatch, training, **changes)
    assert training.begun == [changes.get("architecture", "small")]
    assert result.fit.score.exact == 0.4 and told == []


def test_what_was_chosen_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the first network is a larger one already, since the artefact to go on from is."""
    told: list[tuple[str, bool]] = []
    monkeypatch.setattr(begin, "choose", lambda *_, **__: SimpleNamespace(charset=Charset("ab"), reasons=("a reason",)))
    monkeypatch.setattr(begin.backbone, "known", lambda *_: None)
    for again in (False, True):
        said: list[str] = []
        beginner = Beginner(SAMPLES, SAMPLES, SAMPLES, Options(), None, Clock(1e6), 2.0, said.append, True)
        beginner._planned("large", begin.architectures.find("large"), again=again)
        told.append(("large", said == ["a reason"]))
    assert told == [("large", True), ("large", False)]


@pytest.mark.parametrize(
    "state",
    [
        {"promised": [[0.9, 0.97]]},
        {"promised": [[0.04, 0.97]], "untrained": 0.0},
        {"affordable": False},
        {"stopped_in": "small", "promised": [[0.95, 0.95]]},
    ],
    ids=str,
)
def test_it_does_not_give_way(monkeypatch: pytest.MonkeyPatch, state: dict[str, Any]) -> None:
    training = Training(**{"promised": [[0.2, 0.97]], "begun": []} | state)
    result, _ = begun(monkeypatch, training)
    assert training.begun == ["small"]
    assert result.fit.score.exact == training.promised[0][-1]


@pytest.mark.parametrize("untrained", [0.2, 0.5])
@pytest.mark.parametrize("charset", ["0123456789a", "0123456789aбвгдежзийклмн"])
def test_what_reads_no_more_untrained_learns_at_the_usual_rate(
    monkeypatch: pytest.MonkeyPatch, untrained: float, charset: str
) -> None:
    training = Training([[0.2], [0.9]], [], untrained=untrained)
    begun(monkeypatch, training, charset=charset)
    gentle = untrained > 0.2 and len(charset) == 11
    assert training.rates == [0.5, pytest.approx(0.5 / 3 if gentle else 0.5)]


def test_it_does_not_give_way_where_unlabelled_pictures_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.55, 0.97]], [], untrained=0.0)
    result, _ = begun(monkeypatch, training, enough=0.5)
    assert training.begun == ["small"] and result.fit.score.exact == 0.55


def drawn_hands(place: Path, count: int, seed: int) -> Path:
    """Pictures named as their texts, in fonts that change from one to the next."""
    place.mkdir()
    drawer = HandDrawer(seed)
    for _ in range(count):
        text, picture = drawer.draw()
        picture.save(place / f"{text}.png")
    return place


@pytest.mark.full
def test_many_fonts_are_read_by_the_larger_network_in_the_end(tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    trained = train(drawn_hands(tmp_path / "learn", 260, 1), out, Options(seconds=120))
    assert any("trying the larger network 'large'" in sentence for sentence in trained.told), trained.told
    assert trained.card.architecture == "large", trained.told
    assert trained.card.training["cpu_seconds"] < 150
    found, outcomes = evaluate_folder(Recognizer.load(out), drawn_hands(tmp_path / "fresh", 100, 2))
    assert len(outcomes) == 100
    assert found["cer"] < 0.35, found
