"""Editions: what one reader gets on one date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digest.model.papers import ChangeKind, KnownPaper
from digest.model.readers import ReaderKind
from digest.model.receipts import Receipt

__all__ = ["Alike", "Edition", "EditionState", "Entry", "Match", "Miss", "RankedPaper", "Standing"]


@dataclass(frozen=True, slots=True)
class Match:
    """One keyword met in one field of a paper. The contributions of an entry's matches sum to its score."""

    keyword: str
    #: ``title``, ``abstract``, ``author`` or ``cat``; ``apart``: all its words in one sentence, but not in a row;
    #: ``similar``: not in the paper itself, but in those that are most like it
    field: str
    #: how often it was met there; for ``apart`` in how many sentences, for ``similar`` in how many papers
    count: int
    contribution: float


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A paper, how well it suits a profile, and why."""

    paper: KnownPaper
    #: the sum of the matches' contributions
    score: float
    #: greatest contribution first
    matches: tuple[Match, ...]
    #: the score without what similar papers give to it; this is what a threshold is for
    own: float


@dataclass(frozen=True, slots=True)
class Miss:
    """A paper that nearly was in an edition."""

    ranked: RankedPaper
    #: why it is not: "0.20 below the threshold of 1"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a profile would send of some changes, and what it would not."""

    #: best first, as in an edition
    sent: tuple[RankedPaper, ...]
    #: what has its keywords and would not be sent, best first
    left: tuple[Miss, ...]
    #: what just missed, best first: of what is left, and of what a sign shuts out
    near: tuple[Miss, ...]
    #: how many papers the changes are of
    papers: int
    #: of how many of them the profile is told
    told: int
    #: key of a paper -> the keys of those most like it, nearest first, of which ``similar`` matches are
    like: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Alike:
    """That an entry is nearly the same news as a better one of its edition."""

    #: of the other one's paper
    key: str
    #: in a reader's words: "by the same authors"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper in an edition, and why it is there."""

    paper: KnownPaper
    kind: ChangeKind
    #: when its change was appended to the log
    at: datetime
    score: float
    #: greatest contribution first
    matches: tuple[Match, ...]
    #: the name of the profile that found it; of several the one that gave it the highest score
    profile: str
    #: only where the profile groups what is alike
    alike: Alike | None = None
    #: the names of the other profiles of its reader that found it too
    also: tuple[str, ...] = ()


class EditionState(StrEnum):
    """Where an edition is on its way."""

    WAITING = "waiting"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    #: nothing in it, and the reader does not want empty ones
    EMPTY = "empty"
    #: the reader has unsubscribed or was removed before it went out
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What one reader gets on one local date. Its row is also its place in the outbox."""

    #: the id of the reader
    reader: str
    kind: ReaderKind
    #: the name of the output that takes it; None for feeds, which are files
    output: str | None = None
    date: date
    #: the entries come from the changes with from_seq < seq <= to_seq
    from_seq: int
    to_seq: int
    #: best first
    entries: tuple[Entry, ...]
    #: how many papers were looked at
    considered: int
    #: the sources' receipts since the reader's last edition
    receipts: tuple[Receipt, ...]
    #: RFC 5322, with angle brackets; the same on every retry; None for feeds
    message_id: str | None
    created_at: datetime
    state: EditionState = EditionState.WAITING
    attempts: int = 0
    #: the first attempt that failed; None if there was none
    first_attempt: datetime | None = None
    #: not before this instant; None if it can go at once
    next_attempt: datetime | None = None
    #: why the last attempt failed, such as the answer of the mail server
    error: str | None = None
    sent_at: datetime | None = None
