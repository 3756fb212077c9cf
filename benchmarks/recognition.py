"""How well a training with default settings reads pictures that it has not seen, and what it costs.

    python -m benchmarks.recognition --data DIR [--only SET ...] [--again] [--with NAME=VALUE ...]

DIR holds the sets, each a folder with labels.csv. The first three are measured in five folds, one of them also with
15 CPU seconds, three seeds; the others on a fifth held back; `mixed` is one artefact for the three, in five folds.
What is measured already is kept: run it in parts as time allows. Wrong readings go to standard error, to be looked at.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import summary
from benchmarks.trainings import Job, Ledger, Results, folds_of, options_of, others, outcome

_SECONDS = {"captcha_images_v2": 300.0, "type_a": 300.0, "type_b": 15.0}  # of the sets in five folds
_QUICK, _QUICK_SEEDS = ("captcha_images_v2", 15.0), 3
_HELD_BACK = ("cbf_br4", "lzu_digits5", "djinn_italic6", "cyr_topus_gen", "generic_lower_gen", "hanzi3_color")
_FOLDS = 5
_MIXED = "mixed"


def main() -> None:
    """Measure what is missing and publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1, help="repeat all but the quick trainings with so many seeds")
    arguments = options_of(parser, (*_SECONDS, *_HELD_BACK, _MIXED))
    ledger = Ledger("recognition", again=arguments.again)
    ledger.work(_jobs(arguments), partial(_summed, ledger))


def _jobs(arguments: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Results]]]:
    def named(group: str, part: str, fold: int, folds: Any, **options: Any) -> tuple[str, Callable[[], Results]]:
        key = f"{group}, {part}{arguments.tail}"
        job = Job(key, others(folds, fold), folds[fold], options | arguments.more)
        return key, lambda: outcome(job) | {"group": group + arguments.tail}

    for name, folder in arguments.found.items():
        folds = folds_of(folder)
        for seed in range(arguments.seeds):
            for fold in range(_FOLDS if name in _SECONDS else 1):
                part = f"fold {fold + 1} of {_FOLDS}, seed {seed}"
                yield named(name, part, fold, folds, seconds=_SECONDS.get(name, 300.0), seed=seed)
        if name == _QUICK[0]:
            group = f"{name} in {_QUICK[1]:.0f} CPU seconds"
            for seed in range(_QUICK_SEEDS):
                for fold in range(_FOLDS):
                    part = f"fold {fold + 1} of {_FOLDS}, seed {seed}"
                    yield named(group, part, fold, folds, seconds=_QUICK[1], seed=seed)
    if _MIXED in (arguments.only or [_MIXED]):
        folds = _together(arguments.data)
        for fold in range(_FOLDS):
            yield named(_MIXED, f"fold {fold + 1} of {_FOLDS}, seed 0", fold, folds, seconds=300.0, seed=0)


def _together(data: Path) -> list[Any]:
    """The folds of the first three sets joined, each set a type: a model of its own has seen the same pictures."""
    apart = {name: folds_of(data / name) for name in _SECONDS if (data / name).is_dir()}
    return [
        [replace(item, type=name, name=f"{name}/{item.name}") for name, folds in apart.items() for item in folds[fold]]
        for fold in range(_FOLDS)
    ]


def _summed(ledger: Ledger) -> Results:
    """For each group: the mean over its pictures, spread over its trainings, CPU seconds; `mixed` beside its models."""
    groups: dict[str, list[Results]] = defaultdict(list)
    for job in ledger.jobs.values():
        groups[job["group"]].append(job)
    found = {group: _over(jobs) for group, jobs in sorted(groups.items())}
    for group in found:
        if group.startswith(_MIXED):
            keys = [key for key, job in ledger.jobs.items() if job["group"] == group]
            found[group] |= _beside_own_models(ledger, keys)
    return found


def _beside_own_models(ledger: Ledger, keys: list[str]) -> Results:
    """What the artefacts for all types read of each, and what models of its own, which saw the same pictures; folds are
    of one size but for a picture."""
    shared: dict[str, list[float]] = defaultdict(list)
    own: dict[str, list[float]] = defaultdict(list)
    for key in keys:
        for kind, read in ledger.jobs[key]["by_type"].items():
            shared[kind].append(read)
            if alone := ledger.jobs.get(key.replace(_MIXED, kind, 1)):
                own[kind].append(alone["exact_match"])

    def means(found: dict[str, list[float]]) -> dict[str, float]:
        return {kind: round(float(np.mean(reads)), 5) for kind, reads in found.items()}

    return {"by_type": means(shared), "own_models": means(own)}


def _over(jobs: list[Results]) -> Results:
    return {
        "pictures": sum(job["n"] for job in jobs),
        "mean": _mean(jobs, "exact_match"),
        "mean_case_insensitive": _mean(jobs, "exact_match_case_insensitive"),
        "cer": _mean(jobs, "cer"),
        "by_seed": {seed: _mean(of_seed, "exact_match") for seed, of_seed in sorted(_by_seed(jobs).items())},
        "exact_match": summary([job["exact_match"] for job in jobs])
        | {"least": min(job["exact_match"] for job in jobs)},
        "cpu_seconds": summary([job["cpu_seconds"] for job in jobs])
        | {"most": max(job["cpu_seconds"] for job in jobs)},
    }


def _by_seed(jobs: list[Results]) -> dict[str, list[Results]]:
    found: dict[str, list[Results]] = defaultdict(list)
    for job in jobs:
        found[str(job["options"]["seed"])].append(job)
    return found


def _mean(jobs: list[Results], key: str) -> float:
    """Over all pictures."""
    return round(float(np.average([job[key] for job in jobs], weights=[job["n"] for job in jobs])), 5)


if __name__ == "__main__":
    main()
