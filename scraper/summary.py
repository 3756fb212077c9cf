"""A run's outcome in words."""

from collections.abc import Mapping
from typing import Any


def describe(outcome: Mapping[str, Any]) -> str:
    """A few lines: what is in the dataset now, what was stored, and what was not, by reason."""
    lines = [
        f"{outcome['total']:,} of {outcome['count']:,} pictures in {outcome['out']}: {outcome['stored']:,} new "
        f"from {outcome['sessions']:,} sessions in {outcome['seconds']:.1f} s"
    ]
    if outcome["duplicates"]:
        lines.append(f"  duplicate: {outcome['duplicates']:,}")
    for word in ("rejected", "failed"):
        for reason, number in sorted(outcome[word].items(), key=lambda pair: -pair[1]):
            lines.append(f"  {word}: {number:,} {reason}")
    if outcome["in_flight"]:
        lines.append(f"  left in flight: {outcome['in_flight']:,}")
    if outcome["stopped"]:
        lines.append(f"stopped: {outcome['stopped']}")
    return "\n".join(lines)
