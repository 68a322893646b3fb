"""Papers: what a dump says of them, what the history knows of them, and what changed."""

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
    """What one record of a dump says of a paper."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    #: how many there are, where the names are not given
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPaper:
    """A paper as the history has it: the union of what all dumps said."""

    #: never changes once given; feeds and message ids are made of it
    key: str
    paper: Paper
    #: every name by which a record is recognised as this paper: ``arxiv:…``, ``doi:…``, ``title:…``
    aliases: tuple[str, ...]
    #: source name -> the fields it was the first to fill or the last to revise
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: where in the change log it came in
    first_seq: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    """A place in a dump that could not be read as a paper. ``line`` counts from 1."""

    line: int | None
    reason: str
    excerpt: str = ""
    #: the dump ends in the middle of this record
    cut: bool = False


class ChangeKind(StrEnum):
    """What a dump did to the history."""

    NEW = "new"
    REVISED = "revised"
    TRENDING = "trending"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the change log."""

    #: from 1, growing, never reused
    seq: int
    kind: ChangeKind
    paper: KnownPaper
    #: when it was appended
    at: datetime
    #: the day that the dump shows: its ``--as-of``, else the day it was read
    day: date
    source: str
    #: the fields that changed, for REVISED
    fields: tuple[str, ...] = ()
