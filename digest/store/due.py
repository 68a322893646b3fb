"""When each subscriber's next edition is due, as it is stored.

It follows from their hour, zone and days and from the date of their newest edition, so each of these changes writes it
again, in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from digest.model import ReaderKind
from digest.schedule import next_due
from digest.store.database import chunks
from digest.store.schema import editions, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

    from digest.model import Reader

__all__ = ["newest_dates", "set_next_due"]


def newest_dates(connection: Connection, readers: Iterable[str]) -> dict[str, date]:
    """The date of each reader's newest edition; those who have none are left out."""
    return {
        reader: day
        for chunk in chunks(readers)
        for reader, day in connection.execute(
            select(editions.c.reader, func.max(editions.c.date))
            .where(editions.c.reader.in_(chunk))
            .group_by(editions.c.reader)
        )
    }


def set_next_due(connection: Connection, due: Iterable[tuple[Reader, date | None]]) -> None:
    """Write when each reader's next edition is due, given the date of the newest one. Feeds have no such instant.

    Readers were read earlier: it counts only for those whose hour, zone and days are still the same.
    """
    rows = [
        {
            "of_reader": reader.id,
            "of_send_at": reader.send_at,
            "of_timezone": reader.timezone,
            "of_days": sum(1 << day for day in reader.days),
            "moment": next_due(reader, newest),
        }
        for reader, newest in due
        if reader.kind is ReaderKind.SUBSCRIBER
    ]
    if rows:
        connection.execute(_MOVE_ON, rows)


_MOVE_ON = (
    subscribers.update()
    .where(
        subscribers.c.reader == bindparam("of_reader"),
        subscribers.c.send_at == bindparam("of_send_at"),
        subscribers.c.timezone == bindparam("of_timezone"),
        subscribers.c.days == bindparam("of_days"),
        subscribers.c.next_due.is_not(None),
    )
    .values(next_due=bindparam("moment"))
)
