"""Nothing that is asked often reads a whole table: three million papers will come."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from digest.diff import PaperUpdate
from digest.keywords import parse_profile
from digest.model import (
    ChangeKind,
    Direction,
    Edition,
    EditionState,
    Entry,
    Feedback,
    ReaderKind,
    Receipt,
    Status,
    Subscriber,
)
from digest.rank.worth import Frequency
from digest.store import SqlStore, open_store
from digest.subscriptions import reader_of
from tests.papers import known, paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()
ADA, FEED = "mail:ada@example.org", "feed:tides"
#: may be read from end to end: what the statement itself made, a row for each table, the leases of those at work
ALLOWED = {
    "SCAN newest",
    "SCAN 2 CONSTANT ROWS",
    "SCAN sqlite_sequence",
    "SCAN leases USING COVERING INDEX ix_leases_owner",
}


@contextmanager
def plans() -> Iterator[dict[str, list[str]]]:
    """SQLite's plan for every statement that is executed within, by the statement."""
    found: dict[str, list[str]] = {}

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE", "INSERT")):
            first = parameters[0] if isinstance(parameters, list) else parameters
            steps = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", first)
            found[statement] = [step[3] for step in steps.fetchall()]

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def edition(reader: str, entries: tuple[Entry, ...] = ()) -> Edition:
    kind, output = (ReaderKind.FEED, None) if reader == FEED else (ReaderKind.SUBSCRIBER, "mail")
    return Edition(reader=reader, kind=kind, output=output, date=TODAY, from_seq=0, to_seq=1,
                   entries=entries, considered=1, receipts=(), message_id=None, created_at=NOW)  # fmt: skip


def ingest(store: SqlStore) -> None:
    records = [known(paper(f"Lantern number {number}"), seq=0) for number in range(3)]
    with store.recording() as recording:
        for record in records:
            outcome = PaperUpdate(kind=ChangeKind.NEW, paper=record, changed=True)
            recording.apply([outcome], source="inbox", at=NOW, day=TODAY)
        one, other, third = (recording.known([record.key])[record.key][0] for record in records)
        merged = replace(one, aliases=(*one.aliases, *other.aliases))
        outcome = PaperUpdate(kind=ChangeKind.REVISED, paper=merged, changed=True, absorbed=(other.key,))
        recording.apply([outcome], source="inbox", at=NOW, day=TODAY)
        status = Status.FINE
        receipt = Receipt(source="inbox", dump="a", format=None, status=status, at=NOW, day=TODAY)
        recording.receipt(receipt, "v1")
    store.validators("inbox")
    entries = tuple(
        Entry(paper=paper, kind=ChangeKind.NEW, at=NOW, score=1.0, matches=(), profile="a") for paper in (other, third)
    )
    store.save_editions([edition(ADA, entries), edition(FEED)])


def publish(store: SqlStore) -> None:
    store.newest_editions([ADA, FEED])
    store.cursors([ADA, FEED])
    store.last_seq()
    store.changes(1, until=3)
    store.changes(0, until=3, from_day=TODAY)
    store.recent_papers(10)
    store.receipts(NOW)
    store.newest_receipts(["inbox", "other"])
    store.save_frequencies({"a": Frequency(1, 1, 1)})
    store.frequencies(["a"])


def deliver(store: SqlStore) -> None:
    assert store.waiting_outputs(NOW) == ["mail"]
    assert store.claim_site(owner="one", now=NOW, until=NOW)
    for one in store.claim("mail", owner="one", now=NOW, until=NOW, limit=9):
        assert store.holds(one, "one")
        store.renew("one", until=NOW)
        store.update_edition(replace(one, state=EditionState.SENT))
    store.give_back("one")
    store.lease_owners()
    store.waiting_feeds()
    store.editions(reader=FEED, limit=60)
    store.days(1000)
    store.changes_of_day(TODAY, 500)
    list(store.unsent())
    store.unsent_counts()
    store.due_counts(NOW)
    store.retry()


def give_feedback(store: SqlStore) -> None:
    store.papers_named(["arxiv:1", "title:2"])
    store.add_feedback(Feedback("tides", "arxiv:1", Direction.MORE, NOW))
    store.feedback(["tides"])
    store.undo_feedback("tides")


def subscribe(store: SqlStore) -> None:
    ada = Subscriber(address="ada@example.org", keywords=parse_profile(["moss"]), created_at=NOW)
    store.add_subscribers([ada])
    store.synchronise([ada], "1", NOW)
    reader = reader_of(ada, {})
    store.reschedule([reader])
    assert list(store.due_subscribers(NOW + timedelta(days=30), size=1))
    store.upcoming(NOW, 10)
    store.subscribers_of([ADA, FEED])
    store.unsubscribe("ada@example.org", NOW)
    store.remove_subscriber("ada@example.org")


def test_no_statement_reads_a_whole_table(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as store:
        store.synchronise([], "1", NOW)  # once, whenever the configuration changes, all subscribers are looked at
    with open_store(f"sqlite:///{tmp_path}/digest.db") as store, plans() as found:
        ingest(store)
        publish(store)
        deliver(store)
        give_feedback(store)
        subscribe(store)
    assert len(found) > 30
    scans = {
        step: statement
        for statement, steps in found.items()
        for step in steps
        if step.startswith("SCAN") and step not in ALLOWED
    }
    assert not scans


def test_a_plan_that_reads_a_whole_table_is_seen(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as store, plans() as found:
        store.paper_count()
    assert any(step.startswith("SCAN papers") for steps in found.values() for step in steps)
