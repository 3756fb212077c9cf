"""How clean pages get that a cleaner has not seen, how fast, and how large its file is.

    python -m benchmarks.cleaner [--data PAIRS] [--seconds 1800] [--seed 0]

Trains on drawn pages, and on the pairs of --data when given, both split by clean page; cleans the pages of --data with
the cleaner that ships, too. Times are CPU milliseconds of one thread for a page of 540 x 420 pixels.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.report import measure, publish
from ocr.cleaner import Cleaner
from ocr.cleaner_figures import evaluate_pairs
from ocr.cleaners import NAMES, find
from ocr.pairs import find_pairs
from ocr.training.drawn_pages import draw_page, draw_pairs, stained

_PAGES = 40
_PAGE = (540, 420)
_ROUNDS = 15
_DRAWN_SECONDS = 120.0
_KEPT = ("n", "rmse", "rmse_mean", "psnr", "ssim", "before", "steps", "cpu_seconds", "interrupted")


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="PAIRS", help="dirty and clean pictures of equal names")
    parser.add_argument("--seconds", type=float, default=1800.0, help="CPU seconds for --data (default 1800)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        pages, out = Path(place) / "pages", Path(place) / "c.onnx"
        draw_pairs(pages, _PAGES, arguments.seed)
        results: dict[str, Any] = {
            "drawn": _trained(pages, out, _DRAWN_SECONDS, arguments.seed),
            "page_ms": _speed(out),
            "size_bytes": {"trained": out.stat().st_size} | {name: find(Path(name)).stat().st_size for name in NAMES},
        }
        if arguments.data:
            results["given"] = _trained(arguments.data, out, arguments.seconds, arguments.seed)
            problems: list[str] = []
            files = find_pairs(arguments.data, problems)
            results["given_with_the_one_that_ships"] = evaluate_pairs(
                Cleaner.load(find(Path("pages"))), files, problems
            )
    publish("cleaner", results | {"seconds": arguments.seconds}, seed=arguments.seed)


def _trained(pairs: Path, out: Path, seconds: float, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "ocr", "train-cleaner", str(pairs), "--out", str(out), "--json"]
    done = subprocess.run(
        [*command, "--seconds", str(seconds), "--seed", str(seed)], check=True, stdout=subprocess.PIPE, text=True
    )
    told = json.loads(done.stdout)
    return {key: told[key] for key in _KEPT} | {"pages": told["dataset"]["pages"]}


def _speed(path: Path) -> dict[str, float]:
    cleaner, rng = Cleaner.load(path), Random(0)
    page = stained(draw_page(rng), rng).resize(_PAGE)
    seconds = measure(lambda: cleaner.clean(page), _ROUNDS)
    return {key: value if key == "n" else round(1000 * value, 2) for key, value in seconds.items()}


if __name__ == "__main__":
    main()
