"""The words of a dataset as plain records: sample, source, query, edit."""

from dataclasses import dataclass
from typing import Literal

STATUSES = ("new", "labelled", "reviewed", "skipped", "unreadable", "rejected", "duplicate")
CONFIRMED = ("labelled", "reviewed")
"""The statuses whose label a person (or an answer key) has confirmed."""

Order = Literal["id", "name", "confidence", "-confidence", "time"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture with its facts, as its row says.

    `file` is the POSIX path inside the dataset folder; sizes are in pixels; confidences lie in 0..1;
    times are ISO 8601 in UTC. What is not known yet is None (pictures are measured in the background).
    """

    id: int
    file: str
    status: str = "new"
    label: str | None = None
    type: str | None = None
    reason: str | None = None
    sha256: str | None = None
    dhash: int | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    labelled_by: str | None = None
    labelled_at: str | None = None
    prediction: str | None = None
    confidence: float | None = None
    character_confidences: tuple[float, ...] = ()
    model_version: str | None = None
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a picture came from. `fetched_at` is ISO 8601 in UTC; `attempt` counts from 1."""

    profile: str | None = None
    page_url: str | None = None
    image_url: str | None = None
    final_url: str | None = None
    session_id: str | None = None
    http_status: int | None = None
    content_type: str | None = None
    fetched_at: str | None = None
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which samples, in which order. Empty tuples and None mean "any".

    `text` is looked for inside label and prediction, ignoring case; `disagreement` keeps the samples whose
    prediction differs from their label; `time` orders by when a label was given, latest first.
    """

    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    text: str | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    disagreement: bool = False
    order: Order = "id"
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one added picture; `duplicate` when its content was there already."""

    sample: Sample
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """One undoable change (a batch is one change). `samples` are the ids it touched."""

    batch: int
    action: str
    samples: tuple[int, ...]
    by: str
    at: str
