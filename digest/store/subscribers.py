"""Subscribers, who has unsubscribed, and the secrets that sign their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from digest.model import subscriber_id
from digest.store.outbox import cancel_unsent
from digest.store.schema import secrets, subscribers, unsubscriptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, time

    from digest.store.database import Database

__all__ = ["Subscriber", "Subscribers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody who gets the mail."""

    address: str
    #: names of profiles
    profiles: tuple[str, ...]
    #: of their own, in the language of ``digest.keywords``
    keywords: tuple[str, ...]
    #: the local hour
    send_at: time
    #: an IANA zone name
    timezone: str
    #: Monday is 0
    days: frozenset[int]
    created_at: datetime
    #: None for those who get the mail
    unsubscribed_at: datetime | None = None


class Subscribers:
    """Who reads by mail. Addresses are as ``digest.address`` parses them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_subscriber(self, subscriber: Subscriber) -> None:
        """Add a subscriber, or change the one of that address, who keeps the instant of their first coming.

        Somebody who had unsubscribed and comes without ``unsubscribed_at`` gets mail again.
        """
        row = {
            "address": subscriber.address,
            "profiles": subscriber.profiles,
            "keywords": subscriber.keywords,
            "send_at": subscriber.send_at,
            "timezone": subscriber.timezone,
            "days": sorted(subscriber.days),
            "created_at": subscriber.created_at,
        }
        changed = [name for name in row if name not in {"address", "created_at"}]
        with self._database.write() as connection:
            connection.execute(self._database.dialect.upsert(subscribers, key=["address"], update=changed), row)
            connection.execute(unsubscriptions.delete().where(unsubscriptions.c.address == row["address"]))
            if subscriber.unsubscribed_at is not None:
                connection.execute(
                    unsubscriptions.insert().values(address=row["address"], at=subscriber.unsubscribed_at)
                )

    def remove_subscriber(self, address: str) -> bool:
        """Remove a subscriber and cancel what waits for them; say whether there was one.

        Whoever had unsubscribed stays unsubscribed.
        """
        with self._database.write() as connection:
            gone = connection.execute(subscribers.delete().where(subscribers.c.address == address))
            if gone.rowcount:
                cancel_unsent(connection, subscriber_id(address))
            return gone.rowcount > 0

    def subscribers(self) -> list[Subscriber]:
        """All of them, those who have unsubscribed too, by address."""
        found = (
            select(subscribers, unsubscriptions.c.at.label("unsubscribed_at"))
            .join_from(subscribers, unsubscriptions, subscribers.c.address == unsubscriptions.c.address, isouter=True)
            .order_by(subscribers.c.address)
        )
        with self._database.read() as connection:
            return [
                Subscriber(
                    address=row.address,
                    profiles=tuple(row.profiles),
                    keywords=tuple(row.keywords),
                    send_at=row.send_at,
                    timezone=row.timezone,
                    days=frozenset(row.days),
                    created_at=row.created_at,
                    unsubscribed_at=row.unsubscribed_at,
                )
                for row in connection.execute(found)
            ]

    def unsubscribe(self, address: str, at: datetime) -> None:
        """Send nothing more to an address, whether it is a subscriber's or not; the first time counts.

        What waits for it is cancelled, and so is what failed.
        """
        row = {"address": address, "at": at}
        with self._database.write() as connection:
            connection.execute(self._database.dialect.insert_missing(unsubscriptions), row)
            cancel_unsent(connection, subscriber_id(address))

    def is_subscribed(self, address: str) -> bool:
        """Whether mail may still go to an address: it may to all that have not unsubscribed."""
        found = select(unsubscriptions.c.at).where(unsubscriptions.c.address == address)
        with self._database.read() as connection:
            return connection.scalar(found) is None

    def unsubscribed(self) -> set[str]:
        """The addresses to which no mail may go."""
        with self._database.read() as connection:
            return set(connection.scalars(select(unsubscriptions.c.address)))

    def secret(self, purpose: str, make: Callable[[], str]) -> str:
        """The secret for a purpose; the first time it is made, and every process gets the same one."""
        known = select(secrets.c.value).where(secrets.c.purpose == purpose)
        with self._database.read() as connection:
            found: str | None = connection.scalar(known)
        if found is not None:
            return found
        with self._database.write() as connection:
            row = {"purpose": purpose, "value": make()}
            connection.execute(self._database.dialect.insert_missing(secrets), row)
            value: str = connection.execute(known).scalar_one()
        return value
