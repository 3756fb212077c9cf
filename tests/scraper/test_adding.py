"""Pictures that wait for each other: one transaction, and each still hears of its own fate."""

import asyncio
from pathlib import Path

import pytest

from dataset.errors import DatasetError, ImageRefused
from dataset.sample import Added, Source
from dataset.store import Store
from scraper.adding import Adder
from tests.dataset.support import contents, disagreements, png

SOURCE = Source(profile="test")


def added(store: Store, most: int, *pictures: bytes) -> list[Added | BaseException]:
    """What becomes of pictures that arrive at once."""

    async def all_of_them() -> list[Added | BaseException]:
        adder = Adder(store, most)
        return await asyncio.gather(*(adder.add(data, SOURCE, "t") for data in pictures), return_exceptions=True)

    return asyncio.run(all_of_them())


def commits(store: Store) -> list[str]:
    """The COMMIT statements from now on, as they come."""
    found: list[str] = []
    store._db.set_trace_callback(lambda sql: found.append(sql) if sql == "COMMIT" else None)
    return found


@pytest.mark.parametrize(("most", "transactions"), [(8, 1), (2, 2), (1, 4)])
def test_what_arrives_together_is_one_transaction(tmp_path: Path, most: int, transactions: int) -> None:
    with Store.open(tmp_path) as store:
        seen = commits(store)
        found = added(store, most, *(png(i) for i in range(4)))
        assert len(seen) == transactions
        assert [isinstance(one, Added) and not one.duplicate for one in found] == [True] * 4
        assert len(contents(tmp_path)) == 4
        assert disagreements(store) == []
        assert store.sources(1)[0].profile == "test"


def test_a_refused_picture_and_a_duplicate_do_not_touch_the_others(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        first, refused, again, last = added(store, 4, png(0), b"<html>", png(0), png(1))
        assert isinstance(refused, ImageRefused)
        assert [isinstance(one, Added) and one.duplicate for one in (first, again, last)] == [False, True, False]
        assert store.count() == 2
        assert disagreements(store) == []


def test_a_dataset_that_cannot_be_written_fails_all_and_keeps_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as store:
        usual = Store.add

        def full_at_last(self: Store, data: bytes, **words: str) -> Added:
            if data == png(2):
                raise DatasetError("the disk is full")
            return usual(self, data, **words)  # type: ignore[arg-type]

        monkeypatch.setattr(Store, "add", full_at_last)
        found = added(store, 3, png(0), png(1), png(2))
        assert [str(one) for one in found] == ["the disk is full"] * 3
        assert store.count() == 0
        assert contents(tmp_path) == {}
        monkeypatch.setattr(Store, "add", usual)
        assert isinstance(added(store, 3, png(5))[0], Added), "the next ones are not in the way of the failed"
