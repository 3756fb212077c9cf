"""The training loop: off the plateau first, then rounds of falling learning rate, keeping the best weights.

CTC training begins on a plateau where everything is read as empty, and texts with constant parts (sums) have a second
one where only those are read. Varied pictures or a falling learning rate there keep small sets on it for ever; so the
rate is held and the pictures are left as they are until the loss falls well below the entropy of the labels; only then
are pictures varied, never more than the loss bears, and the rate lowered. A start that stays on the plateau is given
up for a meeker one.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ocr.training.architectures import Architecture
from ocr.training.batches import Batches
from ocr.training.choose import Plan
from ocr.training.clock import Clock
from ocr.training.data import Labelled
from ocr.training.losses import CtcLoss
from ocr.training.watch import Score, Watcher

Weights = list[NDArray[np.floating[Any]]]

_WARM_UP = 40  # steps
_AVERAGE = 0.98  # of the weights, per step
_AVERAGE_EVERY = 3  # steps
_READS = 0.2  # share of the entropy of the labels below which the loss shows that text is read
_STILL_FALLS = 0.04  # share that a loss loses in half of the patience while it falls
_STARTS = ((1.0, 1.0), (0.5, 0.5), (0.25, 0.5))  # learning rate and batch size of each start, as factors
_WORTH_A_START = 100  # steps below which a failed start proves nothing
_RAMP = 0.3  # share of a round over which variation grows to full strength
_CUTS = (0.1, 0.3, 0.6)  # shares of a round at which the pictures are cut anew, where pieces are to be joined
_READ_UNSEEN = 0.5  # share of the watched part: where less is read, and
_UNSEEN_LOSS = 2.0  # the loss there is so many times that of what is learned, texts are known by heart
_LOOKS = (0.5, 0.75, 0.9, 1.0)  # shares of a round at which the validation part is read


@dataclass
class Row:
    """One step in the training's history. `seconds` are CPU seconds since the start."""

    step: int
    seconds: float
    loss: float
    rate: float
    strength: float
    score: Score | None = None


@dataclass
class Fit:
    """Weights (averaged) and their score on the validation part."""

    weights: Weights
    score: Score


