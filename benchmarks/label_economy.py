"""How many keys a labelled folder costs: a simulated person at the window's controller, the recogniser learning along.

    python -m benchmarks.label_economy --data DIR [--only SET ...] [--seeds 3] [--errors 0.01] [--again]

DIR holds the sets, each a folder with labels.csv. Pictures are copied under names that tell nothing before they are
labelled. What is measured already is kept: run it in parts. `docs/label-economy.svg` is drawn from the results.
"""

import argparse
import csv
import hashlib
import json
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.economy_chart import write_chart
from benchmarks.report import RESULTS, commit, publish
from dataset.folder import read_folder
from labeler.teaching.simulate import Simulation

Results = dict[str, Any]

NAME = "label_economy"
SETS = ("captcha_images_v2", "type_a", "type_b", "lzu_digits5", "cbf_br4", "cyr_topus_gen")
_POINTS = 80  # of a curve that are kept


def main() -> None:
    """Measure what is missing and publish after each simulation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder that holds the sets; without it only the chart is drawn")
    parser.add_argument("--only", nargs="+", metavar="SET", help=f"some of: {', '.join(SETS)}, or others in --data")
    parser.add_argument("--seeds", type=int, default=3, help="simulations of each set (default 3)")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--errors", type=float, default=0.0, help="share of pictures that the person misreads")
    parser.add_argument("--again", action="store_true", help="repeat what has been done already")
    arguments = parser.parse_args()
    path = RESULTS / f"{NAME}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    jobs: dict[str, Results] = kept.get("results", {}).get("jobs", {})
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds) if arguments.data else ():
        for name in arguments.only or SETS:
            slips = f", {arguments.errors:.1%} misread" if arguments.errors else ""
            key = f"{name}, seed {seed}{slips}"
            if key in jobs and not arguments.again:
                print(f"{key}: kept from {jobs[key]['commit']}", file=sys.stderr)
                continue
            if not (arguments.data / name).is_dir():
                print(f"not in {arguments.data}: {name}", file=sys.stderr)
                continue
            print(key, file=sys.stderr)
            jobs[key] = _simulated(arguments.data / name, seed, arguments.errors) | {"set": name, "commit": commit()}
            print(f"{key}: {jobs[key]['keys_per_image']:.3f} keys a picture", file=sys.stderr)
            publish(NAME, _results(jobs), shown=False)
    if jobs:
        publish(NAME, _results(jobs))
        write_chart(jobs)


def _simulated(folder: Path, seed: int, errors: float) -> Results:
    """One simulation on a copy; rates as fractions of the pictures, CPU seconds of training."""
    with tempfile.TemporaryDirectory() as place:
        pictures, table = Path(place) / "pictures", Path(place) / "truth.csv"
        lengths = _hidden(folder, pictures, table)
        work = Simulation(pictures, table, errors=errors, overlook=0.05, seed=seed, say=_say)
        found = work.run()
    every = max(1, len(found["curve"]) // _POINTS)
    found["curve"] = [*found["curve"][::every], found["curve"][-1]]
    return found | {"seed": seed, "errors": errors, "earlier": round(statistics.fmean(lengths) + 1, 2)}


def _hidden(folder: Path, pictures: Path, table: Path) -> list[int]:
    """Copies the labelled pictures under names made of their content; the truth goes into a table elsewhere."""
    pictures.mkdir()
    lengths = []
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", "label"])
        for item in read_folder(folder):
            if item.label:
                name = hashlib.sha256(item.path.read_bytes()).hexdigest()[:16] + item.path.suffix
                shutil.copyfile(item.path, pictures / name)
                writer.writerow([name, item.label])
                lengths.append(len(item.label))
    return lengths


def _say(line: str) -> None:
    print(f"    {line}", file=sys.stderr, flush=True)


def _results(jobs: dict[str, Results]) -> Results:
    """The jobs, and for each set and share of slips the median and the worst of its seeds."""
    groups: dict[tuple[str, float], list[Results]] = defaultdict(list)
    for job in jobs.values():
        groups[job["set"], job["errors"]].append(job)
    summary = {
        name + (f", {errors:.1%} misread" if errors else ""): _summed(found)
        for (name, errors), found in sorted(groups.items())
    }
    return {"summary": summary, "jobs": dict(sorted(jobs.items()))}


def _summed(jobs: list[Results]) -> Results:
    shares = [job["wrong_in_the_end"] / job["n"] for job in jobs]
    found = {
        "seeds": len(jobs),
        "n": jobs[0]["n"],
        "earlier_keys_per_image": jobs[0]["earlier"],
        "keys_per_image": _both([job["keys_per_image"] for job in jobs]),
        "wrong_share": _both([round(share, 5) for share in shares]),
        "train_cpu_s": _both([job["train_cpu_s"] for job in jobs]),
        "minutes": _both([round(job["seconds"] / 60, 2) for job in jobs]),
    }
    if jobs[0]["errors"]:
        slips = sum(job["slips"] for job in jobs)
        found["slips"] = slips
        found["slips_shown_again"] = round(sum(job["slips_shown_again"] for job in jobs) / max(slips, 1), 3)
    return found


def _both(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "worst": max(values)}


if __name__ == "__main__":
    main()
