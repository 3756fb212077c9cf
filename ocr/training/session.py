"""One whole training: folder -> split -> plan -> loop -> measure -> calibrate -> refit -> artefact."""

import logging
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dataset.version import VERSION
from ocr.artefact import Card
from ocr.errors import TrainingError
from ocr.evaluate import Outcome, figures, read_cases
from ocr.preprocess import prepare
from ocr.recognizer import Recognizer
from ocr.training import architectures, export, kinds, pseudo, quantise, warm
from ocr.training.begin import Beginner, Begun
from ocr.training.calibrate import temperature
from ocr.training.choose import FEW
from ocr.training.clock import Clock
from ocr.training.data import Data, Labelled, cases, load, load_unlabelled, parts
from ocr.training.loop import Row
from ocr.training.options import Options
from ocr.training.rounds import Rounds
from ocr.training.selftraining import SelfTraining, Taught

_LOG = logging.getLogger(__name__)
_MOST_UNLABELLED = 3000
_ENOUGH = 0.5  # share of the watched part, read exactly, from which unlabelled pictures are read surely, too


@dataclass(frozen=True)
class Trained:
    """What `train` gives back: the card of the written artefact, outcomes on the test part, the history, the sentences
    that were said, and whether Ctrl-C ended it early."""

    card: Card
    outcomes: list[Outcome]
    history: list[Row]
    told: list[str]
    interrupted: bool = False


def train(
    folder: Path,
    out: Path,
    options: Options,
    *,
    test: Path | None = None,
    held_out: Collection[str] = (),
    start: Path | None = None,
    say: Callable[[str], None] = _LOG.info,
    quiet: bool = True,
) -> Trained:
    """Train on the labelled pictures of `folder` and write the artefact `out`.

    Figures come from the test part: a tenth, by content, or the pictures `held_out` (names or SHA-256), or the folder
    `test`. Only the last is not learned from at the end, when the training goes on with all labels. Ctrl-C ends it
    early and keeps the best so far; `start` is an artefact to go on from. Raises ToolkitError with a sentence; then an
    old artefact stays as it was.
    """
    told: list[str] = []
    say = _remembering(say, told)
    export.check_place(out)
    architectures.find(options.architecture or architectures.DEFAULT)  # a wrong name is told before pictures are read
    known = warm.read(start, options.architecture) if start else None
    clock = Clock(options.seconds if options.epochs is None else float("inf"))
    data = _read(folder, options, say, quiet)
    unlabelled = load_unlabelled(data, _MOST_UNLABELLED, options.seed) if options.self_training else []
    learn, watch, measure = _split(data, load(test, quiet=quiet) if test else None, held_out, options.seed)
    every = _Parts(learn, watch, measure, learn + watch if test else data.samples, unlabelled)
    # Where most pictures have no label, more is learned from those than from further rounds with the few that have.
    enough = _ENOUGH if len(data.samples) < min(FEW, len(unlabelled)) else math.inf
    say(f"{len(learn)} pictures to learn from, {len(watch)} to watch, {len(measure)} to measure")
    begun = Beginner(data.samples, learn, watch, options, known, clock, enough, say, quiet).begin()
    with clock.taking_ctrl_c():
        card, outcomes, content = _finished(begun, _card(begun, options, data, known), every, options, clock, say)
        export.write(out, content)
    return Trained(card, outcomes, begun.rounds.history, told, begun.rounds.interrupted or clock.stopped)


@dataclass(frozen=True)
class _Parts:
    """The pictures of a training: to learn from, to watch, to measure on; those of the last round; without a label."""

    learn: list[Labelled]
    watch: list[Labelled]
    measure: list[Labelled]
    last: Sequence[Labelled]
    unlabelled: Sequence[Labelled]


