"""What an artefact says of itself, for people: a line for each thing they ask."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ocr.errors import ArtefactError

_MOST_SHOWN = 72  # characters of an alphabet
_EFFORT = (("cpu_seconds", ",.0f", "CPU seconds"), ("steps", ",", "steps"))


def lines(facts: Mapping[str, Any]) -> list[str]:
    """The facts of `Recognizer.info` as aligned lines; what an artefact does not hold is left out.

    Raises ArtefactError where they are not of the form that the toolkit writes.
    """
    try:
        told = [*_what_it_is(facts), *_how_well(facts["metrics"]), *_where_from(facts)]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ArtefactError(f"{facts['path']}: is damaged: its description cannot be read; train it again") from error
    wide = max(len(name) for name, _ in told)
    return [f"{name:<{wide}}  {value}" for name, value in told]


def _what_it_is(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    height, width = facts["image_size"]
    size = f"{width} x {height} pixels" if width else f"{height} pixels high, as wide as they are"
    yield "file", facts["path"]
    yield "pictures", "; ".join([f"{size}, {facts['colour']}", *facts["changes"]])
    alphabet, longest = facts["alphabet"], facts["max_sequence_length"]
    cut = f"{alphabet[:_MOST_SHOWN]}… ({len(alphabet)} in all)" if len(alphabet) > _MOST_SHOWN else alphabet
    yield "text", (f"up to {longest} characters of " if longest else "characters of ") + cut
    if facts["types"]:
        yield "types", ", ".join(facts["types"])


def _how_well(metrics: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "exact_match" not in metrics:
        return
    between = metrics.get("exact_match_interval_95")
    interval = f" (95 % interval {between[0]:.1%} to {between[1]:.1%})" if between else ""
    yield "exact match", f"{_of(metrics)} that it had not seen{interval}"
    for name, one in metrics.get("by_type", {}).items():
        yield f"  {name}", _of(one)
    if "cer" in metrics:
        yield "error rate", f"{metrics['cer']:.1%} of the characters"
    accepted = metrics.get("auto_accept", {}).get("0.99")
    if accepted is not None:
        yield "acceptable", f"{accepted:.1%} without a look, at 99 % precision"


def _where_from(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    training, samples = facts["training"], facts["dataset"].get("samples")
    yield "network", f"{facts['architecture']}, {facts['precision']}"
    trained = f"{datetime.fromisoformat(facts['created']).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if samples:
        trained += f" from {samples:,} {'drawn' if facts['dataset'].get('drawn') else 'labelled'} pictures"
    effort = [f"{training[key]:{how}} {unit}" for key, how, unit in _EFFORT if training.get(key) is not None]
    yield "trained", ", ".join([trained, *effort])
    yield "version", facts["version"]


def _of(metrics: Mapping[str, Any]) -> str:
    return f"{metrics['exact_match']:.1%} of {metrics['n']:,} pictures"
