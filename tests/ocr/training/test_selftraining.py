"""Pictures without a label take part in a training, and labels that contradict them all do not."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from dataset.hashing import Fingerprint
from ocr.artefact import Card, TypeCard
from ocr.preprocess import InputSpec
from ocr.recognizer import Prediction, Recognizer
from ocr.training import selftraining, session
from ocr.training.choose import FEW
from ocr.training.data import Labelled, load, load_unlabelled
from ocr.training.loop import Fit
from ocr.training.options import Options
from ocr.training.selftraining import SelfTraining, Taught
from ocr.training.session import train
from ocr.training.watch import Score
from tests.ocr.drawn import clean, draw_folder

CARD = Card("ab", InputSpec(40, 80, 1), (TypeCard(None, "ab"),), "small", "0", "now")
WATCHED: Any = [None] * 10


class FakeRounds:
    """In the place of `Rounds`: what each further round and each new one comes to is foretold."""

    def __init__(
        self, further: Sequence[float] = (), new: Sequence[float | None] = (), *, affords: bool = True
    ) -> None:
        self.model = self
        self.interrupted = False
        self.begun_with_weights = True
        self.weights: list[Any] = ["first"]
        self.asked: list[int] = []
        self.learned: list[set[str]] = []
        self._further, self._new, self._affords = iter(further), iter(new), affords

    def affords(self, rounds: int) -> bool:
        return self._affords

    def set_weights(self, weights: list[Any]) -> None:
        self.weights = weights

    def anew(self, samples: Sequence[Labelled], watcher: object) -> Fit | None:
        self.learned.append({f"{one.name}={one.label}" for one in samples})
        exact = next(self._new)
        if exact is None:
            self.interrupted = True
            return None
        self.weights = [f"new {len(self.learned)}"]
        return Fit(self.weights, Score(exact, -1.0))

    def more(self, samples: Sequence[Labelled], watcher: object, before: Fit, *, times: int) -> Fit:
        self.asked.append(times)
        exact = next(self._further)
        return Fit(["further"], Score(exact, -1.0)) if exact > before.score.exact else before


def sample(name: str, label: str = "") -> Labelled:
    """A picture that looks like no other."""
    look = int.from_bytes(sha256(name.encode()).digest()[:8])
    return Labelled(name, Image.new("L", (8, 8)), label, None, Fingerprint(name, look))


def run(
    monkeypatch: pytest.MonkeyPatch,
    rounds: FakeRounds,
    own: Sequence[Labelled],
    reads: Callable[[str], Prediction] = lambda _: Prediction("b", 1.0),
) -> tuple[Taught, list[str]]:
    """Self-training with two unlabelled pictures, u and v; `reads` tells what is read under the present weights."""

    class Reader:
        def read(self, images: Sequence[Image.Image]) -> list[Prediction]:
            return [reads(str(rounds.weights[0])) for _ in images]

    told: list[str] = []
    monkeypatch.setattr(selftraining, "temperature", lambda *_: 1.0)
    monkeypatch.setattr(selftraining.export, "artefact_bytes", lambda *_: b"")
    monkeypatch.setattr(Recognizer, "from_bytes", lambda _: Reader())
    work = SelfTraining(cast(Any, rounds), CARD, WATCHED, [sample("u"), sample("v")], 0, told.append)
    return work.taught(own, Fit(["first"], Score(0.5, -1.0))), told


@pytest.mark.parametrize(("own", "lengths"), [(10, [1, 1, 2, 1]), (FEW, [1, 1])])
def test_a_round_without_gain_is_followed_by_a_longer_one_where_labels_are_few(
    monkeypatch: pytest.MonkeyPatch, own: int, lengths: list[int]
) -> None:
    """The second of the rounds gains nothing."""
    rounds = FakeRounds([0.6, 0.0, 0.8, 0.9])
    taught, _ = run(monkeypatch, rounds, [sample(f"{n}", "a") for n in range(own)])
    assert rounds.asked == lengths
    assert taught.fit.score.exact == (0.9 if len(lengths) == 4 else 0.6)
    assert [one.label for one in taught.read] == ["b", "b"]


def test_nothing_read_surely_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = FakeRounds()
    taught, told = run(monkeypatch, rounds, [sample("a", "a")], lambda _: Prediction("b", 0.5))
    assert (taught.fit.score.exact, taught.read, told, rounds.asked) == (0.5, [], [], [])


def labels(wrong: int, right: int = 100) -> list[Labelled]:
    """All pictures show a; some are labelled otherwise."""
    return [sample(f"w{n}", "x") for n in range(wrong)] + [sample(f"{n}", "a") for n in range(right)]


def test_a_label_that_the_other_half_contradicts_is_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = FakeRounds([0.0] * 4, [0.4, 0.4, 0.5])
    taught, told = run(monkeypatch, rounds, labels(2), lambda _: Prediction("a", 0.95))
    assert {one.name for one in taught.kept} == {str(n) for n in range(100)}
    first, second, student = rounds.learned
    assert not first & second and len(first | second) == 102
    assert student == {f"{n}=a" for n in range(100)} | {"u=a", "v=a"}
    assert taught.fit.weights == ["new 3"]
    assert [line for line in told if "left aside: w0 is labelled 'x', but" in line and "reads 'a'" in line]
    assert "taught by half of the labels each, agree on 2 of 2 unlabelled pictures" in "\n".join(told)


@pytest.mark.parametrize(
    ("new", "unsure"),
    [
        ([0.4, 0.4, 0.2], False),  # what is left teaches less
        ([0.4, 0.4], True),  # nothing is agreed on
        ([0.4, None], False),  # Ctrl-C
    ],
)
def test_halves_that_do_not_help_leave_the_weights_as_they_were(
    monkeypatch: pytest.MonkeyPatch, new: list[float | None], unsure: bool
) -> None:
    rounds = FakeRounds([0.0] * 4, new)
    taught, _ = run(monkeypatch, rounds, labels(0), lambda _: Prediction("a", 0.1 if unsure else 0.95))
    assert taught.fit.weights == ["first"] == rounds.weights
    assert len(taught.kept) == 100 and not taught.read


def test_halves_that_contradict_many_labels_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = FakeRounds([0.0] * 4, [0.4, 0.4, 0.5])
    taught, told = run(monkeypatch, rounds, labels(20), lambda _: Prediction("a", 0.95))
    assert len(taught.kept) == 120 and not [line for line in told if "left aside" in line]


@pytest.mark.parametrize(("count", "affords"), [(39, True), (FEW, True), (100, False)])
def test_halves_need_some_labels_and_time(monkeypatch: pytest.MonkeyPatch, count: int, affords: bool) -> None:
    rounds = FakeRounds([0.0] * 4, affords=affords)
    run(monkeypatch, rounds, labels(0, count))
    assert not rounds.learned


def test_pictures_that_all_look_alike_have_no_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = FakeRounds([0.0] * 4)
    alike = [replace(one, fingerprint=Fingerprint(one.name, 1)) for one in labels(0)]
    taught, _ = run(monkeypatch, rounds, alike)
    assert not rounds.learned and len(taught.kept) == 100


def test_the_last_round_takes_the_readings_along_and_leaves_out_what_was_contradicted() -> None:
    learn, rest = labels(1, 2), [sample("watched", "a")]
    taught = Taught(Fit([], Score(1.0, 0.0)), learn[1:], [sample("u", "b")])
    parts = session._Parts(learn, [], [], [*learn, *rest], [])
    last = session._for_the_last_round(parts, taught)
    assert [one.name for one in last] == ["0", "1", "watched", "u"]


def _unlabel(folder: Path, kept: int, wrong: Sequence[int] = ()) -> None:
    """Leaves the first rows of labels.csv, some with a wrong label; the other pictures lie there without any."""
    index = folder / "labels.csv"
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for number in wrong:
        rows[number + 1][1] = rows[number + 1][1].translate(str.maketrans("2ae7", "ae72"))
    with index.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[: kept + 1])


def test_a_training_learns_from_unlabelled_pictures_and_can_be_told_not_to(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 120, seed=1, painter=clean)
    _unlabel(folder, 50)
    (folder / "images" / "0100.png").write_bytes(b"no picture")
    data = load(folder)
    assert len(data.samples) == 50 and len(data.unlabelled) == 70
    assert len(load_unlabelled(data, 1000, seed=1)) == 69
    few = load_unlabelled(data, 9, seed=1)
    assert [one.name for one in few] == [one.name for one in load_unlabelled(data, 9, seed=1)] and len(few) <= 9

    options = Options(epochs=30, seed=1, refit=False)
    told: list[str] = []
    train(folder, tmp_path / "m.onnx", options, say=told.append)
    assert [line for line in told if "of 69 unlabelled pictures that were read surely" in line], told
    told.clear()
    train(folder, tmp_path / "m.onnx", replace(options, self_training=False), say=told.append)
    assert not [line for line in told if "unlabelled" in line], told


def test_a_training_with_few_labels_leaves_wrong_ones_aside(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "drawn", 160, seed=1, painter=clean)
    _unlabel(folder, 110, wrong=[21, 61])
    told: list[str] = []
    trained = train(folder, tmp_path / "m.onnx", Options(epochs=20, seed=1), say=told.append)
    aside = [line for line in told if line.startswith("left aside")]
    known = {f"images/{number:04d}.png" for number in (21, 61)}
    assert aside and all(any(name in line for name in known) for line in aside), told
    assert trained.card.refitted


def test_nothing_more_is_learned_after_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = FakeRounds([0.9], [0.9])
    rounds.interrupted = True
    taught, told = run(monkeypatch, rounds, labels(0))
    assert (taught.fit.weights, rounds.learned, rounds.asked, told) == (["first"], [], [], [])
