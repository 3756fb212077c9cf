"""How few labels suffice: random draws of labels, and labels chosen in rounds by `ocr.select`.

    python -m benchmarks.label_efficiency --data DIR [--only SET ...] [--again] [--with NAME=VALUE ...]

DIR holds the sets, each a folder with labels.csv. Each draw holds back another fifth of the set to measure on; of the
rest, the pictures without a drawn label stay in the folder without any. What is measured already is kept: run it in
parts.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks import tables
from benchmarks.report import summary
from benchmarks.trainings import Job, Ledger, Results, folds_of, options_of, others, outcome, trained
from dataset import imagefile
from dataset.folder import Item
from ocr import BACKBONE
from ocr.recognizer import Recognizer
from ocr.select import Features, features, rank

_DRAWN = {"captcha_images_v2": (100, 5), "type_a": (100, 3), "type_b": (30, 3)}  # labels, draws
_CHOSEN = ("captcha_images_v2", (20, 15, 15), 5)  # labels of each round, starts
_SECONDS = 100.0
_BETWEEN = 20.0  # CPU seconds of the trainings that only choose


def main() -> None:
    """Measure what is missing, publish, and put the table into docs/recogniser.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, help="draw so many labels of each set instead of the usual number")
    arguments = options_of(parser, tuple(_DRAWN))
    ledger = Ledger("label_efficiency", again=arguments.again)
    with tables.kept_up("label efficiency", table):
        ledger.work(_jobs(arguments), partial(_summed, ledger))


def _jobs(arguments: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Results]]]:
    for name, folder in arguments.found.items():
        folds = folds_of(folder)
        parts = [(folds[fold], others(folds, fold)) for fold in range(len(folds))]
        labels, draws = _DRAWN.get(name, (100, 3))
        labels = arguments.labels or labels
        for draw in range(draws):
            group = f"{name}, {labels} labels drawn{arguments.tail}"
            options = {"seconds": _SECONDS, "seed": draw} | arguments.more
            yield f"{group}, draw {draw}", partial(_drawn, group, *parts[draw % len(parts)], labels, draw, options)
        if name == _CHOSEN[0] and not arguments.labels:
            for start in range(_CHOSEN[2]):
                group = f"{name}, {sum(_CHOSEN[1])} labels chosen in {len(_CHOSEN[1])} rounds{arguments.tail}"
                options = {"seconds": _SECONDS, "seed": start} | arguments.more
                yield f"{group}, start {start}", partial(_chosen, group, *parts[start % len(parts)], start, options)


def _drawn(
    group: str, test: Sequence[Item], pool: Sequence[Item], labels: int, draw: int, options: dict[str, Any]
) -> Results:
    job = Job(f"{group}, draw {draw}", drawn(pool, labels, draw), test, options)
    return outcome(job) | {"group": group, "labels": min(labels, len(pool))}


def drawn(pool: Sequence[Item], labels: int, draw: int) -> list[Item]:
    """The pool with so many labels left, drawn at random by the number of the draw."""
    return _showing(pool, set(random.Random(draw).sample(range(len(pool)), min(labels, len(pool)))))


def _chosen(group: str, test: Sequence[Item], pool: Sequence[Item], start: int, options: dict[str, Any]) -> Results:
    """The backbone says which to label first; then a training on those known says which to label next."""
    first, *later = _CHOSEN[1]
    looks = np.stack([features(imagefile.load(item.path)) for item in pool])
    known = _next(Recognizer.load(BACKBONE), pool, [], looks, start)[:first]
    for more in later:
        between = options | {"seconds": min(options["seconds"], _BETWEEN)}
        with trained(_showing(pool, set(known)), test, between) as (recognizer, _, _):
            known += _next(recognizer, pool, known, looks, start)[:more]
    job = Job(f"{group}, start {start}", _showing(pool, set(known)), test, options)
    return outcome(job) | {"group": group, "labels": len(known)}


def _next(recognizer: Recognizer, pool: Sequence[Item], known: Sequence[int], looks: Features, seed: int) -> list[int]:
    """Positions of the unlabelled pictures of the pool, the one to label next at the front."""
    rest = [position for position in range(len(pool)) if position not in set(known)]
    predictions = recognizer.read([pool[position].path for position in rest])
    labels = [pool[position].label or "" for position in known]
    order = rank(predictions, looks[rest], labels=labels, labelled_looks=looks[list(known)], seed=seed)
    return [rest[place] for place in order]


def _showing(pool: Sequence[Item], known: set[int]) -> list[Item]:
    """The pool with only these labels left, the labelled pictures first."""
    hidden = [replace(item, label=None) for position, item in enumerate(pool) if position not in known]
    return [pool[position] for position in sorted(known)] + hidden


def _summed(ledger: Ledger) -> Results:
    groups: dict[str, list[Results]] = defaultdict(list)
    for job in ledger.jobs.values():
        groups[job["group"]].append(job)
    return {
        group: {
            "labels": jobs[0]["labels"],
            "mean": round(sum(job["exact_match"] for job in jobs) / len(jobs), 5),
            "exact_match": summary([job["exact_match"] for job in jobs])
            | {"least": min(j["exact_match"] for j in jobs)},
            "cpu_seconds": summary([job["cpu_seconds"] for job in jobs]),
        }
        for group, jobs in sorted(groups.items())
    }


def table() -> str:
    """The results as Markdown: a row for each group of trainings."""
    if not (groups := tables.summary("label_efficiency")):
        return ""
    lines = ["| | trainings | mean | least | CPU s (median) |", "|---|---|---|---|---|"]
    for group, found in groups.items():
        exact, seconds = found["exact_match"], found["cpu_seconds"]["median"]
        lines.append(f"| {group} | {exact['n']} | {found['mean']:.1%} | {exact['least']:.1%} | {seconds:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