class Loop:
    """Trains one network on one plan. `say` takes sentences, `tick` each step for a progress display."""

    def __init__(
        self,
        architecture: Architecture,
        plan: Plan,
        clock: Clock,
        *,
        seed: int,
        say: Callable[[str], None],
        tick: Callable[[Row], None],
    ) -> None:
        self.plan, self.clock, self.seed = plan, clock, seed
        self.history: list[Row] = []
        self.model: Any = None
        self._architecture, self._say, self._tick = architecture, say, tick
        self._peak = float(architecture.PEAK_RATE)
        self._loss = math.inf  # smoothed, nats a text
        self._reads_below = 0.0
        self._strength = 0.0
        self._averaged = 0
        self._average: Weights = []

    def start(
        self,
        samples: Sequence[Labelled],
        patience: int,
        weights: Weights | None = None,
        most: float = math.inf,
        *,
        again: int = 0,
    ) -> Batches:
        """Tries starts of falling boldness until one leaves the plateau; returns its batches.

        Each has `patience` steps, and more while its loss falls, at `most` so many. With `weights` two begin with
        those, the others with none. The last one goes on in any case: the rounds that follow may still leave it.
        Another number `again` makes other starts.
        """
        starts: list[tuple[float, float, Weights | None]] = [(*start, None) for start in _STARTS]
        if weights is not None:
            starts = [(self.plan.known_rate * rate, share, weights) for rate, share in _STARTS[:2]] + starts
        for attempt, (rate, share, known) in enumerate(starts):
            seed = self.seed + again * len(starts) + attempt
            size = max(int(self.plan.batch * share), 4)
            self._peak = float(self._architecture.PEAK_RATE) * rate
            if attempt:
                how = f"{rate:g} of the learning rate, batches of {size}"
                nothing = " and from nothing" if weights is not None and known is None else ""
                self._say(f"after {len(self.history)} steps nothing is read yet: starting again with {how}{nothing}")
            batches = Batches(samples, self.plan, size, seed)
            self._reads_below = _READS * label_entropy(batches.labels)
            self._fresh_network(seed, known)
            if self._leaves_plateau(batches, patience, most) or patience < _WORTH_A_START or self.clock.left() <= 0:
                break
        return batches

    def knows_by_heart(self, fit: Fit) -> bool:
        """Whether this fit of the last round reads what it has learned, and little else."""
        return fit.score.exact < _READ_UNSEEN and -fit.score.log_probability > _UNSEEN_LOSS * self._loss

    def batches(self, samples: Sequence[Labelled]) -> Batches:
        """Batches of other samples, of the usual size."""
        return Batches(samples, self.plan, self.plan.batch, self.seed)

    def round(self, batches: Batches, steps: int, watcher: Watcher, *, height: float = 1.0, ramp: float = _RAMP) -> Fit:
        """One round of `steps` with cosine-falling rate (from `height` x peak) and growing variation; its best weights.

        Ends early, with what it has, when the clock runs out.
        """
        best: Fit | None = None
        looks, cuts = ({max(1, int(steps * share)) for share in shares} for shares in (_LOOKS, _CUTS))
        for step in range(1, steps + 1):
            share = step / steps
            rate = self._peak * height * 0.5 * (1 + math.cos(math.pi * share)) + 1e-5
            if step in cuts and batches.pieces:
                batches.pieces.cut(self.model)
            self._vary_as_borne(min(1.0, share / ramp), 1 / (ramp * steps))
            self._train(batches, rate, self._strength)
            out_of_time = self.clock.left() <= 0
            if step in looks or out_of_time:
                seen = self.look(watcher)
                best = seen if best is None or seen.score >= best.score else best
            if out_of_time:
                break
        assert best is not None
        return best

    def look(self, watcher: Watcher) -> Fit:
        """The averaged weights as they are now, with their score."""
        score = watcher.score(self.model, self._average)
        if self.history:
            self.history[-1].score = score
            self._tick(self.history[-1])
        return Fit([np.array(values) for values in self._average], score)

    def resume(self, weights: Weights) -> None:
        """Goes on from these weights in the next round."""
        self.model.set_weights(weights)
        self._average = [np.array(values) for values in weights]

    def _fresh_network(self, seed: int, weights: Weights | None) -> None:
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        types = len(self.plan.types)
        self.model = self._architecture.build(self.plan.input, len(self.plan.charset) + 1, types)
        if weights is not None:
            self.model.set_weights(weights)
        losses: list[Any] = [CtcLoss()]
        if types > 1:
            losses.append(keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        self.model.compile(optimizer=self._architecture.optimiser(self._peak), loss=losses, jit_compile=False)
        self._average, self._averaged, self._loss, self._strength = [], 0, math.inf, 0.0

    def _leaves_plateau(self, batches: Batches, patience: int, most: float) -> bool:
        """Steps at the highest rate on plain pictures until text is read or the loss falls no further."""
        half, before = max(1, patience // 2), math.inf
        for step in itertools.count(1):
            self._train(batches, self._peak * min(1.0, step / _WARM_UP), 0.0)
            if self._loss < self._reads_below and step >= _WARM_UP:
                return True
            if step % half == 0:
                if step > half and self._loss > (1 - _STILL_FALLS) * before:
                    break
                before = self._loss
            if step >= most or self.clock.left() <= 0:
                break
        return False

    def _vary_as_borne(self, goal: float, pace: float) -> None:
        """Moves the strength of variation towards the goal while text is read, and back when the loss rises."""
        if self._loss < self._reads_below:
            self._strength = min(goal, self._strength + pace)
        elif self._loss > 2 * self._reads_below:
            self._strength = max(0.0, self._strength - pace)

    def _train(self, batches: Batches, rate: float, strength: float) -> None:
        pictures, labels, types = batches.draw(strength)
        self.model.optimizer.learning_rate.assign(rate)
        result = self.model.train_on_batch(pictures, [labels, types] if len(self.plan.types) > 1 else labels)
        loss = float(result[0] if isinstance(result, list | tuple) else result)
        self._loss = loss if math.isinf(self._loss) else 0.9 * self._loss + 0.1 * loss
        self.history.append(Row(len(self.history) + 1, self.clock.spent(), loss, rate, strength))
        if len(self.history) % _AVERAGE_EVERY == 0 or not self._average:
            self._update_average()
        self._tick(self.history[-1])

    def _update_average(self) -> None:
        """Exponential moving average of all weights and normalisation statistics (Polyak averaging)."""
        fresh = self.model.get_weights()
        keep = min(_AVERAGE**_AVERAGE_EVERY, self._averaged / (10 + self._averaged))
        self._averaged += 1
        if not self._average:
            self._average = fresh
        else:
            self._average = [keep * old + (1 - keep) * new for old, new in zip(self._average, fresh, strict=True)]


def label_entropy(labels: NDArray[np.int32]) -> float:
    """Entropy of labels (N x L, 0 pads) in nats a text, taking their positions as independent."""
    total = 0.0
    for column in labels.T:
        counts = np.unique(column, return_counts=True)[1] / len(column)
        total -= float((counts * np.log(counts)).sum())
    return max(total, 0.1)
