"""Looking for very many rows of symbols in very many texts at once.

The rows make one tree, and all places of all texts go down it together, a level at a time: what costs is the number of
words, however many rows there are. Both are arrays; an object for each of half a million nodes would take longer to
make than the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.rank.found import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Readings", "Tree"]


@dataclass(frozen=True, slots=True)
class Readings:
    """How texts can be read: from a place a symbol leads to the next place, and often several symbols do.

    The readings of place ``n`` stand from ``starts[n]`` to ``starts[n + 1]``.
    """

    starts: NDArray[np.int64]
    symbols: NDArray[np.int64]
    #: the place from which to read on
    nexts: NDArray[np.int64]

    @classmethod
    def of(
        cls, places: NDArray[np.int64], symbols: NDArray[np.int64], nexts: NDArray[np.int64], number: int
    ) -> Readings:
        """The readings of so many places, in any order, each with the place that it is at."""
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(number + 1))
        return cls(starts, symbols[order], nexts[order])


class Tree:
    """Rows of symbols, which are numbers from 0, each with the number of what it is a form of."""

    def __init__(self, rows: Sequence[Sequence[int]], numbers: Sequence[int], symbols: int) -> None:
        self._symbols = max(1, symbols)
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        flat = np.fromiter((symbol for row in rows for symbol in row), dtype=np.int64, count=int(lengths.sum()))
        begins = np.cumsum(lengths) - lengths
        nodes = np.zeros(len(rows), dtype=np.int64)
        # A step is a node and a symbol in one number. Nodes are numbered by level, so that all steps are in order, and
        # the node below a step is the one after its place.
        levels: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
        size = 0
        for depth in range(int(lengths.max(initial=0))):
            alive = lengths > depth
            steps, places = np.unique(nodes[alive] * self._symbols + flat[begins[alive] + depth], return_inverse=True)
            nodes[alive] = places + size + 1
            levels.append(steps)
            size += len(steps)
        self._steps = np.concatenate(levels)
        order = np.argsort(nodes, kind="stable")
        self._ending = np.array(numbers, dtype=np.int64)[order]
        self._ends = np.searchsorted(nodes[order], np.arange(size + 2))

    def find(self, readings: Readings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every way to read one of the rows: where it starts, and the row's number."""
        found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        starts = at = np.arange(len(readings.starts) - 1)
        nodes = np.zeros(len(at), dtype=np.int64)
        while len(at) and len(self._steps):
            lengths = readings.starts[at + 1] - readings.starts[at]
            ways = spread(readings.starts[at], lengths)
            steps = np.repeat(nodes, lengths) * self._symbols + readings.symbols[ways]
            places = np.minimum(np.searchsorted(self._steps, steps), len(self._steps) - 1)
            led = self._steps[places] == steps
            starts, nodes, ways = np.repeat(starts, lengths)[led], places[led] + 1, ways[led]
            ending = self._ends[nodes + 1] - self._ends[nodes]
            found.append((np.repeat(starts, ending), self._ending[spread(self._ends[nodes], ending)]))
            at = readings.nexts[ways]
        begins, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
        return begins, numbers
