"""The report as one HTML page: report.html of this package, filled in."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from PIL import Image

from ocr.evaluate import Outcome
from ocr.page_parts import confusions, figure, tile
from ocr.page_parts import page as framed
from ocr.training.session import Trained


def page(trained: Trained, worst: Sequence[Outcome], curve: str, name: str) -> str:
    """The whole page. `curve` is an SVG element; `name` that of the artefact."""
    card = trained.card
    samples, seconds = card.dataset["samples"], card.training["cpu_seconds"]
    template = Template(files("ocr.training").joinpath("report.html").read_text(encoding="utf-8"))
    body = template.substitute(
        tiles="".join(_tiles(trained)),
        curve=curve,
        confusions=confusions((o.case.label, o.prediction.text) for o in trained.outcomes),
        groups=_groups(card.metrics),
        worst=_worst(worst),
        told="".join(f"<li>{escape(sentence)}</li>" for sentence in trained.told),
        facts="".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in _facts(trained)),
    )
    when = card.created[:16].replace("T", " ")
    return framed(f"Training of {name}", f"{samples} labelled pictures, {seconds:.0f} CPU seconds, {when} UTC", body)


def _tiles(trained: Trained) -> Iterator[str]:
    metrics = trained.card.metrics
    low, high = metrics["exact_match_interval_95"]
    yield tile(
        f"{metrics['exact_match']:.1%}", "read exactly", f"of {metrics['n']}; 95 % interval {low:.1%} to {high:.1%}"
    )
    yield tile(f"{metrics['cer']:.2%}", "character errors", "edits for each true character")
    accepted = metrics["auto_accept"]["0.99"]
    yield tile(f"{accepted:.0%}", "could be accepted unseen", "at 99 % precision")
    error = metrics["expected_calibration_error"]
    yield tile(f"{metrics['mean_confidence']:.3f}", "mean confidence", f"calibration error {error:.3f}")
    if len(metrics.get("by_type", ())) > 1:
        yield tile(f"{metrics['type_accuracy']:.1%}", "types told apart", f"{len(metrics['by_type'])} types")


def _groups(metrics: dict[str, Any]) -> str:
    """A table of the share read exactly, by type where there are several, and by length."""
    by_type = metrics["by_type"] if len(metrics["by_type"]) > 1 else {}
    named = list(by_type.items())
    named += [(f"{length} characters", row) for length, row in metrics["by_length"].items()]
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{row['n']}</td><td>{row['exact_match']:.1%}</td></tr>" for name, row in named
    )
    return f"<table class=groups><tr><th>texts of</th><th>pictures</th><th>read exactly</th></tr>{rows}</table>"


def _worst(outcomes: Sequence[Outcome]) -> str:
    wrong = sum(not outcome.right for outcome in outcomes)
    said = f"{wrong} wrong ones, the surest first (those point at wrong labels), then" if wrong else "None is wrong;"
    cards = "".join(map(_figure, outcomes))
    return f"<p>{said} the least certain of the right ones.</p><div class=worst>{cards}</div>"


def _figure(outcome: Outcome) -> str:
    found, picture = outcome.prediction, outcome.case.picture
    assert isinstance(picture, Image.Image)
    return figure(picture, outcome.case.label, found.text, found.confidence, outcome.case.name)


def _facts(trained: Trained) -> Iterator[tuple[str, str]]:
    card = trained.card
    spec = card.input
    width = f"{spec.width}" if spec.width else f"{spec.min_width} to {spec.max_width}"
    yield "alphabet", card.charset
    yield "input", f"{width} x {spec.height} pixels, {spec.colour}"
    yield "architecture", card.architecture
    yield "types", ", ".join(kind.name for kind in card.types if kind.name) or "one"
    yield "temperature", f"{card.temperature:g}"
    yield "learned from all labels afterwards", "yes" if card.refitted else "no"
    for key, value in card.training.items():
        if value is not None:
            yield key.replace("_", " "), str(value)
    yield "data fingerprint", str(card.dataset["fingerprint"])
    yield "toolkit", card.version
