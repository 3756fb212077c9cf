"""Labels that are worth a second look: a person's own slips, and wrong readings that were overlooked on a page."""

from collections.abc import Iterable

from dataset.sample import CONFIRMED, Query
from dataset.store import Store
from labeler.teaching.audit import Judged

CONTRADICTS = 0.6
"""Confidence from which a reading that differs from the label is worth it."""
SURELY = 0.95
"""The same for a reading that a later one, of a model that knew the label, does not bear out."""


def unconfirmed(ids: Iterable[int], judged: Iterable[Judged]) -> list[int]:
    """Those labelled pictures that no model read so before it learned from them: only a person vouches for them."""
    confirmed = {reading.id for reading in judged if reading.right}
    return [i for i in dict.fromkeys(ids) if i not in confirmed]


def suspects(store: Store, judged: Iterable[Judged], again: Iterable[Judged] = ()) -> list[int]:
    """Labels that the model at work contradicts surely, or the newest did that read them unseen; the most doubtful
    first. What was looked at again (reviewed) is none of them.

    `again`: readings of models that went on from one that had learned these labels, and learned without them. Some of
    what was learned stays: where they read what the label says, that clears no label which was contradicted surely.
    """
    unseen, known = _newest(judged), _newest(again)
    found: dict[int, float] = {}
    for readings, least in ((unseen, dict.fromkeys(known, SURELY)), (known, {})):
        for i, reading in readings.items():
            if reading.confidence >= least.get(i, CONTRADICTS) and reading.text != store.get(i).label:
                found[i] = max(found.get(i, 0.0), reading.confidence)
    for sample in store.samples(Query(statuses=CONFIRMED, disagreement=True, min_confidence=CONTRADICTS)):
        found[sample.id] = max(found.get(sample.id, 0.0), sample.confidence or 0.0)
    return sorted((i for i in found if store.get(i).status == "labelled"), key=lambda i: -found[i])


def _newest(readings: Iterable[Judged]) -> dict[int, Judged]:
    return {reading.id: reading for reading in sorted(readings, key=lambda reading: reading.model)}
