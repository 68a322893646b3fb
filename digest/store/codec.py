"""Rows to the model and back. A row is a dict by column; what has no column of its own is JSON."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from digest.model import (
    Alike,
    Change,
    ChangeKind,
    Counts,
    Edition,
    EditionState,
    Entry,
    KnownPaper,
    Links,
    Match,
    Paper,
    ReaderKind,
    Receipt,
    Reject,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Row

__all__ = [
    "edition_row",
    "paper_columns",
    "receipt_row",
    "to_change",
    "to_edition",
    "to_paper",
    "to_receipt",
]

_LINKS = tuple(field.name for field in fields(Links))
_NO_LINKS = Links()
_KNOWN_COLUMNS = ("key", "first_seq", "aliases", "sources")
_PAPER_COLUMNS = (
    "title", "abstract", "authors", "author_count", "organization", "categories", "published", "listed", "version",
    "upvotes", "comments", "arxiv_id", "doi", "withdrawn",
)  # fmt: skip


# ------------------------------------------------------------------------------------------------------ papers


def paper_columns(known: Sequence[KnownPaper]) -> dict[str, Iterable[Any]]:
    """The columns of papers, without their ids."""
    papers = [one.paper for one in known]
    return {
        **{name: map(attrgetter(name), known) for name in _KNOWN_COLUMNS},
        **{name: map(attrgetter(name), papers) for name in _PAPER_COLUMNS},
        "links": [_links_json(paper.links) for paper in papers],
    }


def _links_json(links: Links) -> dict[str, str]:
    return {} if links == _NO_LINKS else {name: url for name in _LINKS if (url := getattr(links, name)) is not None}


def to_paper(row: Row[Any]) -> KnownPaper:
    """A row of papers, or one that has all of its columns."""
    paper = Paper(
        title=row.title,
        abstract=row.abstract,
        authors=tuple(row.authors),
        author_count=row.author_count,
        organization=row.organization,
        categories=tuple(row.categories),
        published=row.published,
        listed=row.listed,
        version=row.version,
        upvotes=row.upvotes,
        comments=row.comments,
        links=Links(**row.links),
        arxiv_id=row.arxiv_id,
        doi=row.doi,
        withdrawn=row.withdrawn,
    )
    return KnownPaper(
        key=row.key,
        paper=paper,
        aliases=tuple(row.aliases),
        sources={source: tuple(names) for source, names in row.sources.items()},
        first_seq=row.first_seq,
    )


# ----------------------------------------------------------------------------------------------------- changes


def to_change(row: Row[Any]) -> Change:
    """A row of changes, joined with its paper's."""
    return Change(
        seq=row.seq,
        kind=ChangeKind(row.kind),
        paper=to_paper(row),
        at=row.at,
        day=row.day,
        source=row.source,
        fields=tuple(row.fields),
    )


# ---------------------------------------------------------------------------------------------------- receipts


def receipt_row(receipt: Receipt) -> dict[str, Any]:
    """A receipt without its id."""
    return {
        "source": receipt.source,
        "dump": receipt.dump,
        "format": receipt.format,
        "status": receipt.status.value,
        **asdict(receipt.counts),
        "rejects": [asdict(reject) for reject in receipt.rejects],
        "reason": receipt.reason,
        "at": receipt.at,
        "day": receipt.day,
        "batch": receipt.batch,
    }


def to_receipt(row: Mapping[str, Any]) -> Receipt:
    """A row of receipts."""
    return Receipt(
        source=row["source"],
        dump=row["dump"],
        format=row["format"],
        status=Status(row["status"]),
        counts=Counts(**{field.name: row[field.name] for field in fields(Counts)}),
        rejects=tuple(Reject(**reject) for reject in row["rejects"]),
        reason=row["reason"],
        at=row["at"],
        day=row["day"],
        batch=row.get("batch"),  # editions keep receipts from before there was one
    )


def _receipt_json(receipt: Receipt) -> dict[str, Any]:
    row = receipt_row(replace(receipt, rejects=()))
    return row | {"at": receipt.at.isoformat(), "day": receipt.day.isoformat()}


def _json_receipt(data: dict[str, Any]) -> Receipt:
    return to_receipt(data | {"at": datetime.fromisoformat(data["at"]), "day": date.fromisoformat(data["day"])})


# ---------------------------------------------------------------------------------------------------- editions


def edition_row(edition: Edition, paper_ids: Mapping[str, int]) -> dict[str, Any]:
    """An edition without its id; ``paper_ids`` maps the keys of its papers.

    Receipts are kept without their rejects, and only for subscribers: pages show the receipts of a day.
    """
    feed = edition.kind is ReaderKind.FEED
    return {
        "reader": edition.reader,
        "feed": feed,
        "output": edition.output,
        "date": edition.date,
        "from_seq": edition.from_seq,
        "to_seq": edition.to_seq,
        "considered": edition.considered,
        "message_id": edition.message_id,
        "created_at": edition.created_at,
        "state": edition.state.value,
        "attempts": edition.attempts,
        "first_attempt": edition.first_attempt,
        "next_attempt": edition.next_attempt,
        "error": edition.error,
        "sent_at": edition.sent_at,
        "receipts": [] if feed else [_receipt_json(receipt) for receipt in edition.receipts],
        "entries": [_entry_json(entry, paper_ids[entry.paper.key]) for entry in edition.entries],
    }


def _entry_json(entry: Entry, paper_id: int) -> dict[str, Any]:
    return {
        "paper": paper_id,
        "kind": entry.kind.value,
        "at": entry.at.isoformat(),
        "score": entry.score,
        "matches": [[match.keyword, match.field, match.count, match.contribution] for match in entry.matches],
        "profile": entry.profile,
        **({"alike": [entry.alike.key, entry.alike.why]} if entry.alike else {}),
        **({"also": entry.also} if entry.also else {}),
    }


def _json_entry(data: dict[str, Any], paper: KnownPaper) -> Entry:
    return Entry(
        paper=paper,
        kind=ChangeKind(data["kind"]),
        at=datetime.fromisoformat(data["at"]),
        score=data["score"],
        matches=tuple(Match(*match) for match in data["matches"]),
        profile=data["profile"],
        alike=Alike(*data["alike"]) if "alike" in data else None,
        also=tuple(data.get("also", ())),
    )


def to_edition(row: Row[Any], papers: Mapping[int, KnownPaper]) -> Edition:
    """A row of editions; ``papers`` maps the ids in its entries. A row without the columns entries and receipts gives
    an edition without them.

    Two entries whose papers turned out to be one become one, the better one.
    """
    entries: dict[str, Entry] = {}
    columns = row._asdict()
    for data in columns.get("entries", ()):
        paper = papers[data["paper"]]
        entries.setdefault(paper.key, _json_entry(data, paper))
    return Edition(
        reader=row.reader,
        kind=ReaderKind.FEED if row.feed else ReaderKind.SUBSCRIBER,
        output=row.output,
        date=row.date,
        from_seq=row.from_seq,
        to_seq=row.to_seq,
        entries=tuple(entries.values()),
        considered=row.considered,
        receipts=tuple(map(_json_receipt, columns.get("receipts", ()))),
        message_id=row.message_id,
        created_at=row.created_at,
        state=EditionState(row.state),
        attempts=row.attempts,
        first_attempt=row.first_attempt,
        next_attempt=row.next_attempt,
        error=row.error,
        sent_at=row.sent_at,
    )
