"""The budget of a training: CPU seconds of this process, counted from its start."""

import time


class Clock:
    """Counts CPU seconds (all threads of the process); `budget` is what may be spent."""

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self._start = time.process_time()

    def spent(self) -> float:
        """CPU seconds since the start."""
        return time.process_time() - self._start

    def left(self) -> float:
        """CPU seconds of the budget that remain, never below 0."""
        return max(self.budget - self.spent(), 0.0)
