"""How a source did, told from what was read of it and from what it used to bring. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from statistics import median
from typing import TYPE_CHECKING

from digest.model import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import Counts, Receipt, Reject

__all__ = ["PAST", "Batch", "judge"]

#: past receipts of a source that are looked through
PAST = 100
#: how many of one kind tell what is usual, and from how few it is not known
_USUAL, _ENOUGH = 20, 5
#: a dump of fewer papers than this is never called too small
_SMALL = 20
#: the part of a usual day below which a dump was probably cut short
_SUSPECT = 0.25
# What tells one day's dump from the next one's: numbers, checksums, and the names of months and days.
_MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
_DAYS = "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_VARYING = re.compile(rf"[0-9a-f]{{8,}}|\d+|(?<![a-z])(?:{_MONTHS}|nov(?:ember)?|dec(?:ember)?|{_DAYS})(?![a-z])")
_NO_LETTERS = re.compile(r"[\W\d_]+")


class Batch:
    """Tells one batch of papers from another, in whatever order they come, in constant memory."""

    def __init__(self) -> None:
        self._sum = 0
        self._number = 0

    def add(self, alias: str) -> None:
        """Count in a paper, by the strongest of its aliases."""
        digest = blake2b(alias.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % 2**64
        self._number += 1

    def name(self) -> str | None:
        """Sixteen hexadecimal digits; None for no papers."""
        return f"{self._sum:016x}" if self._number else None


def judge(
    counts: Counts,
    rejects: Sequence[Reject],
    batch: str | None,
    past: Sequence[Receipt],
    *,
    dump: str,
    form: str,
) -> tuple[Status, str]:
    """The status of a dump that was read, and a sentence for every status but FINE.

    ``past`` has the source's last receipts in which papers were read, newest first. How many papers are usual is told
    by those of the same ``form`` whose dumps are called like this one: one folder can have several kinds of dumps.
    """
    cut = next((reject for reject in rejects if reject.cut), None)
    if cut is not None:
        place = "" if cut.line is None else f" at line {cut.line}"
        return Status.PARTIAL, f"it is cut short{place}: {cut.reason}"
    papers = counts.read - counts.rejected
    if not papers:
        return Status.QUIET, "it lists no papers" if not counts.rejected else "it lists nothing that could be read"
    if past and batch == past[0].batch:
        return Status.STALE, f"it lists the same {papers:,} papers as when it was last read"
    kind = form, _kind(dump)
    alike = [one.counts.read for one in past if (one.format, _kind(one.dump or "")) == kind][:_USUAL]
    usual = median(alike) if len(alike) >= _ENOUGH else 0
    if usual >= _SMALL and counts.read < _SUSPECT * usual:
        return Status.PARTIAL, f"it lists only {counts.read:,} papers where {usual:,.0f} are usual; was it cut short?"
    if counts.seen == papers:
        return Status.QUIET, "every paper in it was known already"
    return Status.FINE, ""


@lru_cache(maxsize=1024)
def _kind(name: str) -> str:
    """What the dumps of one kind have in common in their names: ``2026-11-20-cs.txt`` and ``Nov 21 cs (1).txt``."""
    return _NO_LETTERS.sub("", _VARYING.sub(" ", name.casefold()))
