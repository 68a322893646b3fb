"""Papers, changes, receipts and frequencies come back as they went in, and are found without reading everything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from digest.diff import PaperUpdate, diff
from digest.errors import StoreError
from digest.model import ChangeKind, Counts, KnownPaper, Links, Paper, Receipt, Reject, Status
from digest.rank.worth import Frequency
from digest.store import SqlStore, open_store
from tests.papers import LANTERN, known, paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=UTC)
TODAY = NOW.date()
#: what a title may hold that databases and encodings stumble over
HOSTILE = 'Nul\x00 quote\' "double" \\back %per_cent 😀 שלום \u202e\u2028 ; DROP TABLE papers --'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as made:
        yield made


def record(
    store: SqlStore, *papers: Paper, source: str = "inbox", at: datetime = NOW, day: date = TODAY
) -> tuple[PaperUpdate, ...]:
    """Read a dump with these papers, as ingest does."""
    with store.recording() as recording:
        found = recording.known([name for one in papers for name in known(one).aliases])
        outcomes = diff(papers, found, source=source, day=date(2026, 11, 20)).updates
        recording.apply(outcomes, source=source, at=at, day=day)
    return outcomes


def numbered(number: int, **fields: Any) -> Paper:
    """One of many papers that have nothing in common."""
    words = " ".join(f"basin{number}word{place}" for place in range(30))
    return paper(f"Tides beneath basin number {number}", f"{words}.", **fields)


def receipt(**fields: Any) -> Receipt:
    given: dict[str, Any] = {"source": "inbox", "dump": "a.txt", "format": "page-text", "status": Status.FINE}
    return Receipt(**(given | {"at": NOW, "day": TODAY} | fields))


def keep(store: SqlStore, receipt: Receipt, validator: str | None = None) -> None:
    with store.recording() as recording:
        recording.receipt(receipt, validator)


class TestPapers:
    def test_a_paper_comes_back_as_it_went_in(self, store: SqlStore) -> None:
        whole = Paper(
            title=HOSTILE,
            abstract=HOSTILE * 2,
            authors=(HOSTILE, "Zoë Łuk"),
            author_count=7,
            organization=HOSTILE,
            categories=("cs.LG", HOSTILE),
            published=date(1991, 8, 14),
            listed=date(2026, 11, 19),
            version=3,
            upvotes=12,
            comments=0,
            links=Links(abstract="https://papers.example/a?b=c&d=%20", project="https://papers.example/é"),
            arxiv_id="hep-th/9901001",
            doi="10.1000/182",
            withdrawn=True,
        )
        first = KnownPaper(key="arxiv:hep-th/9901001", paper=whole, aliases=("title:z", "arxiv:hep-th/9901001"),
                           sources={"z": ("title", "doi"), HOSTILE: ()})  # fmt: skip
        with store.recording() as recording:
            outcome = PaperUpdate(kind=ChangeKind.NEW, paper=first, changed=True)
            recording.apply([outcome], source=HOSTILE, at=NOW, day=TODAY)
        (change,) = store.changes(0)
        assert change.paper == KnownPaper(key=first.key, paper=whole, aliases=first.aliases, sources=first.sources,
                                          first_seq=1)  # fmt: skip
        assert (change.at, change.day, change.source, change.kind) == (NOW, TODAY, HOSTILE, ChangeKind.NEW)
        assert list(change.paper.sources) == ["z", HOSTILE]

    def test_what_is_unknown_stays_unknown(self, store: SqlStore) -> None:
        record(store, Paper(title="A title and nothing else at all"))
        (one,) = store.papers()
        assert one.paper == Paper(title="A title and nothing else at all")

    def test_an_instant_of_any_zone_comes_back_in_utc(self, store: SqlStore) -> None:
        record(store, paper(), at=NOW.astimezone(timezone(timedelta(hours=5, minutes=30))))
        (change,) = store.changes(0)
        assert (change.at, change.at.tzinfo) == (NOW, UTC)

    def test_an_instant_without_a_zone_is_refused(self, store: SqlStore) -> None:
        with pytest.raises(StoreError, match="has no time zone"):
            record(store, paper(), at=NOW.replace(tzinfo=None))
        assert store.paper_count() == 0

    def test_listing_goes_from_the_newest_on_and_stops_at_the_limit(self, store: SqlStore) -> None:
        record(store, *(numbered(number) for number in range(1200)))
        assert [one.first_seq for one in store.papers()] == list(range(1200, 0, -1))
        assert [one.first_seq for one in store.papers(limit=700)] == list(range(1200, 500, -1))
        assert [one.first_seq for one in store.papers(since=1198)] == [1200, 1199]
        assert list(store.papers(limit=0)) == []
        assert [one.first_seq for one in store.recent_papers(2)] == [1200, 1199]
        assert store.paper_count() == 1200

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("lantern", True),
            ("LANTERN drafting", True),
            ("lantern magnetic", False),
            ("benchmarks", True),
            ("zoë", True),
            ("arxiv:2601", True),
            ("100%", True),
            ("1_0%", False),
            ("%", True),
            ("\\", False),
            ("'; --", False),
            ("", True),
        ],
    )
    def test_every_word_of_a_query_must_stand_somewhere(self, store: SqlStore, query: str, found: bool) -> None:
        record(store, paper(abstract=f"{LANTERN} It is 100% safe.", authors=("zoë Łuk",), arxiv_id="2601.00001"))
        assert bool(list(store.papers(query))) is found


class TestChanges:
    def test_the_log_is_read_from_a_place_to_a_place_and_from_a_day(self, store: SqlStore) -> None:
        for number in range(6):
            record(store, numbered(number), day=TODAY - timedelta(days=5 - number))
        assert [change.seq for change in store.changes(0)] == [1, 2, 3, 4, 5, 6]
        assert [change.seq for change in store.changes(2, until=4)] == [3, 4]
        assert [change.seq for change in store.changes(0, from_day=TODAY - timedelta(days=1))] == [5, 6]
        assert [change.seq for change in store.changes(5, until=6, from_day=date(2026, 1, 1))] == [6]
        assert store.changes(6) == []
        assert store.last_seq() == 6

    def test_a_new_history_has_no_changes(self, store: SqlStore) -> None:
        assert (store.last_seq(), store.changes(0), store.days(5)) == (0, [], [])

    def test_a_day_lists_what_came_in_with_the_most_upvotes_first(self, store: SqlStore) -> None:
        record(store, numbered(1), numbered(2, upvotes=3), numbered(3, upvotes=40), numbered(4), numbered(5, upvotes=0))
        record(store, numbered(6, upvotes=99), day=TODAY - timedelta(days=1))
        papers, total = store.changes_of_day(TODAY, limit=4)
        assert [one.first_seq for one in papers] == [3, 2, 5, 1]
        assert total == 5
        assert store.changes_of_day(date(2020, 1, 1), limit=4) == ([], 0)

    def test_a_revision_is_not_what_came_in_that_day(self, store: SqlStore) -> None:
        record(store, numbered(1, version=1), day=TODAY - timedelta(days=1))
        record(store, numbered(1, version=2))
        assert store.changes_of_day(TODAY, limit=4) == ([], 0)
        assert [change.kind for change in store.changes(0)] == [ChangeKind.NEW, ChangeKind.REVISED]

    def test_the_days_come_newest_first(self, store: SqlStore) -> None:
        days = [date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 1)]
        for number, day in enumerate(days):
            keep(store, receipt(day=day, dump=str(number), counts=Counts(read=1, new=1)))
        keep(store, receipt(day=TODAY, counts=Counts(read=1, seen=1)))
        assert store.days(5) == [date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1)]
        assert store.days(2) == [date(2026, 3, 1), date(2026, 2, 1)]


class TestReceipts:
    def test_a_receipt_comes_back_as_it_went_in(self, store: SqlStore) -> None:
        whole = receipt(
            source=HOSTILE,
            dump=HOSTILE,
            status=Status.PARTIAL,
            counts=Counts(read=10, new=4, revised=3, seen=2, rejected=1),
            rejects=(Reject(12, HOSTILE, HOSTILE, cut=True), Reject(None, "no line")),
            reason=HOSTILE,
        )
        keep(store, whole)
        assert store.receipts(None) == [whole]

    def test_receipts_are_read_from_an_instant_on_oldest_first(self, store: SqlStore) -> None:
        later, earlier = receipt(at=NOW + timedelta(seconds=1)), receipt(dump=None, format=None, at=NOW)
        keep(store, later)
        keep(store, earlier)
        assert store.receipts(None) == [earlier, later]
        assert store.receipts(NOW) == [later]

    def test_the_newest_receipt_of_each_source(self, store: SqlStore) -> None:
        for source, dump in (("b", "1"), ("a", "1"), ("b", "2")):
            keep(store, receipt(source=source, dump=dump))
        found = store.newest_receipts(["b", "never", "a"])
        assert [(one.source, one.dump) for one in found] == [("b", "2"), ("a", "1")]
        assert store.newest_receipts([]) == []

    def test_a_dump_keeps_its_newest_validator(self, store: SqlStore) -> None:
        keep(store, receipt(), "v1")
        keep(store, receipt(dump="b.txt"), "w1")
        keep(store, receipt(source="other"), "x1")
        keep(store, receipt(), "v2")
        assert store.validators("inbox") == {"a.txt": "v2", "b.txt": "w1"}

    def test_a_failure_does_not_forget_what_was_read(self, store: SqlStore) -> None:
        """The dump is read again once it is whole, and not before."""
        keep(store, receipt(), "v1")
        keep(store, receipt(status=Status.FAILED), None)
        keep(store, receipt(dump=None), "v9")
        assert store.validators("inbox") == {"a.txt": "v1"}


class TestFrequencies:
    def test_counts_come_back_and_are_replaced(self, store: SqlStore) -> None:
        store.save_frequencies({"kv cache": Frequency(3, 100, 7), HOSTILE: Frequency(0, 100, 7)})
        store.save_frequencies({"kv cache": Frequency(5, 150, 9)})
        wanted = ["kv cache", HOSTILE, "never counted"]
        assert store.frequencies(wanted) == {"kv cache": Frequency(5, 150, 9), HOSTILE: Frequency(0, 100, 7)}

    def test_a_count_that_reaches_less_far_does_not_replace_another(self, store: SqlStore) -> None:
        store.save_frequencies({"kv cache": Frequency(5, 150, 9)})
        store.save_frequencies({"kv cache": Frequency(3, 100, 7)})
        assert store.frequencies(["kv cache"]) == {"kv cache": Frequency(5, 150, 9)}

    def test_nothing_to_keep_is_nothing(self, store: SqlStore) -> None:
        store.save_frequencies({})
        assert store.frequencies([]) == {}

    def test_more_patterns_than_a_statement_takes(self, store: SqlStore) -> None:
        many = {f"pattern {number}": Frequency(number, 9, 9) for number in range(40_000)}
        store.save_frequencies(many)
        assert store.frequencies(many.keys()) == many
