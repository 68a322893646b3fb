"""Subscribers are kept, who unsubscribes gets no more, and secrets are made once."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from digest.keywords import parse_profile
from digest.model import EditionState, SetAside, Subscriber, subscriber_id
from digest.store import SqlStore, open_store
from digest.subscriptions import fingerprint
from tests.papers import edition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ADA = "ada@example.org"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as made:
        yield made


@contextmanager
def on_each_statement(tell: Callable[[str], object]) -> Iterator[None]:
    def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        tell(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


def ada(**fields: Any) -> Subscriber:
    given: dict[str, Any] = {
        "address": ADA,
        "profiles": ("tides", "decoding"),
        "keywords": parse_profile(['author:"Zoë Łuk" ^4', "-😀 quotes", "moss"]),
        "send_at": time(7, 30),
        "timezone": "Europe/London",
        "days": frozenset({0, 2, 6}),
        "send_empty": True,
        "threshold": 0.5,
        "limit": 7,
        "created_at": NOW,
    }
    return Subscriber(**(given | fields))


def everybody(store: SqlStore) -> list[Subscriber | SetAside]:
    return [*chain.from_iterable(store.subscribers())]


def synchronise(store: SqlStore, configured: Sequence[Subscriber], now: datetime = NOW) -> None:
    store.synchronise(configured, fingerprint(configured), now)


def due_addresses(store: SqlStore, until: datetime = LATER, size: int = 10_000) -> list[str]:
    return [one.address for one in chain.from_iterable(store.due_subscribers(until, size=size))]


class TestAdding:
    def test_a_subscriber_comes_back_as_they_went_in(self, store: SqlStore) -> None:
        gone = ada(address="bob@example.org", profiles=(), threshold=None, limit=None, unsubscribed_at=LATER)
        store.add_subscribers([gone, ada()])
        assert everybody(store) == [gone, ada()]
        assert store.subscriber(ADA) == ada()
        assert store.subscriber("eve@example.org") is None
        assert store.added_subscriber_count() == 1

    def test_adding_again_changes_all_but_the_first_coming(self, store: SqlStore) -> None:
        store.add_subscribers([ada()])
        changed = ada(profiles=("tides",), send_at=time(9), timezone="UTC", days=frozenset({4}), limit=None)
        store.add_subscribers([replace(changed, created_at=LATER)])
        assert everybody(store) == [changed]

    def test_many_are_added_and_the_last_of_one_address_counts(self, store: SqlStore) -> None:
        some = [ada(address=f"{number % 600}@example.org", limit=1 + number // 600) for number in range(1200)]
        store.add_subscribers(some)
        assert everybody(store) == some[600:]

    def test_who_unsubscribes_gets_no_more_and_stays_in_the_list(self, store: SqlStore) -> None:
        store.add_subscribers([ada()])
        assert store.is_subscribed(ADA)
        store.unsubscribe(ADA, LATER)
        store.unsubscribe(ADA, LATER + timedelta(days=1))
        assert not store.is_subscribed(ADA)
        assert everybody(store) == [ada(unsubscribed_at=LATER)]
        assert store.unsubscribed() == {ADA: LATER}

    def test_who_is_added_again_gets_mail_again(self, store: SqlStore) -> None:
        store.add_subscribers([ada()])
        store.unsubscribe(ADA, LATER)
        store.add_subscribers([ada()])
        assert store.is_subscribed(ADA)
        assert everybody(store) == [ada()]

    def test_whom_nobody_knows_can_unsubscribe(self, store: SqlStore) -> None:
        store.unsubscribe("cleo@example.org", LATER)
        assert not store.is_subscribed("cleo@example.org")
        assert everybody(store) == []

    def test_who_is_removed_is_gone(self, store: SqlStore) -> None:
        store.add_subscribers([ada()])
        assert store.remove_subscriber(ADA)
        assert not store.remove_subscriber(ADA)
        assert everybody(store) == []
        assert store.is_subscribed(ADA)

    def test_removing_does_not_subscribe_again(self, store: SqlStore) -> None:
        store.add_subscribers([ada()])
        store.unsubscribe(ADA, LATER)
        store.remove_subscriber(ADA)
        assert not store.is_subscribed(ADA)


class TestSynchronising:
    def test_configured_subscribers_are_rows(self, store: SqlStore) -> None:
        synchronise(store, [ada(created_at=None)])
        assert everybody(store) == [ada(configured=True)]
        assert store.added_subscriber_count() == 0

    def test_nothing_is_written_while_the_configuration_is_the_same(self, store: SqlStore) -> None:
        synchronise(store, [ada()])
        asked: list[str] = []
        with on_each_statement(asked.append):
            synchronise(store, [ada()])
        assert [one for one in asked if not one.startswith(("BEGIN", "PRAGMA"))] == [
            "SELECT fingerprints.value \nFROM fingerprints \nWHERE fingerprints.name = ?"
        ]

    def test_a_changed_setting_is_written_and_the_first_coming_stays(self, store: SqlStore) -> None:
        synchronise(store, [ada()])
        synchronise(store, [ada(limit=3)], LATER)
        assert everybody(store) == [ada(limit=3, configured=True)]

    def test_whom_it_names_no_more_is_gone_with_what_waits(self, store: SqlStore) -> None:
        bob = ada(address="bob@example.org")
        store.add_subscribers([ada(address="eve@example.org")])
        synchronise(store, [ada(), bob])
        store.save_editions([edition_of(ADA), edition_of(bob.address)])
        synchronise(store, [bob])
        assert [one.address for one in everybody(store)] == ["eve@example.org", bob.address]
        states = {one.reader: one.state for one in store.editions()}
        assert states == {
            subscriber_id(ADA): EditionState.CANCELLED,
            subscriber_id(bob.address): EditionState.WAITING,
        }

    def test_who_has_unsubscribed_stays_so(self, store: SqlStore) -> None:
        synchronise(store, [ada()])
        store.unsubscribe(ADA, LATER)
        synchronise(store, [ada(limit=3)])
        assert everybody(store) == [ada(limit=3, configured=True, unsubscribed_at=LATER)]
        synchronise(store, [])
        synchronise(store, [ada()])
        assert not store.is_subscribed(ADA)
        assert due_addresses(store) == []

    def test_who_was_added_becomes_one_of_the_configuration(self, store: SqlStore) -> None:
        store.add_subscribers([ada()])
        synchronise(store, [ada(limit=3)], LATER)
        assert everybody(store) == [ada(limit=3, configured=True)]
        assert not store.remove_subscriber(ADA)

    def test_adding_one_of_the_configuration_only_brings_them_back(self, store: SqlStore) -> None:
        synchronise(store, [ada()])
        store.unsubscribe(ADA, LATER)
        store.add_subscribers([ada(limit=3)])
        assert everybody(store) == [ada(configured=True)]
        assert due_addresses(store) == [ADA]


class TestPages:
    @pytest.mark.parametrize("size", [1, 3, 7, 10, 100])
    def test_pages_have_everybody_once(self, store: SqlStore, size: int) -> None:
        addresses = [f"{number}@example.org" for number in range(10)]
        store.add_subscribers([ada(address=address) for address in addresses])
        assert [one.address for one in chain.from_iterable(store.subscribers(size=size))] == addresses
        assert [one.address for one in chain.from_iterable(store.active_subscribers(size=size))] == addresses
        assert due_addresses(store, size=size) == addresses
        assert all(len(page) <= size for page in store.due_subscribers(LATER, size=size))

    @pytest.mark.parametrize("size", [1, 2, 3, 100])
    def test_the_longest_due_come_first_and_the_others_not_at_all(self, store: SqlStore, size: int) -> None:
        hours = {"late": 10, "early": 6, "other": 6, "night": 23}
        some = [
            ada(address=f"{name}@example.org", send_at=time(hour), timezone="UTC", days=frozenset(range(7)))
            for name, hour in hours.items()
        ]
        store.add_subscribers(some)
        store.save_editions([edition_of(one.address, state=EditionState.SENT) for one in some])
        store.add_subscribers(some)  # and with it, when they are due next
        found = due_addresses(store, datetime(2026, 11, 21, 12, tzinfo=UTC), size)
        assert found == ["early@example.org", "other@example.org", "late@example.org"]

    def test_who_has_an_edition_on_its_way_is_left_out(self, store: SqlStore) -> None:
        addresses = {state: f"{state}@example.org" for state in EditionState}
        store.add_subscribers([ada(address=address) for address in addresses.values()])
        store.save_editions([edition_of(address, state=state) for state, address in addresses.items()])
        on_its_way = {EditionState.WAITING, EditionState.DEFERRED}
        assert set(due_addresses(store)) == {addresses[state] for state in EditionState if state not in on_its_way}

    def test_readers_are_found_by_their_ids(self, store: SqlStore) -> None:
        pigeon = ada(address="pigeon:loft-4")
        store.add_subscribers([ada(), pigeon])
        assert store.subscribers_of(["feed:tides", "mail:eve@example.org", f"mail:{ADA}", "pigeon:loft-4"]) == {
            f"mail:{ADA}": ada(),
            "pigeon:loft-4": pigeon,
        }

    def test_ten_thousand_take_as_many_statements_as_one(self, store: SqlStore) -> None:
        """Asking for each of them alone would take seconds, once a minute."""
        asked: list[str] = []

        def statements() -> int:
            asked.clear()
            with on_each_statement(asked.append):
                due_addresses(store)
            return len(asked)

        store.add_subscribers([ada()])
        one = statements()
        store.add_subscribers([ada(address=f"{number}@example.org") for number in range(50)])
        assert statements() == one


class TestSettingAside:
    @pytest.mark.parametrize(
        ("column", "value", "reason"),
        [
            ("keywords", '["moss", "titel:x"]', "there is no field 'titel'"),
            ("timezone", "Mars/Base", "not a time zone"),
        ],
    )
    def test_a_row_that_is_not_valid_any_more_stops_nobody_else(
        self, store: SqlStore, tmp_path: Path, column: str, value: str, reason: str
    ) -> None:
        bob = ada(address="bob@example.org")
        store.add_subscribers([ada(), bob])
        with closing(sqlite3.connect(tmp_path / "digest.db")) as database, database:
            database.execute(f"UPDATE subscribers SET {column} = ? WHERE address = ?", [value, ADA])
        (page,) = store.due_subscribers(LATER)
        wrong, right = page
        assert isinstance(wrong, SetAside)
        assert wrong.address == ADA
        assert reason in wrong.reason
        assert right == bob


def test_a_secret_is_made_once_for_each_purpose(store: SqlStore) -> None:
    made = iter("abc")
    assert store.secret("unsubscribe", lambda: next(made)) == "a"
    assert store.secret("unsubscribe", lambda: next(made)) == "a"
    assert store.secret("confirm", lambda: next(made)) == "b"
