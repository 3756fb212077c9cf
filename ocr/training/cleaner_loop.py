"""Trains a cleaner's network: one fall of the learning rate over the budget, keeping the best averaged weights."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ocr.cleaner import padded
from ocr.pairs import Pair
from ocr.training.cleaner_network import MULTIPLE, build, error
from ocr.training.cleaner_pairs import Crops, pixels
from ocr.training.clock import Clock

Weights = list[NDArray[np.floating[Any]]]
_PEAK = 2e-3
_LEAST = 1e-5
_WARM_UP = 0.02  # share of the budget
_DECAY = 1e-4
_AVERAGE, _AVERAGE_EVERY = 0.995, 4  # of the weights; steps
_LOOKS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0)  # shares of the budget at which the watched part is cleaned
_NEAR = 0.01  # of the budget: so much before its time a look may come
_KEPT_LOOKS, _KEPT_AT_MOST = 4, 0.2  # time for measuring, in looks at the watched part; share of the budget
_MOST_WATCHED = 3_000_000  # pixels


@dataclass
class CleanerRow:
    """One step: CPU seconds since the start, RMSE on its crops, and on the watched part where that was cleaned."""

    step: int
    seconds: float
    rmse: float
    rate: float
    watched: float | None = None


class CleanerLoop:
    """One training. `steps` takes the place of the clock's budget when given: repeatable with the same seed."""

    def __init__(
        self,
        channels: tuple[int, int],
        clock: Clock,
        *,
        seed: int,
        steps: int | None,
        tick: Callable[[CleanerRow], None],
    ) -> None:
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        self.model: Any = build(*channels)
        self.model.compile(
            optimizer=keras.optimizers.AdamW(_PEAK, weight_decay=_DECAY, global_clipnorm=1.0),
            loss=error,
            jit_compile=False,
        )
        self.history: list[CleanerRow] = []
        self.interrupted = False
        self._channels, self._clock, self._steps, self._tick = channels, clock, steps, tick
        self._average: Weights = self.model.get_weights()
        self._averaged = 0
        self._kept = 0.0  # CPU seconds for what follows the training

    def fit(self, crops: Crops, watched: Sequence[Pair]) -> float:
        """Trains until the budget is spent or Ctrl-C; leaves the network with its best weights, returns their RMSE."""
        arrays = _within(watched, self._channels)
        best, best_weights = math.inf, self._average
        looks = list(_LOOKS)
        begun = self._clock.spent()
        try:
            while looks:
                share = self._share(begun)
                self._step(crops, share)
                if share >= looks[0] - _NEAR:
                    looks = [look for look in looks if look - _NEAR > share]
                    found = self._look(arrays)
                    if found <= best:
                        best, best_weights = found, [np.array(values) for values in self._average]
        except KeyboardInterrupt:
            self.interrupted = True
            try:
                found = self._look(arrays)
            except KeyboardInterrupt:  # pressed again: what the last look kept is still there
                if math.isinf(best):
                    raise
            else:
                if found <= best:
                    best, best_weights = found, self._average
        self.model.set_weights(best_weights)
        return best

    def _share(self, begun: float) -> float:
        """Of the budget that is spent, 0..1."""
        if self._steps is not None:
            return min(1.0, (len(self.history) + 1) / self._steps)
        budget = self._clock.budget - self._kept - begun
        return min(1.0, (self._clock.spent() - begun) / max(budget, 1e-6))

    def _step(self, crops: Crops, share: float) -> None:
        rate = _PEAK * min(1.0, share / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * share)) + _LEAST
        self.model.optimizer.learning_rate.assign(rate)
        dirty, clean = crops.draw()
        result = self.model.train_on_batch(dirty, clean)
        loss = float(result[0] if isinstance(result, list | tuple) else result)
        row = CleanerRow(len(self.history) + 1, self._clock.spent(), math.sqrt(loss), rate)
        self.history.append(row)
        if row.step % _AVERAGE_EVERY == 0:
            self._update_average()
        self._tick(row)

    def _update_average(self) -> None:
        """Exponential moving average of the weights, of few steps at first."""
        keep = min(_AVERAGE**_AVERAGE_EVERY, self._averaged / (4 + self._averaged))
        self._averaged += 1
        fresh = self.model.get_weights()
        self._average = [keep * old + (1 - keep) * new for old, new in zip(self._average, fresh, strict=True)]

    def _look(self, arrays: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> float:
        """RMSE of the averaged weights over all watched pixels."""
        kept, begun = self.model.get_weights(), self._clock.spent()
        self.model.set_weights(self._average)
        total = cells = 0.0
        for dirty, clean in arrays:
            height, width = clean.shape[:2]
            ink = np.asarray(self.model.predict_on_batch(padded(dirty, MULTIPLE)[None]))[0, :height, :width]
            total += float(np.square(np.clip(ink, 0.0, 1.0) - clean).sum())
            cells += clean.size
        self.model.set_weights(kept)
        self._kept = min(_KEPT_LOOKS * (self._clock.spent() - begun), _KEPT_AT_MOST * self._clock.budget)
        rmse = math.sqrt(total / cells)
        if self.history:
            self.history[-1].watched = rmse
            self._tick(self.history[-1])
        return rmse


def _within(pairs: Sequence[Pair], channels: tuple[int, int]) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Pairs as ink, evenly picked so that looking at them stays cheap."""
    total = sum(pair.dirty.width * pair.dirty.height for pair in pairs)
    step = max(1, -(-total // _MOST_WATCHED))
    return [(_ink(pair.dirty, channels[0]), _ink(pair.clean, channels[1])) for pair in list(pairs)[::step]]


def _ink(image: Any, channels: int) -> NDArray[np.float32]:
    return 1.0 - pixels(image, channels).astype(np.float32) / np.float32(255)
