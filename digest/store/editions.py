"""Editions: what each reader got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from digest.model import EditionState
from digest.store.codec import edition_row, to_edition
from digest.store.database import chunks
from digest.store.due import set_next_due
from digest.store.edition_rows import ids_of_entries, load_editions
from digest.store.schema import editions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from digest.model import Edition, Reader
    from digest.store.database import Database

__all__ = ["Editions"]

_READ = (EditionState.SENT.value, EditionState.EMPTY.value)
_LONG = {"entries", "receipts"}


class Editions:
    """What each reader got, and how far they have read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- by reader

    def newest_editions(self, readers: Collection[str]) -> dict[str, Edition]:
        """Each reader's edition of the latest date, without its entries and receipts."""
        found: dict[str, Edition] = {}
        with self._database.read() as connection:
            for chunk in chunks(readers):
                newest = (
                    select(editions.c.reader, func.max(editions.c.date).label("date"))
                    .where(editions.c.reader.in_(chunk))
                    .group_by(editions.c.reader)
                    .subquery("newest")
                )
                same = and_(editions.c.reader == newest.c.reader, editions.c.date == newest.c.date)
                rows = connection.execute(select(*_SHORT_COLUMNS).join_from(newest, editions, same))
                found |= {row.reader: to_edition(row, {}) for row in rows}
        return found

    def cursors(self, readers: Collection[str]) -> dict[str, int]:
        """How far each reader has got in the change log; one who has read nothing is left out.

        A mail has been read when it was sent, or when it was empty; a feed's edition when it was made.
        """
        with self._database.read() as connection:
            return {
                reader: to_seq
                for chunk in chunks(readers)
                for reader, to_seq in connection.execute(
                    select(editions.c.reader, func.max(editions.c.to_seq))
                    .where(editions.c.reader.in_(chunk), or_(editions.c.feed, editions.c.state.in_(_READ)))
                    .group_by(editions.c.reader)
                )
            }

    def editions(self, *, reader: str | None = None, day: date | None = None, limit: int = 100) -> list[Edition]:
        """Editions with entries, newest date first: a reader's, or everybody's, which takes reading them all."""
        wanted = select(editions).order_by(editions.c.date.desc(), editions.c.reader).limit(limit)
        if reader is not None:
            wanted = wanted.where(editions.c.reader == reader)
        if day is not None:
            wanted = wanted.where(editions.c.date == day)
        return load_editions(self._database, wanted)

    # -- writing

    def save_editions(self, made: Sequence[Edition], readers: Collection[Reader] = ()) -> list[Edition]:
        """Write editions of some readers, and when the next one of each is due; return those that were written.

        One that exists for its reader and date is left alone, but for a feed's that grew: that is replaced.
        """
        if not made:
            return []
        statement = self._database.dialect.upsert(
            editions,
            key=["reader", "date"],
            update=[name for name in _COLUMNS if name not in {"id", "reader", "date", "feed"}],
            where=lambda new: and_(editions.c.feed, new.to_seq > editions.c.to_seq),
        )
        with self._database.write() as connection:
            ids = ids_of_entries(connection, made)
            rows = [edition_row(edition, ids) for edition in made]
            written = connection.execute(statement.returning(editions.c.reader, editions.c.date), rows)
            names = {(reader, day) for reader, day in written}
            dates = {edition.reader: edition.date for edition in made}
            set_next_due(connection, [(reader, dates[reader.id]) for reader in readers if reader.id in dates])
        return [edition for edition in made if (edition.reader, edition.date) in names]


_COLUMNS = list(editions.c.keys())
_SHORT_COLUMNS = [column for column in editions.c if column.name not in _LONG]
