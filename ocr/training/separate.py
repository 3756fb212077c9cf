"""One recogniser a type, in one artefact: the network of all types tells which it is, that of the type reads.

Each is an ordinary training on the pictures of its type, with its own colour, size and alphabet. The artefact of all
types holds the others (see `ocr.artefact`), if that reads the watched part better than it does alone.
"""

import base64
import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import onnx

from dataset.folder import Item, read_folder
from ocr.artefact import CARD_KEY, RECOGNISER_KEY, WEIGHTS_KEY, Card
from ocr.errors import ArtefactError, TrainingError
from ocr.evaluate import Outcome, figures, read_cases
from ocr.recognizer import Picture, Recognizer, of_type
from ocr.training import data as labelled
from ocr.training import export, kinds, session
from ocr.training.folds import copied, copied_name
from ocr.training.options import Options

_LOG = logging.getLogger(__name__)
_SHARE = 0.5  # of the time for the network of all types
_WATCHED = 0.1  # share of the pictures in the watched part


@dataclass(frozen=True)
class _Reader:
    """A network for one type: its training, its artefact, and its outcomes by the names that the folder uses."""

    trained: session.Trained
    content: bytes
    outcomes: dict[str, Outcome]
    pictures: int


def train(
    folder: Path,
    out: Path,
    options: Options,
    *,
    test: Path | None = None,
    start: Path | None = None,
    say: Callable[[str], None] = _LOG.info,
    quiet: bool = True,
) -> session.Trained:
    """As `session.train`, with a recogniser for each type where that is better. Errors as there."""
    told: list[str] = []

    def tell(sentence: str) -> None:
        told.append(sentence)
        say(sentence)

    export.check_place(out)
    with tempfile.TemporaryDirectory() as place:
        alone = Path(place) / "all.onnx"
        shared = replace(options, seconds=options.seconds * _SHARE)
        whole = session.train(folder, alone, shared, test=test, start=start, say=tell, quiet=quiet)
        content = alone.read_bytes()
        if len(whole.card.types) < 2:
            tell("there is one type only, so nothing is separated")
            export.write(out, content)
            return whole
        readers = {} if whole.interrupted else _readers(folder, Path(place), options, whole.card, tell, quiet)
    joined, best = _joined(content, whole, readers, test)
    before, after = (float(t.card.metrics["validation_exact_match"]) for t in (whole, joined))
    better = _better(before, after, _WATCHED * whole.card.dataset["samples"])
    kept = "one a type" if better else "the one for all"
    tell(f"the network for all types reads {before:.2%} of the watched part, one a type {after:.2%}: keeping {kept}")
    export.write(out, best if better else content)
    return replace(joined if better else whole, told=told)


def _better(before: float, after: float, pictures: float) -> bool:
    """Whether one network a type reads at least one more of the watched pictures: it is larger and slower."""
    return after - before >= 1 / max(pictures, 1)


def _readers(
    folder: Path,
    place: Path,
    options: Options,
    card: Card,
    say: Callable[[str], None],
    quiet: bool,
) -> dict[int, _Reader]:
    """A trained network for each type (by its position) that has enough pictures; no further one after Ctrl-C."""
    data = labelled.load(folder, charset=options.charset)
    samples = kinds.found(data.samples)[0] if options.find_types else data.samples
    type_of = {sample.name: sample.type for sample in samples}
    items = [item for item in read_folder(folder) if item.name in type_of]
    found = {}
    for position, kind in enumerate(card.types):
        own = [replace(item, type=None) for item in items if type_of[item.name] == kind.name]
        seconds = options.seconds * (1 - _SHARE) * len(own) / len(items)
        say(f"type {kind.name}: {len(own)} pictures")
        try:
            found[position] = _reader(own, place / str(position), replace(options, seconds=seconds), say, quiet)
        except TrainingError as error:
            say(f"type {kind.name} is left to the network of all types: {error}")
            continue
        if found[position].trained.interrupted:
            break
    return found


