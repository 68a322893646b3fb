"""One dump, as it is written."""

from __future__ import annotations

from collections import defaultdict
from itertools import repeat
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from digest.store.bulk import insert_columns
from digest.store.codec import paper_columns, receipt_row, to_paper
from digest.store.database import chunks
from digest.store.schema import absorbed, aliases, changes, dumps, papers, receipts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from digest.diff import PaperUpdate
    from digest.model import KnownPaper, Receipt
    from digest.store.sqlite import Sqlite

__all__ = ["SqlRecording", "paper_ids", "papers_by_id"]


def paper_ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Map those keys that papers have to the papers' ids."""
    return {
        key: paper_id
        for chunk in chunks(keys)
        for key, paper_id in connection.execute(select(papers.c.key, papers.c.id).where(papers.c.key.in_(chunk)))
    }


def papers_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, KnownPaper]:
    """Map ids to papers; one that is no more is left out."""
    return {
        row.id: to_paper(row)
        for chunk in chunks(ids)
        for row in connection.execute(select(papers).where(papers.c.id.in_(chunk)))
    }


class SqlRecording:
    """A transaction in which one dump's papers, changes and receipt are written together."""

    def __init__(self, connection: Connection, dialect: Sqlite) -> None:
        self._connection = connection
        self._dialect = dialect

    def known(self, names: Collection[str]) -> dict[str, tuple[KnownPaper, ...]]:
        """Map each alias that is known to the papers that have it, the one that came first in front.

        What this recording has written counts.
        """
        bearers: defaultdict[str, list[int]] = defaultdict(list)
        for chunk in chunks(sorted(names)):  # neighbours stand in one page
            for alias, paper_id in self._connection.execute(select(aliases).where(aliases.c.alias.in_(chunk))):
                bearers[alias].append(paper_id)
        found = papers_by_id(self._connection, {paper_id for ids in bearers.values() for paper_id in ids})
        return {
            alias: tuple(sorted((found[paper_id] for paper_id in ids), key=lambda paper: paper.first_seq))
            for alias, ids in bearers.items()
        }

    def apply(self, updates: Sequence[PaperUpdate], *, source: str, at: datetime, day: date) -> None:
        """Write papers, aliases and changes, which are numbered in the order of the updates.

        A change is of ``day``, unless its update names another.
        """
        ids = paper_ids(self._connection, [one.paper.key for one in updates if one.paper.first_seq])
        # Nobody else writes, so the numbers of the next rows are known before they are there.
        paper_id, seq = (self._dialect.last_number(self._connection, one) for one in (papers, changes))
        told = [one for one in updates if one.kind]
        seqs = {one.paper.key: number for number, one in enumerate(told, seq + 1)}
        new = [one.paper for one in updates if not one.paper.first_seq]
        ids |= zip((paper.key for paper in new), range(paper_id + 1, paper_id + 1 + len(new)), strict=True)
        numbers = {"id": [ids[paper.key] for paper in new], "first_seq": [seqs.get(paper.key, seq) for paper in new]}
        insert_columns(self._connection, _NEW_PAPERS, paper_columns(new) | numbers)
        if changed := [one.paper for one in updates if one.paper.first_seq and one.changed]:
            columns = paper_columns(changed) | {"paper_id": [ids[paper.key] for paper in changed]}
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            self._connection.execute(_UPDATE_PAPER, rows)
        named = [(alias, ids[one.paper.key]) for one in updates if one.changed for alias in one.paper.aliases]
        named.sort()  # in their order neighbours go into one page of the table
        columns = {"alias": [alias for alias, _ in named], "paper_id": [number for _, number in named]}
        insert_columns(self._connection, self._dialect.insert_missing(aliases), columns)
        columns = {
            "seq": seqs.values(),
            "kind": [one.kind.value for one in told if one.kind],
            "paper_id": [ids[one.paper.key] for one in told],
            "at": repeat(at, len(told)),
            "day": [one.day or day for one in told],
            "source": repeat(source, len(told)),
            "fields": [one.fields for one in told],
        }
        insert_columns(self._connection, _CHANGES, columns)
        for update in updates:
            if update.absorbed:
                self._absorb(update.absorbed, ids[update.paper.key])

    def receipt(self, receipt: Receipt, validator: str | None) -> None:
        """Write the receipt, and under the dump's name the validator that tells it from its next version.

        Without a validator, one that is known from an earlier version stays.
        """
        self._connection.execute(receipts.insert(), receipt_row(receipt))
        if receipt.dump is not None and validator is not None:
            self.mark(receipt.source, receipt.dump, validator, receipt.at)

    def mark(self, source: str, dump: str, validator: str, at: datetime) -> None:
        """Write under a dump's name how far it was read, or which version of it."""
        row = {"source": source, "name": dump, "validator": validator, "read_at": at}
        write = self._dialect.upsert(dumps, key=["source", "name"], update=["validator", "read_at"])
        self._connection.execute(write, row)

    def _absorb(self, keys: Sequence[str], survivor: int) -> None:
        """Give what belongs to some papers to another one, which has their aliases already, and remove them.

        Editions name papers by their ids and stay as they are; ``absorbed`` says where an id has gone.
        """
        execute = self._connection.execute
        for key, gone in paper_ids(self._connection, keys).items():
            execute(changes.update().where(changes.c.paper_id == gone).values(paper_id=survivor))
            execute(absorbed.update().where(absorbed.c.into_id == gone).values(into_id=survivor))
            execute(absorbed.insert().values(paper_id=gone, key=key, into_id=survivor))
            execute(aliases.delete().where(aliases.c.paper_id == gone))
            execute(papers.delete().where(papers.c.id == gone))


_NEW_PAPERS = papers.insert()
_CHANGES = changes.insert()
_UPDATE_PAPER = papers.update().where(papers.c.id == bindparam("paper_id"))
