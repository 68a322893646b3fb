"""How a source did."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from digest.model import Counts, Receipt, Reject, Status
from digest.status import Batch, judge

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


def past(*reads: int, batch: str = "another", dump: str = "a.txt", form: str = "page-text") -> list[Receipt]:
    return [
        Receipt(
            source="inbox",
            dump=dump,
            format=form,
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
    found, reason = judge(counts, rejects, "this", history, dump="a.txt", form="page-text")
    assert found is status
    assert bool(reason) == (status is not Status.FINE)


DAYS = [
    ("inbox/2026-11-19-daily.txt", "inbox/2026-11-20-daily.txt"),
    ("inbox/daily 9.txt", "inbox/daily 10.txt"),
    ("inbox/Nov 30.txt", "inbox/Dec 1.txt"),
    ("inbox/wednesday.txt", "inbox/Thursday.txt"),
    ("inbox/page.txt", "inbox/page (1).txt"),
    ("inbox/000_c0e3c807e677eee2.txt", "inbox/002_3a9ea0f1c8782074.txt"),
    ("https://papers.example/days/2026-11-19?page=1", "https://papers.example/days/2026-11-20?page=1"),
    ("https://papers.example/feed", "https://papers.example/feed"),
]


@pytest.mark.parametrize(("before", "now"), DAYS)
def test_what_is_usual_is_known_from_dumps_that_are_called_alike(before: str, now: str) -> None:
    history = past(40, 38, 44, 41, 39, dump=before)
    found, reason = judge(read(new=7), [], "this", history, dump=now, form="page-text")
    assert (found, reason) == (Status.PARTIAL, "it lists only 7 papers where 40 are usual; was it cut short?")


@pytest.mark.parametrize(
    ("dump", "form"),
    [("inbox/2026-11-20-cs.txt", "bibtex"), ("inbox/2026-11-20-workshop.txt", "page-text"), ("math.txt", "page-text")],
)
def test_a_dump_of_another_kind_is_not_called_too_small(dump: str, form: str) -> None:
    """A folder can have the day's page and somebody's reading list."""
    history = past(40, 38, 44, 41, 39, dump="inbox/2026-11-19-cs.txt")
    assert judge(read(new=7), [], "this", history, dump=dump, form=form)[0] is Status.FINE
    own = past(30, 31, 29, 33, 30, dump=dump, form=form)
    assert judge(read(new=7), [], "this", [*history, *own], dump=dump, form=form)[0] is Status.PARTIAL


def test_a_batch_is_the_same_in_any_order() -> None:
    one, other, third = Batch(), Batch(), Batch()
    for alias in ("arxiv:1", "title:a", "title:b"):
        one.add(alias)
    for alias in ("title:b", "arxiv:1", "title:a"):
        other.add(alias)
    third.add("arxiv:1")
    assert one.name() == other.name() != third.name()
    assert Batch().name() is None
