"""What leaves: editions, public files, and what became of them."""

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
    """What every output is given beside its own options."""

    #: of the site
    title: str
    #: absolute, without a slash at its end
    base_url: str
    language: str
    #: below which an output that writes files puts them
    folder: Path
    #: templates of the user's own, which replace the built-in ones file by file
    templates: Path | None
    #: the unsubscribe link of an address
    unsubscribe_url: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the site."""

    date: date
    #: the papers that came in that day, most upvotes first
    papers: tuple[KnownPaper, ...]
    #: how many more there were than ``papers`` holds
    more: int = 0
    #: the feeds' editions of that date
    editions: tuple[Edition, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything public: what the feeds and the site are made of."""

    profiles: tuple[Profile, ...]
    #: profile name -> its feed's editions, newest first
    feeds: dict[str, tuple[Edition, ...]]
    #: the days whose pages are to be written, newest first: each has papers or entries
    days: tuple[Day, ...]
    #: the dates of all pages, newest first, for the archive's links
    archive: tuple[date, ...]
    #: the days after the first of ``days``, which brought nothing; newest first
    since: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A public file. ``path`` is relative to the root of the site, with forward slashes: ``feeds/tides.json``."""

    path: str
    content: bytes
    #: the day that it is about, if it stays as it is once that day is long over; None if it is made each time
    day: date | None = None


class DeliveryState(StrEnum):
    """What became of one edition."""

    SENT = "sent"
    WRITTEN = "written"
    DEFERRED = "deferred"
    FAILED = "failed"
    #: nobody is subscribed any more
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome of one attempt at one edition."""

    reader: str
    date: date
    state: DeliveryState
    #: None for feeds
    output: str | None = None
    address: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """An edition that has not gone out, as the outbox lists it."""

    reader: str
    #: None for feeds
    output: str | None
    date: date
    #: how many there are
    entries: int
    state: EditionState
    attempts: int
    next_attempt: datetime | None
    error: str | None
    message_id: str | None
