"""Receipts: what was in a dump, and how reading it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digest.model.papers import Reject

__all__ = ["Counts", "Receipt", "Status"]


class Status(StrEnum):
    """How reading a source went."""

    FINE = "fine"
    QUIET = "quiet"
    STALE = "stale"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Counts:
    """The records of a dump in numbers. Each is exactly one of new, revised, seen and rejected."""

    read: int = 0
    new: int = 0
    revised: int = 0
    seen: int = 0
    rejected: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Add each number."""
        return Counts(
            self.read + other.read,
            self.new + other.new,
            self.revised + other.revised,
            self.seen + other.seen,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was in a dump of a source, or why there was no dump."""

    source: str
    #: the dump's name within its source; None if there was no dump
    dump: str | None
    #: the format's name; None if the format was not recognised
    format: str | None
    status: Status
    counts: Counts = Counts()
    rejects: tuple[Reject, ...] = ()
    #: a sentence, for every status but FINE
    reason: str = ""
    #: a checksum of the set of papers, whatever their order; None if no paper was read
    batch: str | None = None
    at: datetime
    day: date
