"""The one form in which times are stored."""

from datetime import UTC, datetime


def now() -> str:
    """The time now: ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
