"""Papers, changes, receipts and frequencies, as they are read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, bindparam, cast, func, or_, select

from digest.model import ChangeKind
from digest.rank.worth import Frequency
from digest.store.codec import to_change, to_paper, to_receipt
from digest.store.database import chunks
from digest.store.recording import SqlRecording, papers_by_id
from digest.store.schema import absorbed, aliases, changes, dumps, editions, frequencies, papers, receipts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from digest.model import Change, KnownPaper, Receipt
    from digest.store.database import Database

__all__ = ["History"]

#: papers that are read in one transaction when many are listed
_PAGE = 500

_NEW = changes.c.kind == ChangeKind.NEW.value


class History:
    """What the store knows of papers, and of the dumps that told of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def recording(self) -> Iterator[SqlRecording]:
        """Begin a transaction for one dump: committed at the end, rolled back on any exception.

        It holds the right to write from its beginning; other writers wait.
        """
        with self._database.write() as connection:
            yield SqlRecording(connection, self._database.dialect)

    # -- papers

    def papers(
        self, query: str | None = None, *, since: int = 0, before: int | None = None, limit: int | None = None
    ) -> Iterator[KnownPaper]:
        """The papers that came in between two changes and have every word of ``query``, newest first.

        A word is looked for in title, abstract, authors and key; the case of ASCII letters does not count.
        """
        wanted = select(papers).where(papers.c.first_seq > since, *map(_has, (query or "").split()))
        while limit is None or limit > 0:
            page = wanted if before is None else wanted.where(papers.c.first_seq < before)
            size = _PAGE if limit is None else min(_PAGE, limit)
            # A transaction a page: whoever takes long to look at one holds nobody up, not even the write-ahead log.
            with self._database.read() as connection:
                rows = connection.execute(page.order_by(papers.c.first_seq.desc()).limit(size)).all()
            yield from map(to_paper, rows)
            if len(rows) < size:
                return
            before = rows[-1].first_seq
            limit = None if limit is None else limit - size

    def recent_papers(self, limit: int, *, before: int | None = None) -> list[KnownPaper]:
        """The ``limit`` papers that came in last, or last before a change; newest first."""
        return list(self.papers(before=before, limit=limit))

    def papers_named(self, names: Collection[str]) -> dict[str, tuple[KnownPaper, ...]]:
        """Map keys and aliases that are known to their papers; a title may belong to several.

        A paper that turned out to be another one is found under the key that it had.
        """
        by_key = select(papers.c.key, papers.c.id)
        by_old_key = select(absorbed.c.key, absorbed.c.into_id)
        by_alias = select(aliases.c.alias, aliases.c.paper_id)
        ids: dict[str, list[int]] = {}
        with self._database.read() as connection:
            for chunk in chunks(names):
                found = (
                    by_key.where(papers.c.key.in_(chunk)),
                    by_old_key.where(absorbed.c.key.in_(chunk)),
                    by_alias.where(aliases.c.alias.in_(chunk)),
                )
                for statement in found:
                    for name, paper_id in connection.execute(statement):
                        ids.setdefault(name, []).append(paper_id)
            by_id = papers_by_id(connection, {paper_id for of_name in ids.values() for paper_id in of_name})
        return {
            name: tuple(by_id[paper_id] for paper_id in dict.fromkeys(of_name) if paper_id in by_id)
            for name, of_name in ids.items()
        }

    def paper_count(self) -> int:
        """How many papers are known."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(papers)) or 0

    def changes_of_day(self, day: date, limit: int) -> tuple[list[KnownPaper], int]:
        """The papers that were NEW on a day, most upvotes first, and how many there are in all."""
        came_in = changes.join(papers, papers.c.first_seq == changes.c.seq)
        that_day = and_(changes.c.day == day, _NEW)
        found = (
            select(papers)
            .select_from(came_in)
            .where(that_day)
            .order_by(papers.c.upvotes.desc().nulls_last(), papers.c.first_seq)
            .limit(limit)
        )
        with self._database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(came_in).where(that_day)) or 0
            return [to_paper(row) for row in connection.execute(found)], total

    # -- changes

    def last_seq(self) -> int:
        """The number of the newest change, 0 where there is none."""
        with self._database.read() as connection:
            return connection.scalar(select(func.max(changes.c.seq))) or 0

    def changes(self, since: int, *, until: int | None = None, from_day: date | None = None) -> list[Change]:
        """The changes with since < seq <= until, oldest first, of dumps taken on ``from_day`` or later."""
        wanted = changes.c.seq > since
        if until is not None:
            wanted &= changes.c.seq <= until
        if from_day is not None:
            # As a list of numbers from the index on day; a plain condition would be tried on the whole log.
            recent = select(changes.c.seq).where(changes.c.day >= from_day)
            wanted &= changes.c.seq.in_(recent)
        found = (
            select(changes, *_PAPER_COLUMNS)
            .join_from(changes, papers, papers.c.id == changes.c.paper_id)
            .where(wanted)
            .order_by(changes.c.seq)
        )
        with self._database.read() as connection:
            return [to_change(row) for row in connection.execute(found)]

    def days(self, limit: int) -> list[date]:
        """The dates on which papers came in or a feed has an edition, newest first."""
        came_in = _newest_values(receipts.c.day, receipts.c.new > 0, limit)
        public = _newest_values(editions.c.date, editions.c.feed, limit)
        with self._database.read() as connection:
            found = {*connection.scalars(came_in), *connection.scalars(public)}
        return sorted(found, reverse=True)[:limit]

    # -- dumps

    def validators(self, source: str) -> dict[str, str]:
        """The validators of the dumps of a source that were read, by the dump's name."""
        with self._database.read() as connection:
            found = connection.execute(select(dumps.c.name, dumps.c.validator).where(dumps.c.source == source))
            return dict(found.all())

    def receipts(self, since: datetime | None) -> list[Receipt]:
        """The receipts written after an instant, oldest first."""
        found = select(receipts).order_by(receipts.c.at, receipts.c.id)
        if since is not None:
            found = found.where(receipts.c.at > since)
        with self._database.read() as connection:
            return [to_receipt(row._asdict()) for row in connection.execute(found)]

    def newest_receipts(self, sources: Collection[str]) -> list[Receipt]:
        """The last receipt of each of these sources; those that were never read are left out."""
        last = select(receipts).where(receipts.c.source == bindparam("name")).order_by(receipts.c.id.desc()).limit(1)
        with self._database.read() as connection:
            # One by one: each is a single step down the index, however many receipts there are.
            rows = [connection.execute(last, {"name": source}).one_or_none() for source in sources]
        return [to_receipt(row._asdict()) for row in rows if row is not None]

    def past_receipts(self, source: str, limit: int) -> list[Receipt]:
        """The last receipts of a source in which papers were read, newest first."""
        found = select(receipts).where(receipts.c.source == source, receipts.c.batch.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(found.order_by(receipts.c.id.desc()).limit(limit))
            return [to_receipt(row._asdict()) for row in rows]

    # -- frequencies

    def frequencies(self, patterns: Collection[str]) -> dict[str, Frequency]:
        """How many papers have each pattern, as far as it was counted."""
        with self._database.read() as connection:
            return {
                row.pattern: Frequency(papers=row.papers, total=row.total, to_seq=row.to_seq)
                for chunk in chunks(patterns)
                for row in connection.execute(select(frequencies).where(frequencies.c.pattern.in_(chunk)))
            }

    def save_frequencies(self, counted: Mapping[str, Frequency]) -> None:
        """Keep the counts; one that reaches farther than another process's stays."""
        if not counted:
            return
        statement = self._database.dialect.upsert(
            frequencies,
            key=["pattern"],
            update=["papers", "total", "to_seq"],
            where=lambda new: new.to_seq >= frequencies.c.to_seq,
        )
        rows = [
            {"pattern": pattern, "papers": one.papers, "total": one.total, "to_seq": one.to_seq}
            for pattern, one in counted.items()
        ]
        with self._database.write() as connection:
            connection.execute(statement, rows)


_PAPER_COLUMNS = [column for column in papers.c if column.name != "id"]


def _has(word: str) -> ColumnElement[bool]:
    places = (papers.c.title, papers.c.abstract, cast(papers.c.authors, Text), papers.c.key)
    return or_(*(place.icontains(word, autoescape=True) for place in places))


def _newest_values(column: ColumnElement[date], condition: ColumnElement[bool], limit: int) -> Select[tuple[date]]:
    """The ``limit`` greatest values of a column, each found by one step down an index that begins with it.

    DISTINCT would read every row of the index.
    """
    newest = select(func.max(column).label("value")).where(condition).cte("newest", recursive=True)
    below = select(func.max(column)).where(condition, column < newest.c.value).scalar_subquery()
    newest = newest.union_all(select(below).where(newest.c.value.is_not(None)))
    return select(newest.c.value).where(newest.c.value.is_not(None)).limit(limit)
