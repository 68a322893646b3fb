"""What nearly was in an edition, and why it was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.model import Miss
from digest.rank.keywords import Sign, parse_profile
from digest.rank.ranking import admitted, having_any, scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.model import Profile, RankedPaper
    from digest.rank.keywords import Keyword
    from digest.rank.weighing import Weighed

__all__ = ["misses"]

#: of the threshold; what scores less was not near
_NEAR = 0.5


def misses(weighed: Weighed, profile: Profile) -> list[Miss]:
    """What just missed a profile, best first.

    That is what scores at least half of the threshold, what stands over the limit, and what would have been in but for
    a sign.
    """
    keywords = parse_profile(profile.keywords)
    let_in = admitted(weighed, keywords)
    ranking = scored(weighed, keywords, let_in)
    shut_out = scored(weighed, keywords, having_any(weighed, keywords) - let_in)
    places = {known.key: index for index, known in enumerate(weighed.hits.papers)}
    found = list(_too_late(ranking, profile))
    found += [
        Miss(ranked, _signs(weighed, keywords, places[ranked.paper.key]))
        for ranked in shut_out
        if ranked.own >= profile.threshold
    ]
    return sorted(found, key=lambda miss: -miss.ranked.score)


def _too_late(ranking: Sequence[RankedPaper], profile: Profile) -> Iterator[Miss]:
    """Of a profile's ranking, what stands over its limit or a little below its threshold."""
    for place, ranked in enumerate(ranking):
        if ranked.own < profile.threshold:
            if ranked.own >= _NEAR * profile.threshold:
                yield Miss(ranked, f"{profile.threshold - ranked.own:.2f} below the threshold of {profile.threshold:g}")
        elif place >= profile.limit:
            yield Miss(ranked, f"number {place + 1:,}, where the limit is {profile.limit:,}")


def _signs(weighed: Weighed, keywords: Sequence[Keyword], index: int) -> str:
    """Which signs shut a paper out."""
    has = {keyword: index in weighed.hits.found.having(keyword.pattern) for keyword in keywords}
    reasons = [f"it has {one.label}, which is excluded" for one in keywords if one.sign is Sign.EXCLUDE and has[one]]
    reasons += [f"it lacks {one.label}, which is a must" for one in keywords if one.sign is Sign.MUST and not has[one]]
    return "; ".join(reasons)
