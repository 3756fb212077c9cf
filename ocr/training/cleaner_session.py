"""One training of a cleaner, from a folder of pairs to its file."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from dataset.console import progress
from dataset.version import VERSION
from ocr.artefact import session_of
from ocr.cleaner import Cleaner, CleanerCard
from ocr.cleaner_figures import figures_of
from ocr.pairs import Pair
from ocr.training import cleaner_export, export
from ocr.training.cleaner_loop import CleanerLoop, CleanerRow
from ocr.training.cleaner_network import MULTIPLE, REACH
from ocr.training.cleaner_pairs import Crops, PairData, load
from ocr.training.clock import Clock


@dataclass(frozen=True)
class CleanerOptions:
    """CPU seconds of the training, or a number of steps instead: repeatable with the same seed."""

    seconds: float = 1800.0
    steps: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class TrainedCleaner:
    """What came out: the card in the file, the course, and the pairs it was measured on."""

    card: CleanerCard
    history: list[CleanerRow]
    measured: list[Pair]
    cleaner: Cleaner
    interrupted: bool


def train(
    folder: Path,
    out: Path,
    options: CleanerOptions,
    *,
    test: Path | None = None,
    say: Callable[[str], None] = print,
    quiet: bool = True,
) -> TrainedCleaner:
    """Trains on the pairs of a folder and writes the cleaner; an old file stays until the new one is checked.

    Ctrl-C keeps the best so far. Raises ToolkitError with a sentence when there is nothing to learn from or the file
    cannot be written.
    """
    clock = Clock(options.seconds)
    export.check_place(out)
    data = load(folder, options.seed, test=test, quiet=quiet)
    _tell(data, say)
    crops = Crops(data.learn, data.channels, options.seed)
    with progress(options.steps, "training", unit="steps", quiet=quiet) as shown:

        def tick(row: CleanerRow) -> None:
            if row.watched is None:
                of = "" if options.steps else f" of {clock.budget:.0f}"
                shown.advance(1, rmse=f"{row.rmse:.4f}", seconds=f"{row.seconds:.0f}{of}")
            else:
                say(f"step {row.step:,}: RMSE {row.watched:.4f} on the watched part after {row.seconds:.0f} s")

        loop = CleanerLoop(data.channels, clock, seed=options.seed, steps=options.steps, tick=tick)
        watched = loop.fit(crops, data.watch)
    if loop.interrupted:
        say("stopped: keeping the best so far")
    card = CleanerCard(
        *data.channels,
        multiple=MULTIPLE,
        reach=REACH,
        version=VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        training=asdict(options) | {"steps": len(loop.history), "interrupted": loop.interrupted},
        dataset={
            "pairs": len(data.learn) + len(data.watch) + len(data.measure),
            "pages": data.pages,
            "sha256": data.digest,
        },
    )
    unmeasured = cleaner_export.artefact_bytes(loop.model, card)
    cleaner_export.check(unmeasured, loop.model, np.stack([crops.draw()[0][0]]))
    cleaner = Cleaner(session_of(unmeasured, 1, "the new cleaner"), str(out))
    card = replace(card, metrics={"watched_rmse": round(watched, 6)} | figures_of(cleaner, data.measure))
    card = replace(card, training=card.training | {"cpu_seconds": round(clock.spent(), 1)})
    export.write(out, cleaner_export.artefact_bytes(loop.model, card))
    return TrainedCleaner(card, loop.history, data.measure, Cleaner.load(out), loop.interrupted)


def _tell(data: PairData, say: Callable[[str], None]) -> None:
    for problem in data.problems[:10]:
        say(f"left out: {problem}")
    if len(data.problems) > 10:
        say(f"left out: {len(data.problems) - 10} more")
    count = len(data.learn) + len(data.watch) + len(data.measure)
    pages = f"{count} pairs show {data.pages} different clean pictures"
    if count > data.pages:
        pages += "; the pairs of one stay together in one part"
    say(pages)
    say(f"{len(data.learn)} pairs to learn from, {len(data.watch)} to watch, {len(data.measure)} to measure on")
    colours = {(1, 1): "grey to grey", (3, 1): "colour to grey", (3, 3): "colour to colour"}
    say(f"cleans {colours[data.channels]}")
