"""Rounds that read what was promised, instead of a network."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PIL import Image

from dataset.charset import Charset
from dataset.hashing import Fingerprint
from ocr.artefact import TypeCard
from ocr.preprocess import InputSpec
from ocr.training import begin
from ocr.training.augment import Amounts
from ocr.training.begin import Beginner
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.data import Labelled
from ocr.training.loop import Fit
from ocr.training.options import Options
from ocr.training.watch import Score

SAMPLES = [
    Labelled(f"{n}.png", Image.new("RGB", (160, 40), "white"), f"a{n:03}", None, Fingerprint(f"{n}", 0))
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
        stopped = self.begun[-1] == self.stopped_in
        for share in self.promised[len(self.begun) - 1]:
            best = max(best, Fit([], Score(share, -1.0)), key=lambda fit: fit.score)
            if not stopped and done(best):
                break
        self.interrupted = self.interrupted or stopped
        return best

    def more(self, samples: Any, watcher: Any, before: Fit, *, times: int) -> Fit:
        return max(before, Fit([], Score(self.further, -1.0)), key=lambda fit: fit.score)

    def affords(self, rounds: float) -> bool:
        return self.affordable


def begun(monkeypatch: pytest.MonkeyPatch, training: Training, **changes: Any) -> tuple[begin.Begun, list[str]]:
    monkeypatch.setattr(begin, "Rounds", training.rounds)
    alphabet = Charset(changes.get("charset", "0123456789a"))
    leftwards, banded = changes.pop("leftwards", False), changes.pop("banded", False)

    def planned(beginner: Beginner, *_: Any, **__: Any) -> tuple[Plan, None]:
        look = beginner.look
        spec = InputSpec(40, 100, 3, mirrored=leftwards and look.mirror, turned=look.turned)
        spec = replace(spec, band=0.5 if banded and not look.plain else 1.0, fold=0.5 if look.folded else 1.0)
        return Plan(spec, alphabet, (TypeCard(None, alphabet.characters),), Amounts(), 16, 100, 4, ()), None

    monkeypatch.setattr(Beginner, "_planned", planned)
    monkeypatch.setattr(begin.backbone, "reads", lambda *_, **__: training.untrained)
    monkeypatch.setattr(begin, "Watcher", lambda *_: None)
    told: list[str] = []
    samples, enough, known = changes.pop("samples", SAMPLES), changes.pop("enough", 2.0), changes.pop("known", None)
    watch = changes.pop("watch", samples)
    beginner = Beginner(samples, samples, watch, Options(**changes), known, Clock(1e6), enough, told.append, True)
    return beginner.begin(), told
