"""How fast the work goes: labels a minute, time left, how often the model was right."""

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 50  # labels that count for the speed
_PAUSE = 60.0  # seconds without a label after which a person was away


class Pace:
    """Counts the labels of one sitting. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._gaps: deque[float] = deque(maxlen=_WINDOW)
        self._last = clock()
        self.labels = 0
        self.worked = 0.0  # seconds, pauses left out
        self.proposed = 0
        self.accepted = 0

    def labelled(self, count: int = 1, *, proposal: str | None = None, text: str | None = None) -> None:
        """Counts `count` labels given just now; with a proposal, whether it was taken as it was."""
        now = self._clock()
        gap, self._last = now - self._last, now
        self.worked += min(gap, _PAUSE)
        if gap < _PAUSE:
            self._gaps.extend([gap / count] * min(count, _WINDOW))
        self.labels += count
        if proposal is not None:
            self.proposed += 1
            self.accepted += proposal == text

    @property
    def per_minute(self) -> float | None:
        """Labels a minute over the last fifty, pauses left out; None before the third."""
        total = sum(self._gaps)
        return 60 * len(self._gaps) / total if len(self._gaps) >= 3 and total > 0 else None

    def seconds_left(self, open_count: int) -> float | None:
        """Time for the rest at this speed; None while the speed is not known."""
        rate = self.per_minute
        return None if rate is None else 60 * open_count / rate

    @property
    def acceptance(self) -> float | None:
        """Share (0..1) of the proposals that were right as they stood; None without any."""
        return self.accepted / self.proposed if self.proposed else None