def _reader(items: Sequence[Item], place: Path, options: Options, say: Callable[[str], None], quiet: bool) -> _Reader:
    there = {copied_name(number, item): item.name for number, item in enumerate(items)}
    out = place.with_suffix(".onnx")
    options = replace(options, charset=None, find_types=False)
    trained = session.train(copied(items, place), out, options, say=say, quiet=quiet)
    outcomes = {there[outcome.case.name]: outcome for outcome in trained.outcomes}
    return _Reader(trained, _without_weights(out.read_bytes()), outcomes, len(items))


def _joined(
    content: bytes, whole: session.Trained, readers: dict[int, _Reader], test: Path | None
) -> tuple[session.Trained, bytes]:
    """The artefact of all with those of the types in it. Its figures come from pictures that none had learned from."""
    bare = _with(content, whole.card, readers)
    recognizer = Recognizer.from_bytes(bare)
    if test is not None:
        outcomes = read_cases(recognizer, labelled.cases(labelled.load(test).samples))
    else:
        outcomes = [_outcome(outcome, whole.card, readers) for outcome in whole.outcomes]
    metrics = figures(outcomes)
    metrics["validation_exact_match"] = round(_watched(whole, readers) * float(metrics.get("type_accuracy", 1.0)), 5)
    seconds = sum(float(r.trained.card.training["cpu_seconds"]) for r in readers.values())
    training = whole.card.training | {"types": "separate"}
    training["cpu_seconds"] = round(float(training["cpu_seconds"]) + seconds, 2)
    card = replace(whole.card, metrics=metrics, training=training)
    joined = _with(content, card, readers)
    _check(joined, content, readers, [outcome.case.picture for outcome in outcomes[:4]])
    return session.Trained(card, outcomes, whole.history, whole.told), joined


def _watched(whole: session.Trained, readers: dict[int, _Reader]) -> float:
    """The share of the watched parts read exactly, by the network of the type where there is one."""
    total = int(whole.card.dataset["samples"])
    right = sum(float(r.trained.card.metrics["validation_exact_match"]) * r.pictures for r in readers.values())
    left = total - sum(reader.pictures for reader in readers.values())
    return (right + left * float(whole.card.metrics["validation_exact_match"])) / total


def _outcome(outcome: Outcome, card: Card, readers: dict[int, _Reader]) -> Outcome:
    """What the joined artefact would have read before it learned from this picture, too."""
    position = [kind.name for kind in card.types].index(outcome.prediction.type)
    if position not in readers:
        return outcome
    reader = readers[position]
    if outcome.case.name in reader.outcomes:
        found = reader.outcomes[outcome.case.name].prediction
    else:  # taken for another type, whose network has never seen it
        found = Recognizer.from_bytes(reader.content).read([outcome.case.picture])[0]
    return Outcome(outcome.case, of_type(found, outcome.prediction))


def _with(content: bytes, card: Card, readers: dict[int, _Reader]) -> bytes:
    texts = {f"{RECOGNISER_KEY}{at}": base64.b85encode(r.content).decode("ascii") for at, r in readers.items()}
    return export.with_properties(onnx.load_from_string(content), {CARD_KEY: card.to_json()} | texts)


def _without_weights(content: bytes) -> bytes:
    return export.with_properties(onnx.load_from_string(content), {WEIGHTS_KEY: None})


def _check(joined: bytes, content: bytes, readers: dict[int, _Reader], pictures: Sequence[Picture]) -> None:
    """Raises ArtefactError when the new file reads otherwise than its parts."""
    whole = Recognizer.from_bytes(content)
    names = [kind.name for kind in whole.card.types]
    for picture, found in zip(pictures, Recognizer.from_bytes(joined).read(pictures), strict=True):
        expected = whole.read([picture])[0]
        if (position := names.index(expected.type)) in readers:
            expected = Recognizer.from_bytes(readers[position].content).read([picture])[0]
        if found.text != expected.text:
            raise ArtefactError(
                f"the joined artefact reads {found.text!r} where its part reads {expected.text!r}; "
                "nothing was written, please report this"
            )
