"""What ends a training: its budget of CPU seconds, counted from its start, and Ctrl-C."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Clock:
    """Counts CPU seconds (all threads of the process); `budget` is what may be spent."""

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.stopped = False
        self._start = time.process_time()

    def spent(self) -> float:
        """CPU seconds since the start."""
        return time.process_time() - self._start

    def left(self) -> float:
        """CPU seconds of the budget that remain, never below 0."""
        return max(self.budget - self.spent(), 0.0)

    @contextmanager
    def taking_ctrl_c(self) -> Iterator[None]:
        """Ctrl-C sets `stopped`, and interrupts nothing; pressed again, it does as it always does.

        For work between rounds, whose loss would be that of the training. In a thread, or in a program that treats
        Ctrl-C in its own way, nothing changes.
        """
        usual = signal.default_int_handler
        ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is usual

        def take(number: int, frame: FrameType | None) -> None:
            self.stopped = True
            signal.signal(signal.SIGINT, usual)

        if ours:
            signal.signal(signal.SIGINT, take)
        try:
            yield
        finally:
            if ours:
                signal.signal(signal.SIGINT, usual)
