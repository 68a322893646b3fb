"""What papers have, the other way round and as arrays: for each pattern the papers and what it is worth there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.rank.ranking import tie_break

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from digest.model import KnownPaper
    from digest.rank.keywords import Pattern
    from digest.rank.worth import Weighed

__all__ = ["Postings"]


@dataclass(frozen=True, slots=True)
class Postings:
    """Pattern ``n`` is met in ``ranks[starts[n]:starts[n + 1]]``, ascending, and is worth ``worths[…]`` there.

    A rank is a paper's place among the papers in the order that ties are broken in.
    """

    papers: tuple[KnownPaper, ...]
    #: rank -> index in ``papers``
    order: NDArray[np.int32]
    starts: NDArray[np.int32]
    ranks: NDArray[np.int32]
    #: all parts of a pattern in a paper together: sums of multiples of 1/65536, which have no rounding error
    worths: NDArray[np.float64]
    #: of that, what the paper has itself
    owns: NDArray[np.float64]
    #: whether the paper has the pattern as it is written, which is what signs look at
    written: NDArray[np.bool_]

    def least(self, papers: int) -> NDArray[np.float64]:
        """For each pattern what it is worth of their own in so many papers at least, 0 where fewer have it."""
        lengths = np.diff(self.starts)
        ranking = np.lexsort((-self.owns, np.repeat(np.arange(lengths.size), lengths)))
        least = np.zeros(lengths.size)
        many = lengths >= papers
        least[many] = self.owns[ranking[self.starts[:-1][many] + papers - 1]]
        return least

    @classmethod
    def of(cls, weighed: Weighed, numbers: Mapping[Pattern, int]) -> Postings:
        """The postings of the numbered patterns; KeyError where one was not matched."""
        papers = weighed.hits.papers
        order = np.array(sorted(range(len(papers)), key=lambda index: tie_break(papers[index])), dtype=np.int32)
        capacity = max(numbers.values(), default=-1) + 1
        counts = np.zeros(capacity + 1, dtype=np.int32)
        having: list[int] = []
        met: list[int] = []
        worths: list[float] = []
        owns: list[float] = []
        written: list[bool] = []
        for pattern, number in numbers.items():
            found = weighed.parts[pattern]
            if found:
                counts[number + 1] = len(found)
                having.append(number)
                met.extend(found)
                worths.extend([sum([part.worth for part in parts]) for parts in found.values()])
                owns.extend([sum([p.worth for p in parts if p.field != "similar"]) for parts in found.values()])
                as_written = weighed.hits.found[pattern]
                written.extend([index in as_written for index in found])
        rank_of = np.empty(len(papers), dtype=np.int64)
        rank_of[order] = np.arange(len(papers))
        ranks = rank_of[np.array(met, dtype=np.int64)]
        of_pattern = np.repeat(np.array(having, dtype=np.int64), counts[np.array(having, dtype=np.int64) + 1])
        sort = np.argsort(of_pattern * max(1, len(papers)) + ranks)
        return cls(
            papers,
            order,
            np.cumsum(counts, dtype=np.int32),
            ranks[sort].astype(np.int32),
            np.array(worths, dtype=np.float64)[sort],
            np.array(owns, dtype=np.float64)[sort],
            np.array(written, dtype=np.bool_)[sort],
        )

    def among(self, keys: Collection[str]) -> Postings:
        """What is left where only the papers of some keys are there."""
        wanted = np.array([self.papers[index].key in keys for index in self.order], dtype=np.bool_)
        if wanted.all():
            return self
        kept = wanted[self.ranks]
        before = np.concatenate(([0], np.cumsum(kept, dtype=np.int32)))
        return Postings(
            self.papers,
            self.order[wanted],
            before[self.starts].astype(np.int32),
            (np.cumsum(wanted, dtype=np.int32) - 1)[self.ranks[kept]].astype(np.int32),
            self.worths[kept],
            self.owns[kept],
            self.written[kept],
        )
