"""The labelling window with a pulse: how long its main loop was away at most.

`python -m benchmarks.labeler_parts.beating FILE DIR`: a beat every millisecond while the loop is free; each second
FILE gets the longest gaps so far, in ms, the largest first.
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
        self._gaps: list[float] = []
        self._last = self._written = time.perf_counter()
        self._beat()

    def _beat(self) -> None:
        now = time.perf_counter()
        heapq.heappush(self._gaps, 1000 * (now - self._last))
        if len(self._gaps) > _KEPT:
            heapq.heappop(self._gaps)
        if now - self._written > 1:
            self._file.write_text(" ".join(f"{gap:.1f}" for gap in sorted(self._gaps, reverse=True)))
            self._written = time.perf_counter()
        self._last = time.perf_counter()
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