def _finished(
    begun: Begun, card: Card, every: _Parts, options: Options, clock: Clock, say: Callable[[str], None]
) -> tuple[Card, list[Outcome], bytes]:
    """What follows the first rounds, up to the artefact: its card, the outcomes on the test part, its content."""
    rounds, watcher, watch = begun.rounds, begun.watcher, every.watch
    taught = Taught(begun.fit, every.learn, [])
    if every.unlabelled:
        teacher = SelfTraining(rounds, card, watcher, every.unlabelled, options.seed, say)
        taught = teacher.taught(every.learn, begun.fit)
    card = replace(card, temperature=temperature(rounds.model, watcher))
    content = export.artefact_bytes(rounds.model, card)
    may = options.int8 and len(watch) >= quantise.TELLING
    light = quantise.lighter(content, every.learn, watch, say) if may else None
    outcomes = _measure(light or content, every.measure)
    metrics = figures(outcomes)
    say(f"test part: {metrics['exact_match']:.2%} of {metrics['n']} read exactly")
    wanted = options.refit and not rounds.interrupted
    refitted = wanted and rounds.refit(_for_the_last_round(every, taught), watcher, taught.fit)
    if refitted:
        say("went on with all labels; the figures are those from before")
    card = replace(
        card,
        metrics=metrics | {"validation_exact_match": taught.fit.score.exact},
        refitted=refitted,
        training=card.training | {"cpu_seconds": round(clock.spent(), 2), "steps": rounds.steps},
    )
    content = _checked(rounds, card, watch)
    light = quantise.lighter(content, every.learn, [*watch, *every.learn], say) if light else None
    if light:
        card = replace(card, precision=quantise.PRECISION)
        say("numbers of 8 bits lose no picture: it computes with them")
    return card, outcomes, light or content


def _for_the_last_round(every: _Parts, taught: Taught) -> Sequence[Labelled]:
    """All labelled pictures but those whose labels were contradicted, and the readings that took part so far."""
    aside = {sample.name for sample in every.learn} - {sample.name for sample in taught.kept}
    return pseudo.mixed([sample for sample in every.last if sample.name not in aside], taught.read)


def _remembering(say: Callable[[str], None], told: list[str]) -> Callable[[str], None]:
    def both(sentence: str) -> None:
        told.append(sentence)
        say(sentence)

    return both


def _read(folder: Path, options: Options, say: Callable[[str], None], quiet: bool) -> Data:
    """The labelled pictures, their types looked for if that is wanted."""
    data = load(folder, charset=options.charset, quiet=quiet)
    for problem in data.problems:
        say(f"left out: {problem}")
    if not options.find_types:
        return data
    samples, sentence = kinds.found(data.samples)
    say(sentence)
    return replace(data, samples=samples)


def _split(
    data: Data, test: Data | None, held_out: Collection[str], seed: int
) -> tuple[list[Labelled], list[Labelled], list[Labelled]]:
    """The parts to learn from, to watch and to measure on; small sets lend pictures so that none is empty."""
    held = {s.name for s in data.samples if {s.name, s.fingerprint.sha256} & {*held_out}}
    given = test.samples if test else data.part(lambda i: data.samples[i].name in held)
    if held_out and not given:
        raise TrainingError("none of the pictures to hold out is among the labelled ones; name them as the folder does")
    rest = data.part(lambda i: data.samples[i].name not in held)
    if len(rest) < 4:
        raise TrainingError(f"{len(rest)} labelled pictures are too few to learn from; label at least 20")
    where = parts(rest, seed)
    learn = [s for s, part in zip(rest, where, strict=True) if part == "train" or (given and part == "test")]
    watch = [s for s, part in zip(rest, where, strict=True) if part == "validation"]
    measure = given or [s for s, part in zip(rest, where, strict=True) if part == "test"]
    watch = watch or ([] if given else measure) or learn[-max(1, len(learn) // 10) :]
    return learn or rest, watch, measure or watch


def _card(begun: Begun, options: Options, data: Data, known: warm.Known | None) -> Card:
    plan = begun.plan
    steps = {"first_round_steps": plan.cycle_steps}
    origin = {"from": f"{known.card.version}+{known.card.created}"} if known else {}
    return Card(
        charset=plan.charset.characters,
        input=plan.input,
        types=plan.types,
        architecture=begun.architecture,
        version=VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        training=asdict(options) | {"architecture": begun.architecture, "batch": plan.batch} | steps | origin,
        dataset={"samples": len(data.samples), "fingerprint": data.digest(), "longest": plan.longest},
    )


def _measure(content: bytes, samples: Sequence[Labelled]) -> list[Outcome]:
    """Reads the pictures with the artefact as it stands, the way `ocr evaluate` would."""
    return read_cases(Recognizer.from_bytes(content), cases(samples))


def _checked(rounds: Rounds, card: Card, watch: Sequence[Labelled]) -> bytes:
    """The artefact of the network as it stands, checked."""
    content = export.artefact_bytes(rounds.model, card)
    golden = export.golden_batch([prepare(sample.image, card.input) for sample in watch])
    export.check(content, rounds.model, card, golden)
    return content
