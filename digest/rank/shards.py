"""Ranking for the compiled profiles, some thousand at a time, in memory for a few thousand."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

import numpy as np

from digest.rank.compiled import Key
from digest.rank.found import spread
from digest.rank.kernel import USUAL_LIMIT, Index, Lending, Outcome, Profiles, rank_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from digest.rank.compiled import Shard
    from digest.rank.postings import Borrowings, Postings

__all__ = ["Chosen", "choose"]

#: parts that are written before they are handed on, unless one row alone has more
_PARTS = 1 << 20


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Key]):
    """What was chosen for some rows of a shard, each row's best first.

    The papers of row ``rows[n]`` stand in ``found`` from ``found.ends[n - 1]`` on, 0 for the first. Ranks are places in
    ``Postings.order``.
    """

    shard: Shard[Key]
    rows: NDArray[np.int64]
    found: Outcome


def choose(
    wanted: Iterable[tuple[Shard[Key], Sequence[int]]],
    postings: Postings,
    among: NDArray[np.bool_],
    *,
    workers: int = 1,
) -> Iterator[Chosen[Key]]:
    """Rank for some rows of some shards: each one's best papers up to its limit, none below its threshold.

    ``among`` says by rank which papers can be chosen; ``workers`` is how many threads rank at a time. Profiles must not
    change before the last is taken.
    """
    lent = np.where(postings.lends, postings.middles, postings.starts)
    index = Index(
        np.stack((postings.starts, lent, postings.middles, postings.aparts, postings.ends), axis=1),
        postings.ranks,
        postings.worths,
        _lending(postings.borrowings),
        _lending(postings.borrowings.turned()),
        np.where(among, 0.0, -np.inf),
        postings.least(USUAL_LIMIT, among),
    )
    with ThreadPoolExecutor(workers) as executor:
        ahead: deque[Future[list[Chosen[Key]]]] = deque()
        for shard, rows in wanted:
            ahead.append(executor.submit(_rank, shard, rows, index))
            if len(ahead) > 2 * workers:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()


def _lending(borrowings: Borrowings) -> Lending:
    return Lending(borrowings.starts, borrowings.others, borrowings.shares)


def _rank(shard: Shard[Key], rows: Sequence[int], index: Index) -> list[Chosen[Key]]:
    profiles = Profiles(
        np.array(shard.begins, dtype=np.int32),
        np.array(shard.lengths, dtype=np.int32),
        np.array(shard.limits, dtype=np.int32),
        np.array(shard.thresholds, dtype=np.float64),
        np.array(shard.patterns, dtype=np.int32),
        np.array(shard.weights, dtype=np.float32),
        np.array(shard.asked, dtype=np.float32),
        np.array(shard.signs, dtype=np.int8),
    )
    left = np.array(rows, dtype=np.int64)
    begins, lengths = profiles.begins[left].astype(np.int64), profiles.lengths[left].astype(np.int64)
    patterns = profiles.patterns[spread(begins, lengths)]
    if patterns.max(initial=-1) >= len(index.spans) or (index.spans[patterns, 0] < 0).any():
        raise KeyError("a profile was not among those that were matched")
    chosen: list[Chosen[Key]] = []
    while left.size:
        limits = np.clip(profiles.limits[left], 0, index.base.size).astype(np.int64)
        parts = limits * profiles.lengths[left]
        out = _room(left.size, int(limits.sum()), int(max(parts.max(), min(parts.sum(), _PARTS))))
        done = rank_rows(left, profiles, index, out)
        end, part_end = out.ends[done - 1], out.part_ends[done - 1]
        found = Outcome(
            out.ends[:done],
            out.ranks[:end],
            out.scores[:end],
            out.part_ends[:done],
            out.part_places[:part_end],
            out.part_keywords[:part_end],
            out.contributions[:part_end],
        )
        chosen.append(Chosen(shard, left[:done], found))
        left = left[done:]
    return chosen


def _room(rows: int, papers: int, parts: int) -> Outcome:
    return Outcome(
        np.empty(rows, dtype=np.int32),
        np.empty(papers, dtype=np.int32),
        np.empty(papers, dtype=np.float64),
        np.empty(rows, dtype=np.int32),
        np.empty(parts, dtype=np.int32),
        np.empty(parts, dtype=np.int32),
        np.empty(parts, dtype=np.float64),
    )
