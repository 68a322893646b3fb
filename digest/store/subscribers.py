"""Subscribers, when each is due, and who has unsubscribed. Addresses are as ``digest.address`` parses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, null, select

from digest.model import SetAside, Subscriber, subscriber_id
from digest.schedule import next_due
from digest.store.database import chunks
from digest.store.due import newest_dates, set_next_due
from digest.store.outbox import cancel_unsent
from digest.store.schema import editions, fingerprints, subscribers, unsubscriptions
from digest.store.subscriber_rows import subscriber_row, to_subscriber

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

    from digest.model import Reader
    from digest.store.database import Database

__all__ = ["Subscribers"]

#: subscribers that are read at a time: nothing holds all of them
PAGE = 10_000

_ON_ITS_WAY = ("waiting", "deferred")
#: what the configuration says of a subscriber, or a person: all but when they came
_SETTINGS = [name for name in subscribers.c.keys() if name not in {"id", "reader", "address", "created_at"}]  # noqa: SIM118


class Subscribers:
    """Who gets editions at an address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- changes

    def add_subscribers(self, some: Iterable[Subscriber]) -> None:
        """Add subscribers, or change those of these addresses, whose ``created_at`` stays.

        Those who had unsubscribed and come without ``unsubscribed_at`` get editions again. Those whom the configuration
        names keep what it says.
        """
        with self._database.write() as connection:
            for chunk in chunks(some):
                given = {subscriber_id(one.address): one for one in chunk}
                gone = [
                    {"address": one.address, "at": one.unsubscribed_at} for one in given.values() if one.unsubscribed_at
                ]
                back = unsubscriptions.c.address.in_([one.address for one in given.values()])
                connection.execute(unsubscriptions.delete().where(back))
                if gone:
                    connection.execute(unsubscriptions.insert(), gone)
                same = _ALL.where(subscribers.c.reader.in_(given), subscribers.c.configured)
                kept = {row.reader: to_subscriber(row) for row in connection.execute(same)}
                self._write(connection, [one for one in (given | kept).values() if isinstance(one, Subscriber)])

    def remove_subscriber(self, address: str) -> bool:
        """Remove a subscriber whom the configuration does not name, and cancel what waits for them.

        Say whether there was one. Whoever had unsubscribed stays unsubscribed.
        """
        reader = subscriber_id(address)
        same = and_(subscribers.c.reader == reader, ~subscribers.c.configured)
        with self._database.write() as connection:
            gone = connection.execute(subscribers.delete().where(same)).rowcount > 0
            if gone:
                cancel_unsent(connection, reader)
            return gone

    def unsubscribe(self, address: str, at: datetime) -> None:
        """Send nothing more to an address, whether it is a subscriber's or not; the first time counts.

        What waits for it is cancelled, and so is what failed.
        """
        with self._database.write() as connection:
            row = {"address": address, "at": at}
            connection.execute(self._database.dialect.insert_missing(unsubscriptions), row)
            reader = subscriber_id(address)
            connection.execute(subscribers.update().where(subscribers.c.reader == reader).values(next_due=None))
            cancel_unsent(connection, reader)

    def synchronise(self, configured: Sequence[Subscriber], fingerprint: str, now: datetime) -> None:
        """Make the rows that the configuration names those that it names now.

        Whoever it names no more is removed, with what waits for them; whoever has unsubscribed stays so.
        ``fingerprint`` changes whenever ``configured`` does: nothing is done if it is that of the last time.
        """
        with self._database.read() as connection:
            if connection.scalar(_FINGERPRINT) == fingerprint:
                return
        upsert = self._database.dialect.upsert(fingerprints, key=["name"], update=["value"])
        with self._database.write() as connection:
            wanted = {subscriber_id(one.address) for one in configured}
            known = connection.execute(select(subscribers.c.id, subscribers.c.reader).where(subscribers.c.configured))
            for row in [row for row in known if row.reader not in wanted]:
                connection.execute(subscribers.delete().where(subscribers.c.id == row.id))
                cancel_unsent(connection, row.reader)
            for some in chunks(configured):
                self._write(connection, [replace(one, configured=True, created_at=now) for one in some])
            connection.execute(upsert, {"name": _NAME, "value": fingerprint})

    def reschedule(self, readers: Iterable[Reader]) -> None:
        """Correct ``next_due`` of readers for whom nothing is due, though it has passed."""
        wanted = {reader.id: reader for reader in readers}
        with self._database.write() as connection:
            newest = newest_dates(connection, wanted)
            set_next_due(connection, [(reader, newest.get(reader.id)) for reader in wanted.values()])

    def _write(self, connection: Connection, some: Sequence[Subscriber]) -> None:
        """Write rows; those whom nobody knows are new."""
        if not some:
            return
        newest = newest_dates(connection, [subscriber_id(one.address) for one in some])
        gone = _unsubscribed(connection, [one.address for one in some])
        rows = []
        for one in some:
            row = subscriber_row(one)
            moment = None if one.address in gone else next_due(one, newest.get(row["reader"]))
            rows.append({**row, "next_due": moment})
        connection.execute(self._database.dialect.upsert(subscribers, key=["reader"], update=_SETTINGS), rows)

    # -- pages

    def due_subscribers(self, until: datetime, *, size: int = PAGE) -> Iterator[list[Subscriber | SetAside]]:
        """The subscribers who may have an edition due by an instant, a page at a time, longest due first.

        Those of whom an edition is on its way are left out: what it covers is not known to be read.
        """
        on_its_way = exists().where(editions.c.reader == subscribers.c.reader, editions.c.state.in_(_ON_ITS_WAY))
        wanted = _ACTIVE.where(~on_its_way).limit(bindparam("size"))
        # In two steps: SQLite would skip all that went before, of the many who are due at the same instant.
        same = wanted.where(subscribers.c.next_due == bindparam("at"), subscribers.c.id > bindparam("after"))
        later = wanted.where(subscribers.c.next_due > bindparam("at"), subscribers.c.next_due <= until)
        later = later.order_by(subscribers.c.next_due, subscribers.c.id)
        place: dict[str, Any] = {}
        while True:
            with self._database.read() as connection:
                rows: list[Row[Any]] = []
                if place:
                    rows += connection.execute(same.order_by(subscribers.c.id), {**place, "size": size})
                else:
                    place = {"at": _BEFORE_ALL}
                if len(rows) < size:
                    rows += connection.execute(later, {"at": place["at"], "size": size - len(rows)})
            if rows:
                yield [to_subscriber(row) for row in rows]
            if len(rows) < size:
                return
            place = {"at": rows[-1].next_due, "after": rows[-1].id}

    def active_subscribers(self, *, size: int = PAGE) -> Iterator[list[Subscriber | SetAside]]:
        """All who have not unsubscribed, a page at a time."""
        return self._pages(_ACTIVE.where(subscribers.c.next_due.is_not(None)), size)

    def subscribers(self, *, size: int = PAGE) -> Iterator[list[Subscriber | SetAside]]:
        """All of them, those who have unsubscribed too, a page at a time."""
        return self._pages(_ALL, size)

    def _pages(self, wanted: Select[Any], size: int) -> Iterator[list[Subscriber | SetAside]]:
        page = wanted.where(subscribers.c.id > bindparam("after")).order_by(subscribers.c.id).limit(size)
        after = 0
        while True:
            with self._database.read() as connection:
                rows = connection.execute(page, {"after": after}).all()
            if rows:
                yield [to_subscriber(row) for row in rows]
            if len(rows) < size:
                return
            after = rows[-1].id

    # -- single ones

    def subscriber(self, address: str) -> Subscriber | SetAside | None:
        """The subscriber at an address; None if there is none."""
        return self.subscribers_of([subscriber_id(address)]).get(subscriber_id(address))

    def subscribers_of(self, readers: Collection[str]) -> dict[str, Subscriber | SetAside]:
        """The subscribers that some readers are, given by the readers' ids; feeds and unknown ones are left out."""
        found: dict[str, Subscriber | SetAside] = {}
        with self._database.read() as connection:
            for chunk in chunks(readers):
                rows = connection.execute(_ALL.where(subscribers.c.reader.in_(chunk)))
                found |= {row.reader: to_subscriber(row) for row in rows}
        return found

    def added_subscriber_count(self) -> int:
        """How many were added, and have not unsubscribed."""
        with self._database.read() as connection:
            return connection.scalar(_COUNT) or 0

    def upcoming(self, now: datetime, limit: int) -> list[tuple[Subscriber, datetime]]:
        """The subscribers whose editions are due next after an instant, soonest first, with when that is in UTC."""
        later = _ACTIVE.where(subscribers.c.next_due > now).order_by(subscribers.c.next_due, subscribers.c.id)
        with self._database.read() as connection:
            rows = connection.execute(later.limit(limit)).all()
        found = ((to_subscriber(row), row.next_due) for row in rows)
        return [(one, moment) for one, moment in found if isinstance(one, Subscriber)]

    def unsubscribed(self) -> dict[str, datetime]:
        """The addresses to which no editions may go, and since when."""
        with self._database.read() as connection:
            return {row.address: row.at for row in connection.execute(select(unsubscriptions))}

    def is_subscribed(self, address: str) -> bool:
        """Whether editions may still go to an address: they may to all that have not unsubscribed."""
        found = select(unsubscriptions.c.at).where(unsubscriptions.c.address == address)
        with self._database.read() as connection:
            return connection.scalar(found) is None


def _unsubscribed(connection: Connection, addresses: Iterable[str]) -> set[str]:
    return {
        address
        for chunk in chunks(addresses)
        for address in connection.scalars(select(unsubscriptions.c.address).where(unsubscriptions.c.address.in_(chunk)))
    }


_NAME = "subscribers"
_FINGERPRINT = select(fingerprints.c.value).where(fingerprints.c.name == _NAME)
_ALL: Select[Any] = select(*subscribers.c, unsubscriptions.c.at.label("unsubscribed_at")).join_from(
    subscribers, unsubscriptions, subscribers.c.address == unsubscriptions.c.address, isouter=True
)
_ACTIVE: Select[Any] = select(*subscribers.c, null().label("unsubscribed_at"))
_COUNT = (
    select(func.count()).select_from(subscribers).where(subscribers.c.next_due.is_not(None), ~subscribers.c.configured)
)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
