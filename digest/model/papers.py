"""Papers: as dumps describe them, as the history knows them, and how they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

__all__ = ["Change", "ChangeKind", "KnownPaper", "Links", "Paper", "Reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a paper can be read; each an ``http`` or ``https`` URL."""

    abstract: str | None = None
    pdf: str | None = None
    code: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as one record of a dump describes it."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    #: the number of authors, if their names are not given
    author_count: int | None = None
    organization: str | None = None
    categories: tuple[str, ...] = ()
    #: the day of the first version
    published: date | None = None
    #: the day on which the dump's listing shows it
    listed: date | None = None
    #: arXiv's version number, from 1
    version: int | None = None
    upvotes: int | None = None
    comments: int | None = None
    links: Links = Links()
    #: without version: ``2508.13426``, ``hep-th/9901001``
    arxiv_id: str | None = None
    #: lower case, without resolver: ``10.1000/182``
    doi: str | None = None
    withdrawn: bool = False
    #: further names by which it is known, beside arXiv id and DOI: ``openreview:AbCd``, ``pubmed:31234567``;
    #: the history keeps them as aliases
    ids: tuple[str, ...] = ()
    #: announced as a new version of a paper that came out before; nothing that the history keeps
    replacement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPaper:
    """A paper in the history: everything that any dump said about it."""

    #: never changes; feed ids are made from it
    key: str
    paper: Paper
    #: the names that identify a record as this paper: ``arxiv:…``, ``doi:…``, ``title:…``
    aliases: tuple[str, ...]
    #: source name -> the fields that it was the first to fill or the last to change
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: the number of its first change in the log
    first_seq: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    """A record of a dump that could not be read as a paper. ``line`` counts from 1."""

    line: int | None
    reason: str
    excerpt: str = ""
    #: the dump ends in the middle of this record
    cut: bool = False


class ChangeKind(StrEnum):
    """How a dump changed the history."""

    NEW = "new"
    REVISED = "revised"
    TRENDING = "trending"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry in the change log."""

    #: starts at 1, always grows, and is never reused
    seq: int
    kind: ChangeKind
    paper: KnownPaper
    #: when it was added
    at: datetime
    #: the day of the dump: its ``--as-of``, or the day it was read
    day: date
    source: str
    #: the fields that changed, for REVISED
    fields: tuple[str, ...] = ()
