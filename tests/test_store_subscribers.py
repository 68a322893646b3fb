"""Subscribers are kept, who unsubscribes gets no more, and secrets are made once."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from digest.config.values import timezones
from digest.store import SqlStore, Subscriber, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.world import World

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


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
        "address": "ada@example.org",
        "profiles": ("tides", "decoding"),
        "keywords": ('author:"Zoë Łuk" ^4', "nul\x00 😀 'quotes'"),
        "send_at": time(7, 30),
        "timezone": "Europe/London",
        "days": frozenset({0, 2, 6}),
        "created_at": NOW,
    }
    return Subscriber(**(given | fields))


def test_a_subscriber_comes_back_as_they_went_in(store: SqlStore) -> None:
    gone = ada(address="bob@example.org", profiles=(), keywords=(), days=frozenset(), unsubscribed_at=LATER)
    store.add_subscriber(gone)
    store.add_subscriber(ada())
    assert store.subscribers() == [ada(), gone]


def test_adding_again_changes_all_but_the_first_coming(store: SqlStore) -> None:
    store.add_subscriber(ada())
    changed = ada(profiles=("tides",), keywords=(), send_at=time(9), timezone="UTC", days=frozenset({4}))
    store.add_subscriber(replace(changed, created_at=LATER))
    assert store.subscribers() == [changed]


def test_who_unsubscribes_gets_no_more_and_stays_in_the_list(store: SqlStore) -> None:
    store.add_subscriber(ada())
    assert store.is_subscribed("ada@example.org")
    store.unsubscribe("ada@example.org", LATER)
    store.unsubscribe("ada@example.org", LATER + timedelta(days=1))
    assert not store.is_subscribed("ada@example.org")
    assert store.subscribers() == [ada(unsubscribed_at=LATER)]


def test_who_is_added_again_gets_mail_again(store: SqlStore) -> None:
    store.add_subscriber(ada())
    store.unsubscribe("ada@example.org", LATER)
    store.add_subscriber(ada())
    assert store.is_subscribed("ada@example.org")
    assert store.subscribers() == [ada()]


def test_whom_only_the_configuration_names_can_unsubscribe(store: SqlStore) -> None:
    assert store.is_subscribed("cleo@example.org")
    store.unsubscribe("cleo@example.org", LATER)
    assert not store.is_subscribed("cleo@example.org")
    assert store.subscribers() == []


def test_who_is_removed_is_gone(store: SqlStore) -> None:
    store.add_subscriber(ada())
    assert store.remove_subscriber("ada@example.org")
    assert not store.remove_subscriber("ada@example.org")
    assert store.subscribers() == []
    assert store.is_subscribed("ada@example.org")


def test_removing_does_not_subscribe_again(store: SqlStore) -> None:
    """An address that the configuration names too must not get mail because its row went."""
    store.add_subscriber(ada())
    store.unsubscribe("ada@example.org", LATER)
    store.remove_subscriber("ada@example.org")
    assert not store.is_subscribed("ada@example.org")


def test_all_who_have_unsubscribed_are_known_at_once(store: SqlStore) -> None:
    store.add_subscriber(ada())
    for address in ("ada@example.org", "Cleo@example.org"):
        store.unsubscribe(address, LATER)
    assert store.unsubscribed() == {"ada@example.org", "Cleo@example.org"}


def test_ten_thousand_readers_take_as_many_statements_as_one(world: World) -> None:
    """Asking for each of them alone would take seconds, once a minute."""
    asked: list[str] = []

    def statements() -> int:
        asked.clear()
        with on_each_statement(asked.append):
            world.app.readers()
        return len(asked)

    store = world.app.store
    store.add_subscriber(ada(profiles=("decoding",), keywords=()))
    store.unsubscribe("ada@example.org", LATER)
    one = statements()
    for number in range(50):
        store.add_subscriber(ada(address=f"{number}@example.org", keywords=("tides",)))
    assert statements() == one
    readers = {reader.address: reader for reader in world.app.readers() if reader.address}
    assert len(readers) == 50
    (bob,) = [reader for address, reader in readers.items() if address == "7@example.org"]
    assert (bob.send_at, bob.timezone, bob.days) == (time(7, 30), "Europe/London", frozenset({0, 2, 6}))
    assert not bob.send_empty


def test_the_zones_are_looked_up_once() -> None:
    """The standard library takes milliseconds for them, each time it is asked."""
    assert timezones() is timezones()


def test_a_secret_is_made_once_for_each_purpose(store: SqlStore) -> None:
    made = iter("abc")
    assert store.secret("unsubscribe", lambda: next(made)) == "a"
    assert store.secret("unsubscribe", lambda: next(made)) == "a"
    assert store.secret("confirm", lambda: next(made)) == "b"
