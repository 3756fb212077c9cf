"""Which network a training goes on with after its first rounds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from dataset.charset import Charset
from dataset.hashing import Fingerprint
from ocr.artefact import TypeCard
from ocr.evaluate import evaluate_folder
from ocr.preprocess import InputSpec
from ocr.recognizer import Recognizer
from ocr.training import begin
from ocr.training.augment import Amounts
from ocr.training.begin import Beginner
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.data import Labelled
from ocr.training.drawn_hands import HandDrawer
from ocr.training.loop import Fit
from ocr.training.options import Options
from ocr.training.session import train
from ocr.training.watch import Score

SAMPLES = [
    Labelled(f"{n}.png", Image.new("RGB", (100, 40), "white"), f"a{n:03}", None, Fingerprint(f"{n}", 0))
    for n in range(40)
]


@dataclass
class Training:
    """Rounds that read what was promised for each network, in their order."""

    promised: list[list[float]]
    begun: list[str]
    interrupted: bool = False
    stopped_in: str = ""
    affordable: bool = True
    untrained: float = 0.5
    rates: list[float] = field(default_factory=list)
    further: float = 0.0

    def rounds(self, architecture: Any, plan: Plan, *_: Any, **__: Any) -> "Training":
        self.begun.append(architecture.__name__.rsplit(".", 1)[-1])
        self.rates.append(plan.known_rate)
        return replace(self)

    def fit(self, *_: Any, done: Callable[[Fit], bool], **__: Any) -> Fit:
        best = Fit([], Score(0.0, 0.0))
        for share in self.promised[len(self.begun) - 1]:
            best = max(best, Fit([], Score(share, -1.0)), key=lambda fit: fit.score)
            if done(best):
                break
        self.interrupted = self.interrupted or self.begun[-1] == self.stopped_in
        return best

    def more(self, samples: Any, watcher: Any, before: Fit, *, times: int) -> Fit:
        return max(before, Fit([], Score(self.further, -1.0)), key=lambda fit: fit.score)

    def affords(self, rounds: float) -> bool:
        return self.affordable


def begun(monkeypatch: pytest.MonkeyPatch, training: Training, **changes: Any) -> tuple[begin.Begun, list[str]]:
    monkeypatch.setattr(begin, "Rounds", training.rounds)
    alphabet = Charset(changes.get("charset", "0123456789a"))
    leftwards = changes.pop("leftwards", False)

    def planned(beginner: Beginner, *_: Any, **__: Any) -> tuple[Plan, None]:
        spec = InputSpec(40, 100, 3, mirrored=leftwards and beginner.mirror)
        return Plan(spec, alphabet, (TypeCard(None, alphabet.characters),), Amounts(), 16, 100, 4, ()), None

    monkeypatch.setattr(Beginner, "_planned", planned)
    monkeypatch.setattr(begin.backbone, "reads", lambda *_, **__: training.untrained)
    monkeypatch.setattr(begin, "Watcher", lambda *_: None)
    told: list[str] = []
    watch, enough, known = changes.pop("watch", SAMPLES), changes.pop("enough", 2.0), changes.pop("known", None)
    beginner = Beginner(SAMPLES, SAMPLES, watch, Options(**changes), known, Clock(1e6), enough, told.append, True)
    return beginner.begin(), told


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
    card = SimpleNamespace(architecture="small", input=InputSpec(40, 100, 3, mirrored=mirrored))
    training = Training([[0.0], [0.98]], [])
    begun(monkeypatch, training, leftwards=True, known=SimpleNamespace(card=card))
    assert len(training.begun) == directions


def test_the_direction_that_reads_more_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    result, told = begun(monkeypatch, Training([[0.04], [0.02]], []), leftwards=True, epochs=3.0)
    assert result.plan.input.mirrored and result.fit.score.exact == 0.04
    assert told[-1] == "that reads 2%: keeping right to left"


def test_few_watched_pictures_do_not_end_the_first_direction_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three pictures, none is soon read."""
    training = Training([[0.0, 0.0, 1.0], [0.0]], [])
    result, told = begun(monkeypatch, training, leftwards=True, watch=SAMPLES[:3])
    assert (result.fit.score.exact, training.begun, told) == (1.0, ["small"], [])


def test_ctrl_c_in_the_mirror_ends_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training([[0.0], [1.0]], [], stopped_in="small")
    result, told = begun(monkeypatch, training, leftwards=True)
    assert (training.begun, result.rounds.interrupted, told) == (["small"], True, [])


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
