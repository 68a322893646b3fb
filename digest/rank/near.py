"""What nearly was in an edition, and why it was not."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from digest.keywords import Sign
from digest.model import Miss
from digest.rank.ranking import admitted, best_first, having_any, scored

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from digest.keywords import Keyword
    from digest.model import Profile, RankedPaper
    from digest.rank.weighing import Weighed

__all__ = ["below", "misses", "most_like", "parted"]

#: of the threshold; what scores less was not near
_NEAR = 0.5
#: of a double
_DECIMALS = 15


def parted(ranking: Sequence[RankedPaper], profile: Profile) -> tuple[list[RankedPaper], list[Miss]]:
    """What of a profile's ranking an edition has, and what it has not, each with the reason; both best first.

    Only what reaches the threshold takes up room: what similar papers have may lift others above it.
    """
    good = [ranked for ranked in ranking if ranked.own >= profile.threshold]
    missed = [Miss(ranked, _late(place, profile)) for place, ranked in enumerate(good, 1) if place > profile.limit]
    missed += [Miss(ranked, below(ranked, profile.threshold)) for ranked in ranking if ranked.own < profile.threshold]
    return good[: profile.limit], sorted(missed, key=lambda miss: best_first(miss.ranked))


def misses(weighed: Weighed, profile: Profile, among: Collection[str]) -> list[Miss]:
    """What just missed a profile, of the papers with some keys, best first.

    That is what scores at least half of the threshold, what stands over the limit, and what reaches the threshold but
    is shut out by a sign.
    """
    keywords = profile.keywords
    told = {index for index, known in enumerate(weighed.hits.papers) if known.key in among}
    let_in = admitted(weighed, keywords) & told
    ranking = scored(weighed, keywords, let_in)
    shut_out = scored(weighed, keywords, (having_any(weighed, keywords) & told) - let_in)
    sent, missed = parted(ranking, profile)
    found = [miss for miss in missed if miss.ranked.own >= _NEAR * profile.threshold]
    indices = {known.key: index for index, known in enumerate(weighed.hits.papers)}
    for ranked in shut_out:
        if ranked.own >= profile.threshold:
            reasons = _signs(weighed, keywords, indices[ranked.paper.key])
            found.append(Miss(ranked, "; ".join([*reasons, *_late_too(ranked, sent, profile)])))
    return sorted(found, key=lambda miss: best_first(miss.ranked))


def most_like(weighed: Weighed) -> dict[str, tuple[str, ...]]:
    """Key of a paper -> the keys of those that are most like it, nearest first: what they have counts for it too."""
    like, papers = weighed.likeness, weighed.hits.papers
    found: defaultdict[str, list[str]] = defaultdict(list)
    for index, other in zip(like.papers.tolist(), like.others.tolist(), strict=True):
        found[papers[index].key].append(papers[other].key)
    return {key: tuple(others) for key, others in found.items()}


def _late(place: int, profile: Profile) -> str:
    return f"number {place:,}, where the limit is {profile.limit:,}"


def _late_too(ranked: RankedPaper, sent: Sequence[RankedPaper], profile: Profile) -> list[str]:
    """Why a paper would not be sent even if no sign shut it out."""
    ahead = bisect_left(sent, best_first(ranked), key=best_first)
    return [f"without that it would be over the limit of {profile.limit:,}"] if ahead >= profile.limit else []


def below(ranked: RankedPaper, threshold: float) -> str:
    """How far a paper is below the threshold, which what similar papers have does not bring it nearer to."""
    decimals = 2
    # As many decimals as it takes to tell the two apart.
    while decimals < _DECIMALS and round(threshold - round(ranked.own, decimals), decimals) <= 0:
        decimals += 1
    gap = f"{threshold - round(ranked.own, decimals):.{decimals}f} below the threshold of {threshold:.{_DECIMALS}g}"
    return gap if ranked.own == ranked.score else f"{ranked.own:.{decimals}f} by its own keywords, {gap}"


def _signs(weighed: Weighed, keywords: Sequence[Keyword], index: int) -> list[str]:
    """Which signs shut a paper out."""
    has = {keyword: index in weighed.hits.found.having(keyword.pattern) for keyword in keywords}
    reasons = [f"it has {one.label}, which is excluded" for one in keywords if one.sign is Sign.EXCLUDE and has[one]]
    reasons += [f"it lacks {one.label}, which is a must" for one in keywords if one.sign is Sign.MUST and not has[one]]
    return reasons
