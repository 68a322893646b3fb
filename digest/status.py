"""Judge how reading a source went, from what was read and from earlier receipts. Pure."""

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

#: how many past receipts of a source to look at
PAST = 100
#: the usual size is the median of this many dumps of the same kind, and unknown with fewer than this many
_USUAL, _ENOUGH = 20, 5
#: no dump is called too small if fewer papers than this are usual
_SMALL = 20
#: a dump with less than this part of the usual number was probably cut short
_SUSPECT = 0.25
# The parts of a file name that differ from day to day: numbers, checksums, and the names of months and days.
_MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
_DAYS = "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_VARYING = re.compile(rf"[0-9a-f]{{8,}}|\d+|(?<![a-z])(?:{_MONTHS}|nov(?:ember)?|dec(?:ember)?|{_DAYS})(?![a-z])")
_NO_LETTERS = re.compile(r"[\W\d_]+")


class Batch:
    """A checksum of a set of papers. Their order does not matter, and it takes constant memory."""

    def __init__(self) -> None:
        self._sum = 0
        self._number = 0

    def add(self, alias: str) -> None:
        """Add a paper by its strongest alias."""
        digest = blake2b(alias.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % 2**64
        self._number += 1

    def name(self) -> str | None:
        """Sixteen hexadecimal digits; None if there were no papers."""
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
    """Return the status of a dump that was read, and a sentence; the sentence of FINE is empty.

    ``past`` holds the source's receipts with papers, newest first. The usual number of papers comes from the receipts
    with the same ``form`` and a similar file name, because a folder can hold several kinds of dumps.
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
    """The part of a name that is the same every day: ``cstxt`` for ``2026-11-20-cs.txt`` and ``Nov 21 cs (1).txt``."""
    return _NO_LETTERS.sub("", _VARYING.sub(" ", name.casefold()))
