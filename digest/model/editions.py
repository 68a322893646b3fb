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
    #: ``related``: only words of the same roots ("operator" for "operation");
    #: ``similar``: not in the paper itself, but in those that are most like it
    field: str
    #: how often it was met there; for ``apart`` in how many sentences, for ``similar`` in how many papers
    count: int
    contribution: float


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A paper with its score for a profile, and the reasons."""

    paper: KnownPaper
    #: the sum of the matches' contributions
    score: float
    #: greatest contribution first
    matches: tuple[Match, ...]
    #: the weights of the keywords that it has as they are written, each counted once; of a phrase whose words are only
    #: apart, half
    weight: float

    def reaches(self, threshold: float) -> bool:
        """Whether this paper is for a reader with a threshold: the score only orders what is."""
        return self.weight > 0 and self.weight >= threshold


@dataclass(frozen=True, slots=True)
class Miss:
    """A paper that just missed an edition."""

    ranked: RankedPaper
    #: why it is not: "has 1 of the 2 that the threshold asks for"
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
    """Says that an entry is nearly the same news as a better entry in its edition."""

    #: the key of the better entry's paper
    key: str
    #: the reason for readers, such as "by the same authors"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper in an edition, and why it is there."""

    paper: KnownPaper
    kind: ChangeKind
    #: when its change was added to the log
    at: datetime
    score: float
    #: greatest contribution first
    matches: tuple[Match, ...]
    #: the name of the profile that found it; if there are several, the one with the highest score
    profile: str
    #: set only if the profile groups papers that are nearly the same news
    alike: Alike | None = None
    #: the names of the reader's other profiles that found it
    also: tuple[str, ...] = ()


class EditionState(StrEnum):
    """The state of an edition's delivery."""

    WAITING = "waiting"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    #: it has no entries, and the reader does not want empty editions
    EMPTY = "empty"
    #: the reader unsubscribed or was removed before it was sent
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What one reader gets on one local date. Its database row is also its place in the outbox."""

    #: the id of the reader
    reader: str
    kind: ReaderKind
    #: the name of the output that delivers it; None for feeds, which are files
    output: str | None = None
    date: date
    #: the entries come from the changes with from_seq < seq <= to_seq
    from_seq: int
    to_seq: int
    #: best first
    entries: tuple[Entry, ...]
    #: how many papers were ranked
    considered: int
    #: the sources' receipts since the reader's last edition
    receipts: tuple[Receipt, ...]
    #: RFC 5322, with angle brackets; does not change on retries; None for feeds
    message_id: str | None
    created_at: datetime
    state: EditionState = EditionState.WAITING
    attempts: int = 0
    #: the time of the first failed attempt; None if there was none
    first_attempt: datetime | None = None
    #: not before this time; None if it can be sent at once
    next_attempt: datetime | None = None
    #: why the last attempt failed, such as the answer of the mail server
    error: str | None = None
    sent_at: datetime | None = None
