"""Which editions are due: pages of subscribers, and the feeds with the first of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from digest.model import EditionState, ReaderKind, SetAside, Subscriber
from digest.pipeline.plan import Page, Plan
from digest.store import SqlStore, open_store
from digest.store.database import Database
from digest.store.upgrade import upgrade
from tests.papers import edition_of, profile

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
TIDES = profile("tides", name="tides")


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with open_store("sqlite://") as made:
        yield made


def subscriber(name: str, **fields: Any) -> Subscriber:
    given: dict[str, Any] = {"profiles": ("tides",), "days": frozenset(range(7)), "created_at": NOW}
    return Subscriber(address=f"{name}@example.org", **(given | fields))


def pages(store: SqlStore, *, now: datetime = NOW, **options: Any) -> list[Page]:
    plan = Plan(store=store, profiles={"tides": TIDES}, timezone="UTC", lookback=7)
    return list(plan(now=now, **options))


def due(store: SqlStore, **options: Any) -> dict[str, date]:
    """The dates that are due, by the names of the subscribers."""
    tasks = [task for page in pages(store, **options) for task in page.tasks]
    return {
        (task.reader.address or "").partition("@")[0]: task.day
        for task in tasks
        if task.reader.kind is ReaderKind.SUBSCRIBER
    }


def sent(store: SqlStore, name: str, day: date, state: EditionState = EditionState.SENT) -> None:
    """What another process made and sent, and left the stored instant for us to correct."""
    store.save_editions([edition_of(f"{name}@example.org", day, state=state)])


def test_a_feed_needs_no_subscribers(store: SqlStore) -> None:
    (page,) = pages(store)
    assert [task.reader.id for task in page.tasks] == ["feed:tides"]


class SmallPages(SqlStore):
    """A history that is read two subscribers at a time."""

    def due_subscribers(self, until: datetime, *, size: int = 2) -> Iterator[list[Subscriber | SetAside]]:
        """As for ten thousand at a time."""
        return super().due_subscribers(until, size=size)


def test_feeds_come_with_the_first_page_and_everybody_comes_once() -> None:
    database = Database("sqlite://")
    upgrade(database)
    with SmallPages(database) as store:
        store.add_subscribers([subscriber(name) for name in "abcde"])
        found = pages(store)
    assert [[task.reader.kind for task in page.tasks] for page in found] == [
        [ReaderKind.FEED, ReaderKind.SUBSCRIBER, ReaderKind.SUBSCRIBER],
        [ReaderKind.SUBSCRIBER, ReaderKind.SUBSCRIBER],
        [ReaderKind.SUBSCRIBER],
    ]


def test_a_new_subscriber_gets_the_last_date_that_has_passed(store: SqlStore) -> None:
    store.add_subscribers([subscriber("early", send_at=time(8)), subscriber("late", send_at=time(10))])
    assert due(store) == {"early": date(2026, 11, 17), "late": MONDAY}


def test_after_an_outage_one_edition_covers_the_gap(store: SqlStore) -> None:
    store.add_subscribers([subscriber("ada")])
    sent(store, "ada", date(2026, 10, 1))
    store.add_subscribers([subscriber("ada")])
    (page,) = pages(store)
    (task,) = [one for one in page.tasks if one.reader.kind is ReaderKind.SUBSCRIBER]
    assert (task.day, task.from_day) == (date(2026, 11, 17), date(2026, 9, 24))


def test_one_edition_of_a_reader_is_on_its_way_at_a_time(store: SqlStore) -> None:
    store.add_subscribers([subscriber("ada"), subscriber("bob")])
    sent(store, "ada", MONDAY, EditionState.DEFERRED)
    sent(store, "bob", MONDAY, EditionState.FAILED)
    assert due(store) == {"bob": date(2026, 11, 17)}
    assert due(store, everyone=True) == {"bob": date(2026, 11, 17)}
    assert due(store, day=date(2026, 11, 17)) == {"bob": date(2026, 11, 17)}


def test_everybody_gets_today_s_whatever_the_hour_or_the_day(store: SqlStore) -> None:
    store.add_subscribers([subscriber("ada", send_at=time(23)), subscriber("bob", days=frozenset({6}))])
    store.add_subscribers([subscriber("eve")])
    sent(store, "eve", date(2026, 11, 17))
    store.unsubscribe("bob@example.org", NOW)
    assert due(store, everyone=True) == {"ada": date(2026, 11, 17)}


@pytest.mark.parametrize(
    ("zone", "hour"), [("Etc/GMT+12", time(23, 59)), ("Pacific/Kiritimati", time(0)), ("UTC", time(12))]
)
def test_a_named_date_is_due_for_all_zones(store: SqlStore, zone: str, hour: time) -> None:
    """Also where it has not come to its end yet."""
    store.add_subscribers([subscriber("ada", timezone=zone, send_at=hour)])
    sent(store, "ada", MONDAY - timedelta(days=1))
    store.add_subscribers([subscriber("ada", timezone=zone, send_at=hour)])
    assert due(store, day=MONDAY, now=datetime(2026, 11, 16, 1, tzinfo=UTC)) == {"ada": MONDAY}
    assert due(store, day=MONDAY - timedelta(days=1)) == {}


def test_an_instant_that_is_too_early_is_corrected(store: SqlStore) -> None:
    store.add_subscribers([subscriber("ada")])
    sent(store, "ada", date(2026, 11, 17))
    assert [one.address for page in store.due_subscribers(NOW) for one in page] == ["ada@example.org"]
    assert due(store) == {}
    assert list(store.due_subscribers(NOW)) == []
    ((ada, moment),) = store.upcoming(NOW, 10)
    assert (ada.address, moment) == ("ada@example.org", datetime(2026, 11, 18, 8, tzinfo=UTC))


def test_looking_at_another_date_corrects_nothing(store: SqlStore) -> None:
    store.add_subscribers([subscriber("ada")])
    sent(store, "ada", MONDAY)
    assert due(store, day=MONDAY) == {}
    assert due(store) == {"ada": date(2026, 11, 17)}


def test_who_has_nothing_to_read_is_set_aside_and_stops_nobody(store: SqlStore) -> None:
    store.add_subscribers([subscriber("ada", profiles=("moss",)), subscriber("bob", profiles=("moss", "tides"))])
    (page,) = pages(store)
    assert [one.address for one in page.set_aside] == ["ada@example.org"]
    assert due(store) == {"bob": date(2026, 11, 17)}
