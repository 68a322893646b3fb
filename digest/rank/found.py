"""What was found in some papers, as rows of numbers: a day of a million readers has hundreds of thousands of hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from digest.keywords import FIELDS, Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Found", "spread"]


@dataclass(frozen=True, eq=False, slots=True)
class Found(Mapping[Pattern, dict[int, dict[str, int]]]):
    """Which of some papers have which patterns, in which fields, and how often.

    Pattern ``n`` is met in ``papers[starts[n]:starts[n + 1]]``, which are indices, ascending; ``counts`` has a column
    for each of ``FIELDS``. To look at one pattern it is a mapping: pattern -> index of a paper -> field -> how often.
    """

    #: every pattern that was looked for, with its number
    numbers: Mapping[Pattern, int]
    starts: NDArray[np.int64]
    papers: NDArray[np.int64]
    counts: NDArray[np.int32]
    #: the sentences that it begins in, a bit for each: the lowest for the title, the others for those of the abstract
    sentences: NDArray[np.int64]
    #: where only words are met that grow from the same roots: "operator" for "operation". No paper has a pattern by it
    related: Found | None = None

    @classmethod
    def of(cls, numbers: Mapping[Pattern, int], rows: NDArray[np.int64], related: NDArray[np.int64]) -> Found:
        """What is found, from rows of pattern, paper, field, how often and sentences; each field comes once.

        The related rows count in papers that don't have the pattern as it is written.
        """
        breadth = int(max(rows[:, 1].max(initial=0), related[:, 1].max(initial=0))) + 1
        written = np.unique(rows[:, 0] * breadth + rows[:, 1])
        alone = ~np.isin(related[:, 0] * breadth + related[:, 1], written)
        return replace(cls._of(numbers, rows), related=cls._of(numbers, related[alone]))

    @classmethod
    def _of(cls, numbers: Mapping[Pattern, int], rows: NDArray[np.int64]) -> Found:
        having, papers, fields, counts, sentences = rows.T
        breadth = int(papers.max(initial=0)) + 1
        keys, places = np.unique(having * breadth + papers, return_inverse=True)
        table = np.zeros((len(keys), len(FIELDS)), dtype=np.int32)
        table[places, fields] = counts
        bits = np.zeros(len(keys), dtype=np.int64)
        np.bitwise_or.at(bits, places, sentences)
        starts = np.searchsorted(keys, np.arange(len(numbers) + 1) * breadth)
        return cls(numbers, starts, keys % breadth, table, bits)

    def __getitem__(self, pattern: Pattern) -> dict[int, dict[str, int]]:
        """Where a pattern is met; KeyError if it was not looked for."""
        hits = self.hits(pattern)
        return {
            paper: _by_field(counts)
            for paper, counts in zip(self.papers[hits].tolist(), self.counts[hits].tolist(), strict=True)
        }

    def fields(self, pattern: Pattern, paper: int) -> dict[str, int]:
        """How often one of the papers that have a pattern has it, by field."""
        hits = self.hits(pattern)
        place = hits.start + int(self.papers[hits].searchsorted(paper))
        return _by_field(self.counts[place].tolist())

    def __iter__(self) -> Iterator[Pattern]:
        """Give the patterns in the order of their numbers."""
        return iter(self.numbers)

    def __len__(self) -> int:
        """How many patterns were looked for."""
        return len(self.numbers)

    def hits(self, pattern: Pattern) -> slice:
        """Where the hits of a pattern stand; KeyError if it was not looked for."""
        number = self.numbers[pattern]
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def having(self, pattern: Pattern) -> set[int]:
        """The papers that have a pattern; KeyError if it was not looked for."""
        found: set[int] = set(self.papers[self.hits(pattern)].tolist())
        return found

    def patterns(self) -> NDArray[np.int64]:
        """The number of each hit's pattern."""
        return np.repeat(np.arange(len(self.numbers)), np.diff(self.starts))

    def number_of(self, among: Sequence[bool] | None = None) -> list[int]:
        """How many papers have each pattern, of all or of those ``among`` which they are, in the patterns' order."""
        met = np.ones(len(self.papers), np.int64) if among is None else np.array(among, np.int64)[self.papers]
        before = np.concatenate(([0], np.cumsum(met)))
        found: list[int] = np.diff(before[self.starts]).tolist()
        return found

    def among(self, indices: Sequence[int]) -> Found:
        """What is found in some of the papers alone, which are numbered anew."""
        size = max((int(self.papers.max(initial=-1)), *indices)) + 1
        new = np.full(size, -1)
        new[list(indices)] = np.arange(len(indices))
        kept = new[self.papers] >= 0
        patterns, papers = self.patterns()[kept], new[self.papers[kept]]
        order = np.lexsort((papers, patterns))
        starts = np.searchsorted(patterns, np.arange(len(self.numbers) + 1))
        related = None if self.related is None else self.related.among(indices)
        return Found(
            self.numbers, starts, papers[order], self.counts[kept][order], self.sentences[kept][order], related
        )


def _by_field(counts: Sequence[int]) -> dict[str, int]:
    return {field: count for field, count in zip(FIELDS, counts, strict=True) if count}


def spread(begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each beginning on, as many as its length says, one row after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(begins - ends + lengths, lengths)
