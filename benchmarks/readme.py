"""The tables of measured figures in the documents, made from the last results: python -m benchmarks.readme

Tests compare tables and results, so that neither can change alone.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import ablation, label_efficiency, tables
from benchmarks.report import RESULTS

README = Path(__file__).resolve().parent.parent / "README.md"
_Row = tuple[str, str, Callable[[dict[str, Any]], str]]

# What is measured, the benchmark that measures it, and the figure from its results.
_ROWS: tuple[_Row, ...] = (
    (
        "Read one picture, from file bytes to text",
        "runtime",
        lambda r: f"{r['bytes_to_text_ms']['median']:.2f} ms CPU ({r['pictures']})",
    ),
    (
        "Read pictures from files in batches, one core",
        "runtime",
        lambda r: f"{r['files_in_batches']['a_second']:,} a second",
    ),
    (
        "Start of `captcha-ocr predict`, one picture read",
        "runtime",
        lambda r: f"{r['start_of_predict_ms']['median'] / 1000:.2f} s CPU",
    ),
    ("An artefact with its training weights", "runtime", lambda r: f"{r['size_bytes']['artefact'] / 1e6:.2f} MB"),
    (
        "`POST /predict` over the recogniser's own time",
        "serving",
        lambda r: f"{r['json_cpu_ms_over_recogniser']:.2f} ms CPU",
    ),
    (
        "64 clients at once, one core",
        "serving",
        lambda r: f"{r['64_clients_wall_ms']['requests_a_second']:,.0f} requests a second",
    ),
    ("Growth of the endpoint over 50,000 requests", "serving", lambda r: f"{r['memory']['growth_mb']:.1f} MB"),
    (
        "Collected of 5,000 wanted from one URL, a session each",
        "scraping",
        lambda r: f"{r['exact']['distinct']:,} distinct",
    ),
    (
        "Collecting, CPU over Scrapy's bare pipeline, a session each",
        "scraping",
        lambda r: f"{r['cpu']['sessions_over_bare']:.2f}-fold",
    ),
    (
        "The packaged window, unpacked and as one file",
        "app",
        lambda r: f"{r['size']['unpacked_mb']:.0f} MB, {r['size']['packed_mb']:.0f} MB",
    ),
    ("Start of the packaged window to its first picture", "app", lambda r: f"{r['app']['cpu_s']['median']:.2f} s CPU"),
)


def table() -> str:
    """The rows whose benchmark has a result, as Markdown."""
    lines = ["| | measured |", "|---|---|"]
    for what, name, figure in _ROWS:
        path = RESULTS / f"{name}.json"
        if path.exists():
            lines.append(f"| {what} | {figure(json.loads(path.read_text(encoding='utf-8'))['results'])} |")
    path = RESULTS / "recognition.json"
    if path.exists():
        results = json.loads(path.read_text(encoding="utf-8"))["results"]["summary"]
        lines += [_recognition(name, found) for name, found in results.items()]
    path = RESULTS / "label_economy.json"
    if path.exists():
        results = json.loads(path.read_text(encoding="utf-8"))["results"]["summary"]
        lines += [_economy(name, found) for name, found in results.items() if "misread" not in name]
    return "\n".join(lines)


def _economy(name: str, found: dict[str, Any]) -> str:
    what = f"`{name}`: keys a picture to label all {found['n']:,}, the recogniser learning along"
    wrong = f"{found['wrong_share']['median']:.1%} wrong in the end"
    return (
        f"| {what} | {found['keys_per_image']['median']:.2f} instead of {found['earlier_keys_per_image']:g}; {wrong} |"
    )


def _recognition(name: str, found: dict[str, Any]) -> str:
    seconds = found["cpu_seconds"]["median"]
    trainings = found["exact_match"]["n"]
    several = f" in {trainings} trainings" if trainings > 1 else ""
    together = " and ".join(f"`{kind}`" for kind in found.get("by_type", ()))
    sets = f"{together} in one artefact" if together else f"`{name}`"
    what = f"{sets}: texts read exactly, of {found['pictures']:,} not seen{several}"
    return f"| {what} | {found['mean']:.1%} after {seconds:.0f} CPU s |"


# Where each table stands: the document and the name of its marks.
TABLES: tuple[tuple[Path, str, Callable[[], str]], ...] = (
    (README, "measured", table),
    (tables.RECOGNISER, "ablation", ablation.table),
    (tables.RECOGNISER, "label efficiency", label_efficiency.table),
)


def main() -> None:
    """Put each table where it stands."""
    for document, name, made in TABLES:
        tables.put(document, name, made())


if __name__ == "__main__":
    main()
