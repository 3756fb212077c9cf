"""What each part of a training brings: all of them, then all but one, with few labels.

    python -m benchmarks.ablation --data DIR [--only SET ...] [--again] [--with NAME=VALUE ...]

DIR holds the sets, each a folder with labels.csv. The pictures are those of the first draw of
`benchmarks.label_efficiency`. What is measured already is kept: run it in parts. The table goes into
docs/recogniser.md, and a test compares it with the results.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks import tables
from benchmarks.label_efficiency import drawn
from benchmarks.trainings import Job, Ledger, Results, folds_of, options_of, others, outcome

_LABELS = {"captcha_images_v2": 100, "type_a": 100, "type_b": 30}
_SECONDS = 60.0
_WITHOUT: dict[str, dict[str, Any]] = {
    "everything": {},
    "no pasted pieces": {"paste": False},
    "no backbone": {"backbone": False},
    "no self-training": {"self_training": False},
    "no augmentation": {"augmentation": False},
    "any length": {"any_length": True},
    "no refit": {"refit": False},
}


def main() -> None:
    """Measure what is missing, publish, and put the table into the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments = options_of(parser, tuple(_LABELS))
    ledger = Ledger("ablation", again=arguments.again)
    with tables.kept_up("ablation", table):
        ledger.work(_jobs(arguments), partial(_summed, ledger))


def _jobs(arguments: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Results]]]:
    for without, change in _WITHOUT.items():
        for name, folder in arguments.found.items():
            folds = folds_of(folder)
            key = f"{name}, {without}{arguments.tail}"
            learn = drawn(others(folds, 0), _LABELS.get(name, 100), 0)
            job = Job(key, learn, folds[0], {"seconds": _SECONDS, "seed": 0} | change | arguments.more)
            yield key, partial(_measured, job, name, without + arguments.tail)


def _measured(job: Job, name: str, without: str) -> Results:
    labels = sum(item.label is not None for item in job.learn)
    return outcome(job) | {"set": name, "without": without, "labels": labels}


def _summed(ledger: Ledger) -> Results:
    """For each set: labels, test pictures, and what is read exactly with everything and without each part."""
    found: Results = {}
    for job in ledger.jobs.values():
        row = found.setdefault(job["set"], {"labels": job["labels"], "pictures": job["n"], "exact_match": {}})
        row["exact_match"][job["without"]] = job["exact_match"]
    return found


def table() -> str:
    """The results as Markdown: a row for each part left out, a column for each set."""
    if not (summary := tables.summary("ablation")):
        return ""
    sets = [name for name in _LABELS if name in summary]
    heads = [f"`{name}`, {summary[name]['labels']} labels" for name in sets]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(sets) + 1) + "|"]
    for without in _WITHOUT:
        shares = [summary[name]["exact_match"].get(without) for name in sets]
        if any(share is not None for share in shares):
            lines.append(f"| {without} | {' | '.join('' if s is None else f'{s:.1%}' for s in shares)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
