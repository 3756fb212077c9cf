"""The labelling window with a pulse: how long its main loop was away at most.

`python -m benchmarks.labeler_parts.beating FILE DIR`: a beat every millisecond while the loop is free; each second
FILE gets the longest gaps so far, in ms, the largest first: a line of wall time, and one of the CPU time that the
loop itself spent in a gap, which other programs on a busy machine do not lengthen.
"""

import heapq
import sys
import time
from pathlib import Path

from labeler.cli import main
from labeler.window.app import App

_KEPT = 100


class Pulse:
    """Beats in the main loop of one window."""

    def __init__(self, app: App, file: Path) -> None:
        self._root, self._file = app.root, file
        self._gaps: tuple[list[float], list[float]] = ([], [])
        self._last = (time.perf_counter(), time.thread_time())
        self._written = self._last[0]
        self._beat()

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        for gaps, before, after in zip(self._gaps, self._last, now, strict=True):
            heapq.heappush(gaps, 1000 * (after - before))
            if len(gaps) > _KEPT:
                heapq.heappop(gaps)
        if now[0] - self._written > 1:
            lines = (" ".join(f"{gap:.1f}" for gap in sorted(gaps, reverse=True)) for gaps in self._gaps)
            self._file.write_text("\n".join(lines))
            self._written = time.perf_counter()
        self._last = (time.perf_counter(), time.thread_time())
        self._root.after(1, self._beat)


def run(file: Path, arguments: list[str]) -> int:
    """Opens the window as the command does, with a pulse once its first second is over."""
    usual = App.run

    def with_pulse(self: App) -> None:
        self.root.after(1500, Pulse, self, file)
        usual(self)

    App.run = with_pulse  # type: ignore[method-assign]
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
