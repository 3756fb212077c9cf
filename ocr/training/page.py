"""The report as one HTML page: report.html of this package, filled in."""

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from PIL import Image

from ocr.evaluate import Outcome
from ocr.training.confusions import Pair, aligned, counted, mistaken
from ocr.training.session import Trained

_MOST_CHARACTERS = 18  # in the table
_WIDEST = 480  # pixels of a picture in the page
_NOTHING = "∅"


def page(trained: Trained, worst: Sequence[Outcome], curve: str, name: str) -> str:
    """The whole page. `curve` is an SVG element; `name` that of the artefact."""
    card = trained.card
    samples, seconds = card.dataset["samples"], card.training["cpu_seconds"]
    template = Template(files("ocr.training").joinpath("report.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(f"Training of {name}"),
        subtitle=escape(
            f"{samples} labelled pictures, {seconds:.0f} CPU seconds, {card.created[:16].replace('T', ' ')} UTC"
        ),
        tiles="".join(_tiles(trained)),
        curve=curve,
        confusions=_confusions(trained.outcomes),
        groups=_groups(card.metrics),
        worst=_worst(worst),
        told="".join(f"<li>{escape(sentence)}</li>" for sentence in trained.told),
        facts="".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in _facts(trained)),
    )


def _tiles(trained: Trained) -> Iterator[str]:
    metrics = trained.card.metrics
    low, high = metrics["exact_match_interval_95"]
    yield _tile(
        f"{metrics['exact_match']:.1%}", "read exactly", f"of {metrics['n']}; 95 % interval {low:.1%} to {high:.1%}"
    )
    yield _tile(f"{metrics['cer']:.2%}", "character errors", "edits for each true character")
    accepted = metrics["auto_accept"]["0.99"]
    yield _tile(f"{accepted:.0%}", "could be accepted unseen", "at 99 % precision")
    error = metrics["expected_calibration_error"]
    yield _tile(f"{metrics['mean_confidence']:.3f}", "mean confidence", f"calibration error {error:.3f}")
    if "type_accuracy" in metrics:
        yield _tile(f"{metrics['type_accuracy']:.1%}", "types told apart", f"{len(metrics['by_type'])} types")


def _tile(figure: str, what: str, more: str) -> str:
    return f"<div><b>{figure}</b><span>{what}</span><small>{more}</small></div>"


def _confusions(outcomes: Sequence[Outcome]) -> str:
    """A table of the characters that were mistaken or stood where another one was: rows true, columns read."""
    counts = counted((outcome.case.label, outcome.prediction.text) for outcome in outcomes)
    wrong = mistaken(counts)
    if not wrong:
        return f"<p>None: all {sum(counts.values())} characters of the test part were read right.</p>"
    involved = dict.fromkeys(c for pair, _ in wrong for c in pair if c)
    shown = sorted(list(involved)[:_MOST_CHARACTERS])
    gap = [""] if any("" in pair for pair, _ in wrong) else []
    head = "".join(f"<th>{escape(c) or _NOTHING}</th>" for c in [*shown, *gap])
    rows = "".join(_row(true, [*shown, *gap], counts) for true in [*shown, *gap])
    total, errors = sum(counts.values()), sum(count for _, count in wrong)
    cut = f" The {len(shown)} worst of {len(involved)} characters are shown." if len(involved) > len(shown) else ""
    note = f"{_NOTHING} stands for nothing: left out, or read where nothing is." if gap else ""
    return (
        f"<p>{errors} of {total} characters; rows are true, columns what was read.{cut}</p><div class=scroll>"
        f"<table class=matrix><caption>{note}</caption><tr><th></th>{head}<th class=share>right</th></tr>{rows}"
        "</table></div>"
    )


def _row(true: str, columns: Sequence[str], counts: Any) -> str:
    total = sum(count for pair, count in counts.items() if pair[0] == true)
    cells = "".join(_counted(true, read, counts[true, read], total) for read in columns)
    right = f"{counts[true, true] / total:.0%}" if true and total else ""
    return f"<tr><th>{escape(true) or _NOTHING}</th>{cells}<th class=share>{right}</th></tr>"


def _counted(true: str, read: str, count: int, total: int) -> str:
    if not count:
        return "<td></td>"
    kind = "same" if true == read else "other"
    part = round(100 * count / total) if kind == "same" else min(60, 25 + round(100 * count / total))
    return f'<td class={kind} style="--part: {part * (0.45 if kind == "same" else 1):.0f}%">{count}</td>'


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
    label, found = outcome.case.label, outcome.prediction
    sure = f"{found.confidence:.1%}"
    pairs = aligned(label, found.text)
    texts = f"<dt>label</dt><dd>{_marked(pairs, 0)}</dd><dt>read</dt><dd>{_marked(pairs, 1)}</dd>"
    if outcome.right:
        texts = f"<dt>read</dt><dd>{escape(label)}</dd>"
    name = escape(outcome.case.name)
    return (
        f'<figure><div><img src="{_data_url(outcome.case.picture)}" alt="{escape(label)}"></div><figcaption>'
        f'<dl>{texts}</dl><div class=sure><i style="width: {sure}"></i></div>confidence {sure}'
        f'<div class=name title="{name}">{name}</div></figcaption></figure>'
    )


def _marked(pairs: Sequence[Pair], side: int) -> str:
    """One of two aligned texts, the characters that differ marked."""
    return "".join(
        escape(pair[side]) if pair[0] == pair[1] else f"<mark>{escape(pair[side]) or '·'}</mark>" for pair in pairs
    )


def _data_url(picture: Any) -> str:
    shown: Image.Image = picture
    if shown.width > _WIDEST:
        shown = shown.resize((_WIDEST, max(1, round(shown.height * _WIDEST / shown.width))))
    buffer = io.BytesIO()
    shown.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _facts(trained: Trained) -> Iterator[tuple[str, str]]:
    card = trained.card
    spec = card.input
    width = f"{spec.width}" if spec.width else f"{spec.min_width} to {spec.max_width}"
    yield "alphabet", card.charset
    yield "input", f"{width} x {spec.height} pixels, {'colour' if spec.channels == 3 else 'grey'}"
    yield "architecture", card.architecture
    yield "types", ", ".join(kind.name for kind in card.types if kind.name) or "one"
    yield "temperature", f"{card.temperature:g}"
    yield "learned from all labels afterwards", "yes" if card.refitted else "no"
    for key, value in card.training.items():
        if value is not None:
            yield key.replace("_", " "), str(value)
    yield "data fingerprint", str(card.dataset["fingerprint"])
    yield "toolkit", card.version
