"""Which rounds a training has: as many as improve it and fit the budget, then one with all labels."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from dataset.console import Progress, progress
from ocr.training.architectures import Architecture
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.data import Labelled
from ocr.training.loop import Fit, Loop, Row, Weights
from ocr.training.watch import Watcher

_PATIENCE = 600  # steps in which a start must come off the plateau, or down
_MOST_ROUNDS = 5
_MORE_BEGINNINGS = 3  # of first rounds that learned their texts by heart,
_UNDERSTOOD = 0.5  # until this share of the watched part is read
_FALL = 0.75  # of the highest learning rate from round to round
_REFIT = 0.25  # share of the remaining time kept for the last round; its steps relative to a first round: _REFIT_STEPS
_REFIT_STEPS = 0.6
_REFIT_HEIGHT = 0.3
_SELF_HEIGHT = 0.5
_FEWEST_FURTHER = 20  # steps
_PERFECT = -0.002  # mean log probability of the true texts at which more training gains nothing
_TELLING = 20  # watched pictures from which their probabilities tell whether a further round gained; fewer are chance
_NO_GAIN = 2  # rounds in a row without gain after which no more follow


class Rounds:
    """Runs a `Loop` round by round. With `epochs` there is one round of that length and nothing depends on time."""

    def __init__(
        self,
        architecture: Architecture,
        plan: Plan,
        clock: Clock,
        seed: int,
        epochs: float | None,
        *,
        say: Callable[[str], None],
        quiet: bool,
    ) -> None:
        self._plan, self._clock, self._epochs, self._say, self._quiet = plan, clock, epochs, say, quiet
        self._shown: Progress | None = None
        self._loop = Loop(architecture, plan, clock, seed=seed, say=say, tick=self._tick)
        self._begun: Weights | None = None
        self.interrupted = False

    @property
    def model(self) -> Any:
        """The Keras network as it stands."""
        return self._loop.model

    @property
    def history(self) -> list[Row]:
        """Every step taken."""
        return self._loop.history

    @property
    def steps(self) -> int:
        """Steps taken."""
        return len(self._loop.history)

    def fit(
        self,
        samples: Sequence[Labelled],
        watcher: Watcher,
        *,
        reserve: bool,
        weights: Weights | None = None,
        done: Callable[[Fit], bool] | None = None,
    ) -> Fit:
        """The best fit to the samples; the network is left with its weights. `reserve` keeps time for `refit`; no
        further round follows once `done` says so of the best fit."""
        best: Fit | None = None
        idle = 0
        self._begun = weights
        try:
            batches = self._start(samples, weights)
            for number in range(1 if self._epochs else _MOST_ROUNDS):
                steps = self._round_steps(number, len(samples), batches.size, reserve)
                if steps < 1:
                    break
                fit = self._round(batches, steps, watcher, _FALL**number)
                self._tell(number, fit)
                gained = best is None or fit.score > best.score
                best = fit if gained or best is None else best
                if number == 0 and weights is None:
                    best = self._understood(best, samples, watcher)
                idle = 0 if gained else idle + 1
                perfect = best.score.exact == 1.0 and best.score.log_probability > _PERFECT
                if idle == _NO_GAIN or perfect or (done is not None and done(best)):
                    break
                self._loop.resume(best.weights)
        except KeyboardInterrupt:
            self.interrupted = True
            self._say("stopped: keeping the best so far")
        if best is None:
            best = self._loop.look(watcher)
        self._loop.model.set_weights(best.weights)
        return best

    def _understood(self, fit: Fit, samples: Sequence[Labelled], watcher: Watcher) -> Fit:
        """The fit of a first round, or a better one from another beginning where it has learned the texts by heart.

        Few pictures can be learned so from some random weights and not from others.
        """
        if self._epochs or not self._loop.knows_by_heart(fit):
            return fit
        for again in range(1, _MORE_BEGINNINGS + 1):
            if fit.score.exact >= _UNDERSTOOD or not self.affords(2):
                break
            self._say(
                "what it has learned is known by heart, and little else is read: beginning again from other weights"
            )
            batches = self._start(samples, None, again)
            other = self._round(batches, self._plan.cycle_steps * self._plan.batch // batches.size, watcher, 1.0)
            self._tell(0, other)
            fit = max(fit, other, key=lambda one: one.score)
        return fit

    def _tell(self, number: int, fit: Fit) -> None:
        spent = self._clock.spent()
        self._say(f"round {number + 1}: {fit.score.exact:.2%} of the watched part after {spent:.0f} s")

    @property
    def begun_with_weights(self) -> bool:
        """Whether the training began with given weights, so that `anew` can begin with them again."""
        return self._begun is not None

    def affords(self, rounds: int) -> bool:
        """Whether half of the remaining time pays for so many first rounds."""
        return bool(self._epochs) or rounds * self._plan.cycle_steps <= self._affordable(0.5)

    def anew(self, samples: Sequence[Labelled], watcher: Watcher) -> Fit | None:
        """A first round with these samples, from the weights that the training began with; None when interrupted.

        The network is left with the weights of the fit.
        """
        assert self._begun is not None
        try:
            batches = self._loop.batches(samples)
            self._loop.resume(self._begun)
            if self._epochs:
                steps = math.ceil(self._epochs * len(samples) / batches.size)
            else:
                steps = min(self._plan.cycle_steps, self._affordable(1 - _REFIT))
            fit = self._round(batches, max(steps, 1), watcher, 1.0)
        except KeyboardInterrupt:
            self.interrupted = True
            return None
        self._loop.model.set_weights(fit.weights)
        return fit

    def more(
        self,
        samples: Sequence[Labelled],
        watcher: Watcher,
        before: Fit,
        *,
        height: float = _SELF_HEIGHT,
        times: int = 1,
    ) -> Fit:
        """One more round, with other samples; `before` when that reads the watched part no better, or time is short.

        `height` is its highest learning rate, as a share of a first round's, `times` its length in first rounds.
        """
        steps = self._further_steps(len(samples), times * self._plan.cycle_steps, 1 - _REFIT)
        fit = self._further(samples, watcher, before, steps, height)
        return fit if _gained(fit, before, watcher) else before

    def refit(self, samples: Sequence[Labelled], watcher: Watcher, before: Fit) -> bool:
        """One more round with all samples; False (and the weights of before) when it made things worse."""
        steps = self._further_steps(len(samples), int(self._plan.cycle_steps * _REFIT_STEPS), 1.0)
        fit = self._further(samples, watcher, before, steps, _REFIT_HEIGHT)
        better = fit is not before and fit.score >= before.score
        self._loop.model.set_weights(fit.weights if better else before.weights)
        return better

    def _further_steps(self, count: int, wanted: int, share: float) -> int:
        if self._epochs:
            return math.ceil(self._epochs * count / self._plan.batch * _REFIT_STEPS / 2)
        return min(wanted, self._affordable(share))

    def _further(self, samples: Sequence[Labelled], watcher: Watcher, before: Fit, steps: int, height: float) -> Fit:
        """A round that goes on from `before`, or `before` itself when it is not worth beginning or was interrupted."""
        fit = before
        if steps >= _FEWEST_FURTHER and not self.interrupted:
            try:
                batches = self._loop.batches(samples)
                self._loop.resume(before.weights)
                fit = self._round(batches, steps, watcher, height, ramp=0.1)
            except KeyboardInterrupt:
                self.interrupted = True
        self._loop.model.set_weights((fit if _gained(fit, before, watcher) else before).weights)
        return fit

    def _start(self, samples: Sequence[Labelled], weights: Weights | None, again: int = 0) -> Any:
        with progress(None, "finding a start", unit="steps", quiet=self._quiet) as self._shown:
            if not self._epochs:
                return self._loop.start(samples, _PATIENCE, weights, again=again)
            half = max(1, int(self._epochs * len(samples) / self._plan.batch / 2))
            return self._loop.start(samples, half, weights, most=half)

    def _round(self, batches: Any, steps: int, watcher: Watcher, height: float, **options: float) -> Fit:
        with progress(steps, "training", unit="steps", quiet=self._quiet) as self._shown:
            return self._loop.round(batches, steps, watcher, height=height, **options)

    def _round_steps(self, number: int, count: int, batch: int, reserve: bool) -> int:
        if self._epochs:
            return max(1, math.ceil(self._epochs * count / batch) - self.steps)
        wanted = self._plan.cycle_steps * 2**number * self._plan.batch // batch
        affordable = self._affordable(1 - _REFIT if reserve else 1.0)
        # A round cut to less than half is not worth its falling rate, unless it is the only one.
        return min(wanted, affordable) if number == 0 or affordable > wanted / 2 else 0

    def _affordable(self, share: float) -> int:
        """Steps that a share of the remaining time pays for, at the pace of the last steps."""
        recent = self._loop.history[-50:]
        if len(recent) < 2:
            return 1
        pace = (recent[-1].seconds - recent[0].seconds) / (len(recent) - 1)
        return int(self._clock.left() * share * 0.95 / max(pace, 1e-6))

    def _tick(self, row: Row) -> None:
        if self._clock.stopped:
            raise KeyboardInterrupt
        if self._shown is not None:
            facts: dict[str, object] = {"loss": f"{row.loss:.3f}", "varied": f"{row.strength:.0%}"}
            if row.score is not None:
                facts["exact"] = f"{row.score.exact:.1%}"
            self._shown.advance(0 if row.score is not None else 1, **facts)


def _gained(fit: Fit, before: Fit, watcher: Watcher) -> bool:
    """Whether a further round made things better, or at least no worse as far as few watched pictures can tell."""
    if len(watcher) < _TELLING:
        return fit is not before and fit.score.exact >= before.score.exact
    return fit.score > before.score
