"""The results of ``digest check``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Verdict"]


class Verdict(StrEnum):
    """The result of one check."""

    GOOD = "good"
    #: neither good nor bad, but worth knowing
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked, with the result in a sentence."""

    what: str
    verdict: Verdict
    sentence: str
