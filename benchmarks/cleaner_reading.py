"""Whether a cleaner that ships helps a recogniser, on each set of labelled pictures.

    python -m benchmarks.cleaner_reading --data DIR [--cleaner C.onnx] [--only SET ...] [--again]

DIR holds the sets, each a folder with labels.csv. A fifth of each is held back; one recogniser learns from the other
pictures as they are and reads the fifth as it is and cleaned, another learns from cleaned pictures and reads cleaned
ones, 40 CPU seconds each. What is measured already is kept: run it in parts as time allows.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.trainings import Ledger, Results, folds_of, options_of, others, trained
from dataset import imagefile
from dataset.folder import Item
from ocr.cleaner import Cleaner
from ocr.cleaners import find
from ocr.evaluate import evaluate_folder
from ocr.recognizer import Recognizer
from ocr.training.folds import copied

_SETS = (
    "captcha_images_v2", "type_a", "type_b", "cbf_br4", "lzu_digits5", "djinn_italic6", "cyr_topus_gen",
    "generic_lower_gen", "hanzi3_color",
)  # fmt: skip
_SECONDS = 40.0
_KEPT = ("exact_match", "exact_match_interval_95", "exact_match_case_insensitive", "cer")


def main() -> None:
    """Measure what is missing and publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cleaner", type=Path, default=Path("captcha"), metavar="C.onnx", help="default: captcha")
    arguments = options_of(parser, _SETS)
    ledger = Ledger("cleaner_reading", again=arguments.again)
    ledger.work(_jobs(arguments), partial(_summed, ledger))


def _jobs(arguments: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Results]]]:
    options = {"seconds": _SECONDS, "seed": 0} | arguments.more
    for name, folder in arguments.found.items():
        yield f"{name}, {arguments.cleaner}{arguments.tail}", partial(_measured, folder, arguments.cleaner, options)


def _measured(folder: Path, cleaner: Path, options: dict[str, Any]) -> Results:
    """`exact_match` and the like of pictures as they are; of both ways to read cleaned ones below their names."""
    folds = folds_of(folder)
    learn, test = others(folds, 0), folds[0]
    with tempfile.TemporaryDirectory() as place:
        loaded = Cleaner.load(find(cleaner))
        clean_learn, clean_test = (
            _cleaned(loaded, items, Path(place) / part) for items, part in ((learn, "learn"), (test, "test"))
        )
        with trained(learn, test, options) as (recognizer, held, told):
            plain = _figures(recognizer, held)
            read_cleaned = _figures(recognizer, copied(clean_test, Path(place) / "held"))
        with trained(clean_learn, clean_test, options) as (recognizer, held, told_cleaned):
            learned_cleaned = _figures(recognizer, held)
    return {
        "n": len(test),
        "learned_from": len(learn),
        "options": options,
        **(plain | {"cpu_seconds": told["cpu_seconds"]}),
        "learned_and_read_cleaned": learned_cleaned | {"cpu_seconds": told_cleaned["cpu_seconds"]},
        "read_cleaned": read_cleaned,
    }


def _cleaned(cleaner: Cleaner, items: Sequence[Item], place: Path) -> list[Item]:
    """The same items, their pictures cleaned, as PNG files in a new folder."""
    place.mkdir()
    made = []
    for number, item in enumerate(items):
        path = place / f"{number:06d}.png"
        cleaner.clean(imagefile.load(item.path)).save(path)
        made.append(replace(item, path=path, sha256=None))
    return made


def _figures(recognizer: Recognizer, folder: Path) -> Results:
    found, _ = evaluate_folder(recognizer, folder)
    return {key: found[key] for key in _KEPT}


def _summed(ledger: Ledger) -> Results:
    """Shares of texts read exactly, for each set."""
    return {
        key: {
            "n": job["n"],
            "as_they_are": job["exact_match"],
            "learned_and_read_cleaned": job["learned_and_read_cleaned"]["exact_match"],
            "read_cleaned": job["read_cleaned"]["exact_match"],
        }
        for key, job in sorted(ledger.jobs.items())
    }


if __name__ == "__main__":
    main()
