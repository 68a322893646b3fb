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

__all__ = ["USUAL_LIMIT", "Index", "Lending", "Outcome", "Profiles", "rank_rows"]

#: how many papers most profiles want at most
USUAL_LIMIT = 20

# The columns of an index's spans.
_START, _LENT, _WRITTEN, _APART, _END = range(5)
_OUT = -np.inf
# A paper must have a keyword of its own to be chosen; no weight is as small as this.
_LEAST = 2.0**-30
# In ``parts``: nothing was given. A keyword that all papers have contributes 0, which is something to tell.
_NOTHING = -1.0


class Profiles(NamedTuple):
    """A shard as arrays; see ``digest.rank.compiled.Shard``."""

    begins: NDArray[np.int32]
    lengths: NDArray[np.int32]
    limits: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    patterns: NDArray[np.int32]
    weights: NDArray[np.float32]
    asked: NDArray[np.float32]
    signs: NDArray[np.int8]


class Lending(NamedTuple):
    """See ``digest.rank.postings.Borrowings``."""

    starts: NDArray[np.int32]
    others: NDArray[np.uint32]
    shares: NDArray[np.float64]


class Index(NamedTuple):
    """What papers have; see ``digest.rank.postings.Postings``."""

    #: for each pattern where its postings start, up to where they count for similar papers too, up to where they are as
    #: written, up to where their words are apart, and where they end; in one place, which is read from memory once
    spans: NDArray[np.int32]
    ranks: NDArray[np.uint32]
    worths: NDArray[np.float32]
    #: what each paper borrows, and the other way round who borrows of it
    borrowings: Lending
    lendings: Lending
    #: for each paper 0, or -inf where it can't be chosen
    base: NDArray[np.float64]
    #: for each pattern what it is worth at least in ``USUAL_LIMIT`` papers that have it as written; 0 if fewer have it
    usual: NDArray[np.float64]


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


class _Room(NamedTuple):
    """What is reckoned with for one row, by rank."""

    #: the weights of the keywords that papers have, which the threshold is for; -inf where a paper can't be chosen
    weights: NDArray[np.float64]
    #: what papers score of their own: what counts for similar ones too, and the rest
    lent: NDArray[np.float64]
    kept: NDArray[np.float64]
    musts: NDArray[np.int32]
    #: at which place a paper was chosen, from 0, or -1, and whether it was, or is borrowed of by one that was
    places: NDArray[np.int32]
    touched: NDArray[np.bool_]
    #: by place, what one keyword contributes; and to which places it does
    parts: NDArray[np.float64]
    given: NDArray[np.int32]


def _inline(function: Callable[..., Any]) -> Callable[..., Any]:
    """Into the caller: passing on a dozen arrays takes longer than what most of these functions do."""
    inlined: Callable[..., Any] = njit(inline="always")(function)
    return inlined


def _compile(function: Callable[..., Any]) -> Callable[..., Any]:
    try:
        compiled: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no folder that the machine code could be kept in
        compiled = njit(nogil=True)(function)
    return compiled


@_inline
def _add_up(row: int, profiles: Profiles, index: Index, room: _Room) -> bool:
    """Write what each paper has and scores of its own for one row; say whether a keyword keeps papers out."""
    room.weights[:] = index.base
    room.lent[:] = 0.0
    room.kept[:] = 0.0
    signed = False
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        signed |= profiles.signs[at] != NORMAL
        if profiles.signs[at] != EXCLUDE:
            pattern = profiles.patterns[at]
            weight, asked = np.float64(profiles.weights[at]), np.float64(profiles.asked[at])
            lent = index.spans[pattern, _LENT]
            for posting in range(index.spans[pattern, _START], lent):
                room.lent[index.ranks[posting]] += weight * index.worths[posting]
                room.weights[index.ranks[posting]] += asked
            written, apart = index.spans[pattern, _WRITTEN], index.spans[pattern, _APART]
            for posting in range(lent, apart):
                room.kept[index.ranks[posting]] += weight * index.worths[posting]
                room.weights[index.ranks[posting]] += asked if posting < written else asked / 2
            for posting in range(apart, index.spans[pattern, _END]):
                room.kept[index.ranks[posting]] += weight * index.worths[posting]
    return signed


@_inline
def _keep_out(row: int, profiles: Profiles, index: Index, room: _Room) -> None:
    """Write -inf as the weight of every paper that has what is excluded or lacks a must, as they are written."""
    room.musts[:] = 0
    wanted = 0
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        sign = profiles.signs[at]
        if sign == NORMAL:
            continue
        wanted += sign == MUST
        pattern = profiles.patterns[at]
        for posting in range(index.spans[pattern, _START], index.spans[pattern, _WRITTEN]):
            if sign == MUST:
                room.musts[index.ranks[posting]] += 1
            else:
                room.weights[index.ranks[posting]] = _OUT
    for rank in range(room.musts.size):
        if room.musts[rank] < wanted:
            room.weights[rank] = _OUT


@_inline
def _floor(row: int, least: float, profiles: Profiles, index: Index) -> float:
    """What the ``USUAL_LIMIT`` best papers of a row without signs score at least: a keyword is enough that reaches the
    threshold alone.
    """
    floor = 0.0
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        if profiles.asked[at] >= least:
            floor = max(floor, np.float64(profiles.weights[at]) * index.usual[profiles.patterns[at]])
    return floor


