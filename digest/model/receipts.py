"""Receipts: what was found in a dump."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digest.model.papers import Reject

__all__ = ["Counts", "Receipt", "Status"]


class Status(StrEnum):
    """How a source did."""

    FINE = "fine"
    QUIET = "quiet"
    STALE = "stale"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of a dump: every one is in exactly one of new, revised, seen and rejected."""

    read: int = 0
    new: int = 0
    revised: int = 0
    seen: int = 0
    rejected: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Sum each number."""
        return Counts(
            self.read + other.read,
            self.new + other.new,
            self.revised + other.revised,
            self.seen + other.seen,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was found in one dump of a source, or in none."""

    source: str
    #: the dump's name within its source; None where the source had no dump
    dump: str | None
    #: the format's name; None where none was recognised
    format: str | None
    status: Status
    counts: Counts = Counts()
    rejects: tuple[Reject, ...] = ()
    #: a sentence, for every status but FINE
    reason: str = ""
    #: what tells one batch of papers from another, in whatever order they come; None where no paper was read
    batch: str | None = None
    at: datetime
    day: date
