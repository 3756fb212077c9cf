"""What the request in progress saw, for the request log: pictures and what they were read as."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A picture and what it was read as; nothing when it was refused."""

    picture: bytes
    text: str | None = None
    confidence: float | None = None


_seen: ContextVar[list[Seen] | None] = ContextVar("seen", default=None)


def start_noting() -> list[Seen]:
    """A list that `note` fills from now on, in this request alone."""
    seen: list[Seen] = []
    _seen.set(seen)
    return seen


def note(seen: Seen) -> None:
    """Remember a picture for the row of the request in progress; without a log nothing happens."""
    noted = _seen.get()
    if noted is not None:
        noted.append(seen)