@_inline
def _choose(  # noqa: PLR0917 - numba takes no keyword-only parameters
    index: Index, room: _Room, floor: float, least: float, first: int, last: int, out: Outcome
) -> int:
    """Write the best, best first, from place ``first`` up to ``last``; say where they end.

    They score as much as the floor, and their weights are the least or more. Papers of equal scores stay in the order
    of their ranks.
    """
    borrowings = index.borrowings
    end = first
    for rank in range(room.kept.size):
        if room.weights[rank] < least:
            continue
        score = room.lent[rank] + room.kept[rank]
        for at in range(borrowings.starts[rank], borrowings.starts[rank + 1]):
            score += borrowings.shares[at] * room.lent[borrowings.others[at]]
        if score < floor:
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


@_inline
def _mark(index: Index, room: _Room, first: int, end: int, out: Outcome) -> None:
    """Note which papers are chosen, and of which they borrow."""
    borrowings = index.borrowings
    for place in range(first, end):
        rank = out.ranks[place]
        room.places[rank] = place - first
        room.touched[rank] = True
        for at in range(borrowings.starts[rank], borrowings.starts[rank + 1]):
            room.touched[borrowings.others[at]] = True


@_inline
def _unmark(index: Index, room: _Room, first: int, end: int, out: Outcome) -> None:
    borrowings = index.borrowings
    for place in range(first, end):
        rank = out.ranks[place]
        room.places[rank] = -1
        room.touched[rank] = False
        for at in range(borrowings.starts[rank], borrowings.starts[rank + 1]):
            room.touched[borrowings.others[at]] = False


@_inline
def _give(place: int, worth: float, given: int, room: _Room) -> int:
    """Add to what a chosen paper has of one keyword; say how many have something of it."""
    if room.parts[place] == _NOTHING:
        room.parts[place] = 0.0
        room.given[given] = place
        given += 1
    room.parts[place] += worth
    return given


@_inline
def _contribute(pattern: int, weight: float, index: Index, room: _Room) -> int:
    """Write what a pattern gives to each paper that was chosen; say to how many."""
    lendings = index.lendings
    lent = index.spans[pattern, _LENT]
    given = 0
    for posting in range(index.spans[pattern, _START], index.spans[pattern, _END]):
        rank = index.ranks[posting]
        if not room.touched[rank]:
            continue
        worth = weight * index.worths[posting]
        if room.places[rank] >= 0:
            given = _give(room.places[rank], worth, given, room)
        if posting < lent and worth > 0.0:
            for to in range(lendings.starts[rank], lendings.starts[rank + 1]):
                place = room.places[lendings.others[to]]
                if place >= 0:
                    given = _give(place, lendings.shares[to] * worth, given, room)
    return given


@_inline
def _take_apart(  # noqa: PLR0917 - numba takes no keyword-only parameters
    row: int, profiles: Profiles, index: Index, room: _Room, first: int, part_end: int, out: Outcome
) -> int:
    """Write the parts of what was chosen and marked, from ``part_end`` on; say where they end."""
    begin = profiles.begins[row]
    for at in range(begin, begin + profiles.lengths[row]):
        if profiles.signs[at] == EXCLUDE:
            continue
        for part in range(_contribute(profiles.patterns[at], np.float64(profiles.weights[at]), index, room)):
            place = room.given[part]
            out.part_places[part_end] = first + place
            out.part_keywords[part_end] = at - begin
            out.contributions[part_end] = room.parts[place]
            room.parts[place] = _NOTHING
            part_end += 1
    return part_end


@_compile
def rank_rows(rows: NDArray[np.int64], profiles: Profiles, index: Index, out: Outcome) -> int:
    """Rank for some rows, one after the other, until ``out`` has no room for the next; say how many were done."""
    papers = index.base.size
    room = _Room(
        np.empty(papers, np.float64),
        np.empty(papers, np.float64),
        np.empty(papers, np.float64),
        np.empty(papers, np.int32),
        np.full(papers, -1, np.int32),
        np.zeros(papers, np.bool_),
        np.full(papers, _NOTHING, np.float64),
        np.empty(papers, np.int32),
    )
    end = 0
    part_end = 0
    done = 0
    for row in rows:
        limit = min(profiles.limits[row], papers)
        first = end
        if end + limit > out.ranks.size or part_end + limit * profiles.lengths[row] > out.part_places.size:
            break
        if limit > 0:
            least = max(profiles.thresholds[row], _LEAST)
            floor = 0.0
            if _add_up(row, profiles, index, room):
                _keep_out(row, profiles, index, room)
            elif limit <= USUAL_LIMIT:
                floor = _floor(row, least, profiles, index)
            end = _choose(index, room, floor, least, first, first + limit, out)
        if end > first:
            _mark(index, room, first, end, out)
            part_end = _take_apart(row, profiles, index, room, first, part_end, out)
            _unmark(index, room, first, end, out)
        out.ends[done] = end
        out.part_ends[done] = part_end
        done += 1
    return done
