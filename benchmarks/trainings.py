"""What the benchmarks of training share: pictures dealt out, one training in a process of its own, kept results."""

import json
import multiprocessing
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import RESULTS, commit, publish
from dataset.folder import Item
from ocr.evaluate import evaluate_folder, mistakes
from ocr.recognizer import Recognizer
from ocr.training.folds import copied, dealt, labelled

Results = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One training: what it is called, the pictures to learn from (those without a label are there to be seen only),
    the pictures to measure on, and its options (fields of `ocr.training.options.Options`)."""

    key: str
    learn: Sequence[Item]
    test: Sequence[Item]
    options: dict[str, Any]


def folds_of(folder: Path, count: int = 5, seed: int = 0) -> list[list[Item]]:
    """The labelled pictures in `count` folds, near-duplicates together."""
    items, groups = labelled(folder)
    where = dealt(groups, count, seed)
    return [[item for item, own in zip(items, where, strict=True) if own == fold] for fold in range(count)]


def others(folds: Sequence[Sequence[Item]], fold: int) -> list[Item]:
    """All folds but one."""
    return [item for number, items in enumerate(folds) if number != fold for item in items]


def outcome(job: Job) -> Results:
    """Trains and measures: rates as fractions of the test pictures, CPU seconds of the training."""
    with trained(job.learn, job.test, job.options) as (recognizer, test, told):
        found, outcomes = evaluate_folder(recognizer, test)
    for wrong in mistakes(outcomes):
        shown = f"label {wrong.case.label!r}, read {wrong.prediction.text!r} ({wrong.prediction.confidence:.3f})"
        print(f"  {job.key}: {job.test[int(Path(wrong.case.name).stem)].name}: {shown}", file=sys.stderr)
    kept = ("n", "exact_match", "exact_match_case_insensitive", "cer", "expected_calibration_error")
    by_type = {kind: row["exact_match"] for kind, row in found["by_type"].items()}
    more = {"type_accuracy": found["type_accuracy"], "by_type": by_type} if by_type else {}
    return {key: found[key] for key in kept} | more | told | {"learned_from": len(job.learn), "options": job.options}


@contextmanager
def trained(
    learn: Sequence[Item], test: Sequence[Item], options: dict[str, Any]
) -> Iterator[tuple[Recognizer, Path, Results]]:
    """An artefact trained in a process of its own: its recogniser, the folder of the test pictures, its CPU seconds."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = copied(learn, Path(place) / "learn"), Path(place) / "model.onnx"
        held = copied(test, Path(place) / "test")
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            seconds = pool.submit(_train, folder, out, options, held).result()
        recognizer = Recognizer.load(out)
        told = {"cpu_seconds": round(seconds, 1), "size_bytes": out.stat().st_size}
        yield recognizer, held, told | {"precision": recognizer.card.precision}


def _train(folder: Path, out: Path, options: dict[str, Any], test: Path) -> float:
    from ocr.training import backend

    backend.prepare()
    from ocr.training.options import Options
    from ocr.training.session import train

    def say(sentence: str) -> None:
        print(f"    {sentence}", file=sys.stderr)

    return float(train(folder, out, Options(**options), test=test, say=say).card.training["cpu_seconds"])


class Ledger:
    """The jobs done so far, kept in benchmarks/results: what is there is not done again unless that is wanted."""

    def __init__(self, name: str, *, again: bool) -> None:
        self._name, self._again = name, again
        path = RESULTS / f"{name}.json"
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.jobs: dict[str, Results] = kept.get("results", {}).get("jobs", {})

    def work(self, jobs: Iterable[tuple[str, Callable[[], Results]]], summed: Callable[[], Results]) -> None:
        """Does what is missing, keeping the results after each job, and prints all of them at the end."""
        for key, job in jobs:
            if key in self.jobs and not self._again:
                print(f"{key}: kept from {self.jobs[key]['commit']}", file=sys.stderr)
                continue
            print(key, file=sys.stderr)
            self.jobs[key] = job() | {"commit": commit()}
            print(f"{key}: {self.jobs[key]['exact_match']:.2%}", file=sys.stderr)
            publish(self._name, self._results(summed), shown=False)
        publish(self._name, self._results(summed))

    def _results(self, summed: Callable[[], Results]) -> Results:
        return {"summary": summed(), "jobs": dict(sorted(self.jobs.items()))}


def options_of(parser: ArgumentParser, sets: Sequence[str]) -> Namespace:
    """Parses the arguments that both benchmarks take; the folder of each wanted set is in `found`."""
    parser.add_argument("--data", type=Path, required=True, help="a folder that holds the sets, each with labels.csv")
    parser.add_argument("--only", nargs="+", metavar="SET", help=f"some of: {', '.join(sets)}, or others in --data")
    parser.add_argument("--again", action="store_true", help="repeat what has been done already")
    parser.add_argument("--with", dest="more", nargs="+", default=[], metavar="NAME=VALUE", help="options of training")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.error(f"--data {arguments.data}: there is no such folder")
    wanted = arguments.only or sets
    arguments.found = {name: arguments.data / name for name in wanted if (arguments.data / name).is_dir()}
    if missing := [name for name in wanted if name not in arguments.found and name != "mixed"]:
        told = f"not in {arguments.data}: {', '.join(missing)}"
        if arguments.only:
            parser.error(told)
        print(told, file=sys.stderr)
    try:
        arguments.more = {name: json.loads(value) for name, _, value in (p.partition("=") for p in arguments.more)}
    except ValueError:
        parser.error(f"--with {' '.join(arguments.more)}: give NAME=VALUE, each value as JSON, such as seconds=60")
    arguments.tail = "".join(f", {name}={value}" for name, value in arguments.more.items())
    return arguments
