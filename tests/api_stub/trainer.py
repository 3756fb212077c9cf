"""Stands in for `python -m ocr` as a program: quick, and its outcome is written on the pictures' labels.

`train` finds the label better, worse, broken or endless among its pictures and behaves so; a model is a file that holds
such a word, and `evaluate` has a figure for each.
"""

import json
import sys
import time
from pathlib import Path

from dataset.folder import read_folder

EXACT_MATCH = {"old": 0.5, "better": 0.5, "worse": 0.4}


def train(folder: str, *options: str) -> None:
    labels = {str(item.label) for item in read_folder(Path(folder))}
    out, base = (Path(options[options.index(name) + 1]) for name in ("--out", "--from"))
    assert base.is_file()
    if "broken" in labels:
        sys.exit("no such luck")
    if "endless" in labels:
        time.sleep(60)
    out.write_text("worse" if "worse" in labels else "better")
    print("a line before the answer")
    print(json.dumps({"labels": sorted(labels)}))


def evaluate(model: str, folder: str, *_: str) -> None:
    assert len(read_folder(Path(folder))) >= 1
    print(json.dumps({"exact_match": EXACT_MATCH[Path(model).read_text()]}))


if __name__ == "__main__":
    {"train": train, "evaluate": evaluate}[sys.argv[1]](*sys.argv[2:])
