"""Editions and the outbox."""

from __future__ import annotations

import fcntl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select

from digest.errors import StoreError
from digest.model import EditionState
from digest.store.codec import edition_row, to_edition
from digest.store.database import chunks
from digest.store.recording import paper_ids, papers_by_id
from digest.store.schema import absorbed, editions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy import Connection, Row, Select

    from digest.model import Edition, KnownPaper
    from digest.store.database import Database

__all__ = ["Editions", "cancel_unsent"]

_WAITING = (EditionState.WAITING.value, EditionState.DEFERRED.value)
_UNSENT = (*_WAITING, EditionState.FAILED.value)
_READ = (EditionState.SENT.value, EditionState.EMPTY.value)
_LONG = {"entries", "receipts"}


class Editions:
    """What each reader got, and what is still to go out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._delivering = threading.Lock()

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
        return self._load(wanted)

    # -- writing

    def save_editions(self, made: Sequence[Edition]) -> list[Edition]:
        """Write editions; return those that were written.

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
            ids = _ids_of_entries(connection, made)
            rows = [edition_row(edition, ids) for edition in made]
            written = connection.execute(statement.returning(editions.c.reader, editions.c.date), rows)
            names = {(reader, day) for reader, day in written}
        return [edition for edition in made if (edition.reader, edition.date) in names]

    def update_edition(self, edition: Edition) -> None:
        """Write an edition's state, attempts, first and next attempt, error and sent_at.

        A feed's that grew meanwhile is left alone: what became of the smaller one says nothing about it.
        """
        same = and_(
            editions.c.reader == edition.reader,
            editions.c.date == edition.date,
            editions.c.to_seq == edition.to_seq,
        )
        with self._database.write() as connection:
            connection.execute(
                editions.update()
                .where(same)
                .values(
                    state=edition.state.value,
                    attempts=edition.attempts,
                    first_attempt=edition.first_attempt,
                    next_attempt=edition.next_attempt,
                    error=edition.error,
                    sent_at=edition.sent_at,
                )
            )

    # -- the outbox

    def outbox(self, *, now: datetime | None = None) -> list[Edition]:
        """The editions that wait or are deferred, with entries, oldest date first; with ``now``, those that may be
        tried by then.
        """
        waiting = select(editions).where(editions.c.state.in_(_WAITING)).order_by(editions.c.date, editions.c.id)
        if now is not None:
            waiting = waiting.where(or_(editions.c.next_attempt.is_(None), editions.c.next_attempt <= now))
        return self._load(waiting)

    def unsent(self) -> list[Edition]:
        """The editions that wait, are deferred or failed, with entries, newest date first."""
        unsent = select(editions).where(editions.c.state.in_(_UNSENT))
        return self._load(unsent.order_by(editions.c.date.desc(), editions.c.reader))

    def retry(self) -> int:
        """Let what was deferred or failed wait anew, as if it had never been tried; return how many there are.

        Only a reader's newest edition comes back, and only where no other one covers its papers: what was sent since
        began where this reader had got to.
        """
        other = editions.alias("other")
        newer = other.c.date > editions.c.date
        read = and_(other.c.state.in_(_READ), other.c.to_seq >= editions.c.to_seq)
        stuck = and_(
            editions.c.state.in_((EditionState.DEFERRED.value, EditionState.FAILED.value)),
            ~exists().where(other.c.reader == editions.c.reader, or_(newer, read)),
        )
        waiting = EditionState.WAITING.value
        anew = {"state": waiting, "attempts": 0, "first_attempt": None, "next_attempt": None, "error": None}
        with self._database.write() as connection:
            return connection.execute(editions.update().where(stuck).values(anew)).rowcount

    @contextmanager
    def delivering(self) -> Iterator[bool]:
        """Hold the right to deliver; gives False where another process, or another thread of this one, has it.

        The right ends with the process that holds it, however that ends.
        """
        path = self._database.path
        if path is not None:
            with _locked(path.with_name(f"{path.name}.delivering")) as mine:
                yield mine
            return
        mine = self._delivering.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._delivering.release()

    # -- reading

    def _load(self, wanted: Select[Any]) -> list[Edition]:
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            papers = _papers_of_entries(connection, rows)
        return [to_edition(row, papers) for row in rows]


def cancel_unsent(connection: Connection, reader: str) -> None:
    """Cancel what waits or failed for a reader who is gone."""
    unsent = and_(editions.c.reader == reader, editions.c.state.in_(_UNSENT))
    cancelled = {"state": EditionState.CANCELLED.value, "next_attempt": None}
    connection.execute(editions.update().where(unsent).values(cancelled))


_COLUMNS = list(editions.c.keys())
_SHORT_COLUMNS = [column for column in editions.c if column.name not in _LONG]


def _ids_of_entries(connection: Connection, made: Iterable[Edition]) -> dict[str, int]:
    """Map the keys of the editions' papers to ids, by way of ``absorbed`` where a paper is no more since lately."""
    keys = {entry.paper.key for edition in made for entry in edition.entries}
    ids = paper_ids(connection, keys)
    for chunk in chunks(keys - ids.keys()):
        gone = select(absorbed.c.key, absorbed.c.into_id).where(absorbed.c.key.in_(chunk))
        ids |= dict(connection.execute(gone).all())
    if unknown := keys - ids.keys():
        raise StoreError(f"the history does not know the paper {min(unknown)}; publish again")
    return ids


def _papers_of_entries(connection: Connection, rows: Iterable[Row[Any]]) -> dict[int, KnownPaper]:
    """Map the ids in the rows' entries to papers; those of papers that are no more lead to what absorbed them."""
    ids = {entry["paper"] for row in rows for entry in row.entries}
    papers = papers_by_id(connection, ids)
    moved: dict[int, int] = {}
    for chunk in chunks(ids - papers.keys()):
        gone = select(absorbed.c.paper_id, absorbed.c.into_id).where(absorbed.c.paper_id.in_(chunk))
        moved |= dict(connection.execute(gone).all())
    survivors = papers_by_id(connection, set(moved.values()))
    return papers | {paper_id: survivors[into_id] for paper_id, into_id in moved.items()}


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Lock a file, made where it is missing, and say whether that worked: flock(2) ends with the process."""
    try:
        file = path.open("ab")
    except OSError as error:
        raise StoreError(f"{path}, which keeps two processes from delivering at once: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
