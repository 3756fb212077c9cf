"""Labels that are worth a second look: a person's own slips, and wrong readings that were overlooked on a page."""

from collections.abc import Iterable

from dataset.sample import CONFIRMED, Query
from dataset.store import Store
from labeler.teaching.audit import Judged

CONTRADICTS = 0.6
"""Confidence from which a reading that differs from the label is worth it."""


def unconfirmed(ids: Iterable[int], judged: Iterable[Judged]) -> list[int]:
    """Those labelled pictures that no model read so before it learned from them: only a person vouches for them."""
    confirmed = {reading.id for reading in judged if reading.right}
    return [i for i in dict.fromkeys(ids) if i not in confirmed]


def suspects(store: Store, judged: Iterable[Judged]) -> list[int]:
    """Labels that the model at work contradicts surely, or the newest did that read them unseen; the most doubtful
    first. What was looked at again (reviewed) is none of them."""
    newest = {reading.id: reading for reading in sorted(judged, key=lambda reading: reading.model)}
    found: dict[int, float] = {}
    for reading in newest.values():
        if reading.confidence >= CONTRADICTS and reading.text != store.get(reading.id).label:
            found[reading.id] = reading.confidence
    for sample in store.samples(Query(statuses=CONFIRMED, disagreement=True, min_confidence=CONTRADICTS)):
        found[sample.id] = max(found.get(sample.id, 0.0), sample.confidence or 0.0)
    return sorted((i for i in found if store.get(i).status == "labelled"), key=lambda i: -found[i])
