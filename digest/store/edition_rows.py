"""Editions with the papers that their entries name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from digest.errors import StoreError
from digest.store.codec import to_edition
from digest.store.database import chunks
from digest.store.recording import paper_ids, papers_by_id
from digest.store.schema import absorbed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row, Select

    from digest.model import Edition, KnownPaper
    from digest.store.database import Database

__all__ = ["ids_of_entries", "load_editions"]


def load_editions(database: Database, wanted: Select[Any]) -> list[Edition]:
    """The editions that a SELECT of all their columns gives, with entries."""
    with database.read() as connection:
        rows = connection.execute(wanted).all()
        papers = _papers_of_entries(connection, rows)
    return [to_edition(row, papers) for row in rows]


def ids_of_entries(connection: Connection, made: Iterable[Edition]) -> dict[str, int]:
    """Map the keys of the editions' papers to ids; a paper that was absorbed lately has the id of the one it is now."""
    keys = {entry.paper.key for edition in made for entry in edition.entries}
    ids = paper_ids(connection, keys)
    for chunk in chunks(keys - ids.keys()):
        gone = select(absorbed.c.key, absorbed.c.into_id).where(absorbed.c.key.in_(chunk))
        ids |= dict(connection.execute(gone).all())
    if unknown := keys - ids.keys():
        raise StoreError(f"the history does not know the paper {min(unknown)}; publish again")
    return ids


def _papers_of_entries(connection: Connection, rows: Iterable[Row[Any]]) -> dict[int, KnownPaper]:
    """Map the ids in the rows' entries to papers; a paper that was absorbed is the one that absorbed it."""
    ids = {entry["paper"] for row in rows for entry in row.entries}
    papers = papers_by_id(connection, ids)
    moved: dict[int, int] = {}
    for chunk in chunks(ids - papers.keys()):
        gone = select(absorbed.c.paper_id, absorbed.c.into_id).where(absorbed.c.paper_id.in_(chunk))
        moved |= dict(connection.execute(gone).all())
    survivors = papers_by_id(connection, set(moved.values()))
    return papers | {paper_id: survivors[into_id] for paper_id, into_id in moved.items()}
