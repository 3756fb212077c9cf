"""What a query finds, compared with a plain filter and sort over all samples."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.errors import DatasetError
from dataset.sample import STATUSES, Query, Sample
from dataset.store import Store
from tests.dataset.support import plain_folder

LABELS = [None, "ab", "AB", "Ключ", "КЛЮЧ", "100%", "a_b", "axb", "back\\slash", "é"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    rng = random.Random(5)
    folder = plain_folder(tmp_path_factory.mktemp("d"), *(f"{i:03}.png" for i in range(200)))
    with Store.open(folder) as store:
        for i in store.ids():
            if label := rng.choice(LABELS):
                store._db.execute(
                    "UPDATE samples SET label = ?, labelled_at = ? WHERE id = ?", (label, f"2026-{i // 2}", i)
                )
            row = (rng.choice(STATUSES), rng.choice([None, "plain", "sums"]), i)
            store._db.execute("UPDATE samples SET status = ?, type = ? WHERE id = ?", row)
            if rng.random() < 0.7:
                store.set_predictions([(i, rng.choice(LABELS[1:]), rng.choice([0.1, 0.5, rng.random()]), [], "m")])
        yield store


def wanted(sample: Sample, query: Query) -> bool:
    texts = [text.casefold() for text in (sample.label, sample.prediction) if text]
    confidence = sample.confidence
    return (
        (not query.statuses or sample.status in query.statuses)
        and (not query.types or sample.type in query.types)
        and (not query.text or any(query.text.casefold() in text for text in texts))
        and (query.min_confidence is None or (confidence is not None and confidence >= query.min_confidence))
        and (query.max_confidence is None or (confidence is not None and confidence <= query.max_confidence))
        and (not query.disagreement or (len(texts) == 2 and sample.label != sample.prediction))
    )


def key(sample: Sample, order: str) -> Any:
    confidence = -1.0 if sample.confidence is None else sample.confidence  # what was not read yet is least certain
    return {
        "id": sample.id,
        "name": sample.file,
        "confidence": (confidence, sample.id),
        "-confidence": (-confidence, sample.id),
        "time": tuple(-ord(c) for c in sample.labelled_at or "")
        + (1,) * (20 - len(sample.labelled_at or ""))
        + (-sample.id,),
    }[order]


CONFIDENCES = st.one_of(st.none(), st.sampled_from([0.1, 0.5]), st.floats(0, 1))


@given(
    query=st.builds(
        Query,
        statuses=st.lists(st.sampled_from(STATUSES), max_size=3, unique=True).map(tuple),
        types=st.sampled_from([(), ("plain",), ("plain", "sums"), ("none",)]),
        text=st.sampled_from([None, "b", "АБ", "клю", "ЮЧ", "%", "_", "\\", "É", "zz"]),
        min_confidence=CONFIDENCES,
        max_confidence=CONFIDENCES,
        disagreement=st.booleans(),
        order=st.sampled_from(["id", "name", "confidence", "-confidence", "time"]),
        limit=st.one_of(st.none(), st.integers(0, 30)),
        offset=st.integers(0, 20),
    )
)
def test_every_query(store: Store, query: Query) -> None:
    found = sorted((s for s in store.samples() if wanted(s, query)), key=lambda s: key(s, query.order))
    assert store.count(query) == len(found)
    end = None if query.limit is None else query.offset + query.limit
    page = found[query.offset : end]
    assert list(store.samples(query)) == page
    assert store.ids(query) == [sample.id for sample in page]


def test_a_decomposed_text_finds_a_composed_label(store: Store) -> None:
    assert store.count(Query(text="e\u0301")) == store.count(Query(text="é")) > 0


def test_an_order_that_does_not_exist(store: Store) -> None:
    with pytest.raises(DatasetError, match="cannot order by 'size'"):
        list(store.samples(Query(order="size")))  # type: ignore[arg-type]


@pytest.mark.parametrize("statuses", [("new",), ("new", "labelled"), ()])
def test_a_page_by_confidence_is_never_sorted_as_a_whole(store: Store, statuses: tuple[str, ...]) -> None:
    from dataset.queries import select, select_ids

    for order, build in itertools.product(("confidence", "-confidence"), (select, select_ids)):
        sql, values = build(Query(statuses=statuses, order=order, limit=100))  # type: ignore[arg-type]
        plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert not [step for step in plan if step == "USE TEMP B-TREE FOR ORDER BY" or step.startswith("SCAN")]
