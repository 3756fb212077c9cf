import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.tickets import Ticket, TicketOffice, share


async def work(office: TicketOffice, fails: random.Random, share_failing: float) -> tuple[list[Ticket], int]:
    """Settle every ticket a little later, some of them as failed; returns the good ones and the most out at once."""
    good: list[Ticket] = []
    most = 0

    async def one(ticket: Ticket) -> None:
        await asyncio.sleep(0)
        fine = fails.random() >= share_failing
        if fine:
            good.append(ticket)
        office.settle(ticket, fine, "bad luck")

    running = []
    async for ticket in office.tickets():
        most = max(most, office.out)
        running.append(asyncio.ensure_future(one(ticket)))
    await asyncio.gather(*running)
    return good, most


@pytest.mark.parametrize("share_failing", [0.0, 0.3, 0.67])
def test_exactly_as_many_are_good_as_were_missing(share_failing: float) -> None:
    office = TicketOffice({"text": 60, "sums": 40}, lanes=8, max_failures=1000)
    good, most = asyncio.run(work(office, random.Random(1), share_failing))
    assert sorted(ticket.kind or "" for ticket in good) == ["sums"] * 40 + ["text"] * 60
    assert len({ticket.session_id for ticket in good}) == 100
    assert most == 8
    assert office.out == 0 and office.stopped is None
    assert (max(ticket.attempt for ticket in good) > 1) == (share_failing > 0)


def test_it_stops_after_too_many_failures_in_a_row_and_says_why() -> None:
    office = TicketOffice({None: 50}, lanes=3, max_failures=7)
    good, _ = asyncio.run(work(office, random.Random(1), 1.0))
    assert good == []
    assert office.stopped is not None
    assert office.stopped.startswith("7 pictures in a row could not be had, the last time because of bad luck")


def test_a_success_begins_the_count_of_failures_anew() -> None:
    async def scenario() -> str | None:
        office = TicketOffice({None: 3}, lanes=1, max_failures=3)
        outcomes = iter([False, False, True, False, False, True, False, False, True])
        async for ticket in office.tickets():
            office.settle(ticket, next(outcomes), "x")
        assert next(outcomes, None) is None
        return office.stopped

    assert asyncio.run(scenario()) is None


def test_a_ticket_is_settled_once() -> None:
    async def scenario() -> None:
        office = TicketOffice({None: 1}, lanes=1, max_failures=3)
        async for ticket in office.tickets():
            assert office.settle(ticket, True, "") is True
            assert office.settle(ticket, False, "late") is False

    asyncio.run(scenario())


def test_a_stopped_office_waits_for_what_is_out_and_keeps_the_first_reason() -> None:
    async def scenario() -> list[Ticket]:
        office = TicketOffice({None: 10}, lanes=2, max_failures=3)
        taken = []
        async for ticket in office.tickets():
            taken.append(ticket)
            if len(taken) == 2:
                office.stop("first")
                office.stop("second")
                asyncio.get_running_loop().call_later(0.01, office.settle, taken[0], True, "")
                asyncio.get_running_loop().call_later(0.02, office.settle, taken[1], True, "")
        assert office.stopped == "first" and office.out == 0
        return taken

    assert len(asyncio.run(scenario())) == 2


@given(
    st.integers(0, 300),
    st.dictionaries(st.sampled_from(["a", "b", "c", None]), st.integers(0, 120), min_size=1),
)
def test_shares_fill_up_to_the_count_and_even_out(wanted: int, have: dict[str | None, int]) -> None:
    missing = share(wanted, have)
    assert missing.keys() == have.keys()
    assert all(number >= 0 for number in missing.values())
    assert sum(missing.values()) == max(0, wanted - sum(have.values()))
    totals = {kind: have[kind] + missing[kind] for kind in have}
    grown = [totals[kind] for kind in have if missing[kind]]
    assert not grown or max(grown) - min(totals.values()) <= 1
