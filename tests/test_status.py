"""How a source did."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from digest.model import Counts, Receipt, Reject, Status
from digest.status import Batch, judge

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


def past(*reads: int, batch: str = "another") -> list[Receipt]:
    return [
        Receipt(
            source="inbox",
            dump="a.txt",
            format="page-text",
            status=Status.FINE,
            counts=Counts(read=read, new=read),
            at=NOW,
            day=date(2026, 11, 19),
            batch=batch,
        )
        for read in reads
    ]


def read(*, new: int = 0, seen: int = 0, rejected: int = 0) -> Counts:
    return Counts(read=new + seen + rejected, new=new, seen=seen, rejected=rejected)


@pytest.mark.parametrize(
    ("counts", "rejects", "history", "status"),
    [
        (read(new=40), [], past(40), Status.FINE),
        (read(new=40, rejected=1), [Reject(9, "an abstract without a title")], past(40), Status.FINE),
        (read(), [], past(40), Status.QUIET),
        (read(seen=40), [], past(40), Status.QUIET),
        (read(seen=40), [], past(40, batch="this"), Status.STALE),
        (read(new=1, seen=39), [], past(40), Status.FINE),
        (read(new=40, rejected=1), [Reject(9, "the dump ends", cut=True)], past(40), Status.PARTIAL),
        (read(new=9), [], past(40, 38, 44, 41, 39), Status.PARTIAL),
        (read(new=10), [], past(40, 38, 44, 41, 39), Status.FINE),
        (read(new=3), [], past(40, 38, 44, 41), Status.FINE),
        (read(new=1), [], past(8, 9, 7, 8, 9), Status.FINE),
        (read(seen=9), [], past(40, 38, 44, 41, 39, batch="this"), Status.STALE),
    ],
    ids=[
        "a usual day",
        "a bad record costs itself",
        "no papers",
        "known papers",
        "the same batch",
        "yesterday's page with one more",
        "cut",
        "far smaller than usual",
        "a quarter is not far smaller",
        "too few days to know",
        "small sources vary",
        "the same small batch is stale first",
    ],
)
def test_judge(counts: Counts, rejects: list[Reject], history: list[Receipt], status: Status) -> None:
    found, reason = judge(counts, rejects, "this", history)
    assert found is status
    assert bool(reason) == (status is not Status.FINE)


def test_a_batch_is_the_same_in_any_order() -> None:
    one, other, third = Batch(), Batch(), Batch()
    for alias in ("arxiv:1", "title:a", "title:b"):
        one.add(alias)
    for alias in ("title:b", "arxiv:1", "title:a"):
        other.add(alias)
    third.add("arxiv:1")
    assert one.name() == other.name() != third.name()
    assert Batch().name() is None
