"""What papers have, as it is ranked for many: for each pattern the papers and what it is worth there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.rank.ranking import tie_break

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from digest.keywords import Pattern
    from digest.model import KnownPaper
    from digest.rank.weighing import Weighed

__all__ = ["Borrowings", "Postings"]


@dataclass(frozen=True, eq=False, slots=True)
class Borrowings:
    """What papers have of those that they are most like; papers are ranks.

    Paper ``n`` has ``shares[starts[n]:starts[n + 1]]`` of what the ``others`` there have.
    """

    starts: NDArray[np.int32]
    others: NDArray[np.uint32]
    shares: NDArray[np.float64]

    def turned(self) -> Borrowings:
        """The other way round: who has a share of what each paper has."""
        papers = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        return _borrowings(self.others, papers, self.shares, len(self.starts) - 1)


def _borrowings(
    papers: NDArray[np.integer], others: NDArray[np.integer], shares: NDArray[np.float64], number: int
) -> Borrowings:
    order = np.argsort(papers, kind="stable")
    starts = np.searchsorted(papers[order], np.arange(number + 1)).astype(np.int32)
    return Borrowings(starts, others[order].astype(np.uint32), shares[order])


@dataclass(frozen=True, eq=False, slots=True)
class Postings:
    """Pattern ``n`` is met in ``ranks[starts[n]:ends[n]]``, and is worth ``worths[…]`` there; -1 if not matched.

    A rank is a paper's place among the papers in the order that ties are broken in. Up to ``middles[n]`` are those that
    have the pattern as it is written, which is what signs look at; what these have counts for similar papers too where
    ``lends[n]``. From there up to ``aparts[n]`` are those that have its words apart, and then those that only have
    related words, which count in the order alone.
    """

    papers: tuple[KnownPaper, ...]
    #: rank -> index in ``papers``
    order: NDArray[np.int32]
    starts: NDArray[np.int32]
    middles: NDArray[np.int32]
    aparts: NDArray[np.int32]
    ends: NDArray[np.int32]
    lends: NDArray[np.bool_]
    #: not signed, for machine code looks whether a signed index counts from the end
    ranks: NDArray[np.uint32]
    #: multiples of 1/8192 up to 16, which a float of 32 bits holds exactly
    worths: NDArray[np.float32]
    borrowings: Borrowings

    def least(self, papers: int, among: NDArray[np.bool_]) -> NDArray[np.float64]:
        """For each pattern what it is worth at least in so many papers ``among`` those by rank that have it as written.

        0 where fewer have it.
        """
        least = np.zeros(len(self.starts))
        for number in np.flatnonzero(self.middles - self.starts >= papers).tolist():
            posted = slice(self.starts[number], self.middles[number])
            worths = self.worths[posted][among[self.ranks[posted]]]
            if len(worths) >= papers:
                least[number] = np.partition(worths, len(worths) - papers)[len(worths) - papers]
        return least

    @classmethod
    def of(cls, weighed: Weighed, numbers: Mapping[Pattern, int]) -> Postings:
        """The postings of the numbered patterns; KeyError where one was not matched."""
        papers = weighed.hits.papers
        order = np.array(sorted(range(len(papers)), key=lambda index: tie_break(papers[index])), dtype=np.int32)
        rank_of = np.empty(len(papers), dtype=np.int32)
        rank_of[order] = np.arange(len(papers), dtype=np.int32)
        found = weighed.hits.found.numbers
        new = np.array(list(numbers.values()), dtype=np.int64)
        old = np.array([found[pattern] for pattern in numbers], dtype=np.int64)
        size = int(new.max(initial=-1)) + 1
        number_of = np.full(len(found), size)
        number_of[old] = new
        # In the order of their numbers: the first are those that most profiles have, and memory is read by lines.
        of_posting = np.repeat(number_of, np.diff(weighed.starts))
        kind = (weighed.apart > 0) + 2 * (weighed.apart < 0)
        posted = np.lexsort((kind, of_posting))
        starts, middles, aparts, ends = (np.full(size, -1, dtype=np.int32) for _ in range(4))
        bounds = np.searchsorted(of_posting[posted], np.arange(size + 1))
        written, own = (np.bincount(of_posting[kind <= last], minlength=size) for last in (0, 1))
        starts[new], ends[new] = bounds[new], bounds[new + 1]
        middles[new], aparts[new] = bounds[new] + written[new], bounds[new] + own[new]
        posted = posted[: bounds[-1]]
        lends = np.zeros(size, dtype=np.bool_)
        lends[new] = weighed.lent[old]
        like = weighed.likeness
        return cls(
            papers,
            order,
            starts,
            middles,
            aparts,
            ends,
            lends,
            rank_of[weighed.papers[posted]].astype(np.uint32),
            weighed.worths[posted].astype(np.float32),
            _borrowings(rank_of[like.papers], rank_of[like.others], like.shares, len(papers)),
        )

    def among(self, keys: Collection[str]) -> NDArray[np.bool_]:
        """By rank whether a paper has one of some keys."""
        return np.array([self.papers[index].key in keys for index in self.order], dtype=np.bool_)
