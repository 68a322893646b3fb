"""What ``digest check`` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Verdict"]


class Verdict(StrEnum):
    """How something is."""

    GOOD = "good"
    #: neither good nor bad: something to know
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    what: str
    verdict: Verdict
    sentence: str
