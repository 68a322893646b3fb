"""What goes out: editions and public files, and how their delivery went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from digest.model.editions import Edition, EditionState
from digest.model.papers import KnownPaper
from digest.model.readers import Profile
from digest.model.receipts import Receipt

__all__ = ["Day", "Delivery", "DeliveryState", "OutputContext", "OutputFile", "Publication", "Unsent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContext:
    """What every output gets in addition to its own options."""

    #: the title of the site
    title: str
    #: absolute, without a slash at the end
    base_url: str
    language: str
    #: where outputs write their files
    folder: Path
    #: the user's own templates, which replace built-in ones of the same name
    templates: Path | None
    #: returns the unsubscribe link of an address
    unsubscribe_url: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the site."""

    date: date
    #: the papers of that day, most upvotes first
    papers: tuple[KnownPaper, ...]
    #: how many other papers the day has
    more: int = 0
    #: the feeds' editions of that date
    editions: tuple[Edition, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything that the feeds and the site show."""

    profiles: tuple[Profile, ...]
    #: profile name -> its feed's editions, newest first
    feeds: dict[str, tuple[Edition, ...]]
    #: the days whose pages are written, newest first; each has papers or entries
    days: tuple[Day, ...]
    #: the dates of all pages, newest first, for the archive
    archive: tuple[date, ...]
    #: days after the newest of ``days``, on which nothing came; newest first
    since: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A public file. ``path`` is relative to the root of the site, with forward slashes: ``feeds/tides.json``."""

    path: str
    content: bytes
    #: the day that it is about, if old days are not written again; None if it is written each time
    day: date | None = None


class DeliveryState(StrEnum):
    """How the delivery of an edition ended."""

    SENT = "sent"
    WRITTEN = "written"
    DEFERRED = "deferred"
    FAILED = "failed"
    #: the reader is not subscribed any more
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The result of one attempt to deliver an edition."""

    reader: str
    date: date
    state: DeliveryState
    #: None for feeds
    output: str | None = None
    address: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """An undelivered edition, as the outbox lists it."""

    reader: str
    #: None for feeds
    output: str | None
    date: date
    #: the number of entries
    entries: int
    state: EditionState
    attempts: int
    next_attempt: datetime | None
    error: str | None
    message_id: str | None
