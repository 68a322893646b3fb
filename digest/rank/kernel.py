"""The loop that ranks, in machine code: numba compiles it when it is first called, and keeps it where it can.

Scores are sums of doubles without rounding error (see ``digest.rank.worth``), so that the order of the additions is of
no account and the result is that of ``digest.rank.score`` to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

from digest.rank.compiled import EXCLUDE, MUST, NORMAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["USUAL_LIMIT", "Index", "Outcome", "Profiles", "rank_rows"]

#: how many papers most profiles want at most
USUAL_LIMIT = 20

_OUT = -np.inf
# A paper that scores 0 is not chosen, and no other score is as small as this.
_LEAST = 2.0**-30


class Profiles(NamedTuple):
    """A shard as arrays; see ``digest.rank.compiled.Shard``."""

    begins: NDArray[np.int32]
    lengths: NDArray[np.int32]
    limits: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    patterns: NDArray[np.int32]
    weights: NDArray[np.float32]
    signs: NDArray[np.int8]


class Index(NamedTuple):
    """What papers have; see ``digest.rank.postings.Postings``."""

    starts: NDArray[np.int32]
    ranks: NDArray[np.int32]
    worths: NDArray[np.float64]
    owns: NDArray[np.float64]
    written: NDArray[np.bool_]
    #: for each pattern what it is worth of their own in ``USUAL_LIMIT`` papers at least, 0 where fewer have it
    usual: NDArray[np.float64]
    papers: int


class Outcome(NamedTuple):
    """What comes out for some rows: what is chosen for the ``n``-th ends at ``ends[n]``, its parts at ``part_ends[n]``.

    A part says at which place of what is chosen its paper stands, from which keyword of the row it comes, and what it
    contributes.
    """

    ends: NDArray[np.int32]
    ranks: NDArray[np.int32]
    scores: NDArray[np.float64]
    part_ends: NDArray[np.int32]
    part_places: NDArray[np.int32]
    part_keywords: NDArray[np.int32]
    contributions: NDArray[np.float64]


def _compile(function: Callable[..., Any]) -> Callable[..., Any]:
    try:
        compiled: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no folder that the machine code could be kept in
        compiled = njit(nogil=True)(function)
    return compiled


@_compile
def _add_up(row: int, profiles: Profiles, index: Index, scores: NDArray[np.float64], owns: NDArray[np.float64]) -> bool:
    """Write what each paper scores for one row, in all and of its own; say whether a keyword keeps papers out."""
    scores[:] = 0.0
    owns[:] = 0.0
    signed = False
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        signed |= profiles.signs[at] != NORMAL
        if profiles.signs[at] != EXCLUDE:
            pattern = profiles.patterns[at]
            weight = np.float64(profiles.weights[at])
            for posting in range(index.starts[pattern], index.starts[pattern + 1]):
                rank = index.ranks[posting]
                scores[rank] += weight * index.worths[posting]
                owns[rank] += weight * index.owns[posting]
    return signed


@_compile
def _keep_out(
    row: int, profiles: Profiles, index: Index, scores: NDArray[np.float64], musts: NDArray[np.int32]
) -> None:
    """Write -inf as the score of every paper that has what is excluded or lacks a must, as they are written."""
    musts[:] = 0
    wanted = 0
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        sign = profiles.signs[at]
        if sign == NORMAL:
            continue
        wanted += sign == MUST
        pattern = profiles.patterns[at]
        for posting in range(index.starts[pattern], index.starts[pattern + 1]):
            if not index.written[posting]:
                continue
            if sign == MUST:
                musts[index.ranks[posting]] += 1
            else:
                scores[index.ranks[posting]] = _OUT
    for rank in range(musts.size):
        if musts[rank] < wanted:
            scores[rank] = _OUT


@_compile
def _floor(row: int, profiles: Profiles, index: Index) -> float:
    """What the ``USUAL_LIMIT`` best papers of a row without signs have of their own at least."""
    floor = 0.0
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        floor = max(floor, np.float64(profiles.weights[at]) * index.usual[profiles.patterns[at]])
    return floor


@_compile
def _choose(  # noqa: PLR0917 - numba takes no keyword-only parameters
    scores: NDArray[np.float64],
    floor: float,
    owns: NDArray[np.float64],
    least: float,
    first: int,
    last: int,
    out: Outcome,
) -> int:
    """Write the best, best first, from place ``first`` up to ``last``; say where they end.

    They reach a floor above 0, and have of their own what is the least.


    Papers of equal scores stay in the order of their ranks.
    """
    end = first
    for rank in range(scores.size):
        score = scores[rank]
        if score < floor or owns[rank] < least:
            continue
        if end < last:
            end += 1
        elif score <= out.scores[end - 1]:
            continue
        at = end - 1
        while at > first and out.scores[at - 1] < score:
            out.scores[at] = out.scores[at - 1]
            out.ranks[at] = out.ranks[at - 1]
            at -= 1
        out.scores[at] = score
        out.ranks[at] = rank
        if end == last:
            floor = out.scores[end - 1]
    return end


@_compile
def _take_apart(  # noqa: PLR0917 - numba takes no keyword-only parameters
    row: int, profiles: Profiles, index: Index, places: NDArray[np.int32], part_end: int, out: Outcome
) -> int:
    """Write the parts of what was chosen, from ``part_end`` on; say where they end. ``places`` are by rank, or -1."""
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        if profiles.signs[at] != EXCLUDE:
            pattern = profiles.patterns[at]
            weight = np.float64(profiles.weights[at])
            for posting in range(index.starts[pattern], index.starts[pattern + 1]):
                place = places[index.ranks[posting]]
                if place >= 0:
                    out.part_places[part_end] = place
                    out.part_keywords[part_end] = at - begin
                    out.contributions[part_end] = weight * index.worths[posting]
                    part_end += 1
    return part_end


@_compile
def rank_rows(rows: NDArray[np.int64], profiles: Profiles, index: Index, out: Outcome) -> int:
    """Rank for some rows, one after the other, until ``out`` has no room for the next; say how many were done."""
    scores = np.empty(index.papers, np.float64)
    owns = np.empty(index.papers, np.float64)
    musts = np.empty(index.papers, np.int32)
    places = np.full(index.papers, -1, np.int32)
    end = 0
    part_end = 0
    done = 0
    for row in rows:
        limit = min(profiles.limits[row], index.papers)
        first = end
        if end + limit > out.ranks.size or part_end + limit * profiles.lengths[row] > out.part_places.size:
            break
        if limit > 0:
            least = max(profiles.thresholds[row], _LEAST)
            floor = least
            if _add_up(row, profiles, index, scores, owns):
                _keep_out(row, profiles, index, scores, musts)
            elif limit <= USUAL_LIMIT:
                floor = max(floor, _floor(row, profiles, index))
            end = _choose(scores, floor, owns, least, first, first + limit, out)
        if end > first:
            for place in range(first, end):
                places[out.ranks[place]] = place
            part_end = _take_apart(row, profiles, index, places, part_end, out)
            for place in range(first, end):
                places[out.ranks[place]] = -1
        out.ends[done] = end
        out.part_ends[done] = part_end
        done += 1
    return done
