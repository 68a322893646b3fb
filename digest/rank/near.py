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

#: of the threshold; what has less was not near
_NEAR = 0.5
#: more are noise of feedback: 1.15 to the third
_DECIMALS = 4


def parted(ranking: Sequence[RankedPaper], profile: Profile) -> tuple[list[RankedPaper], list[Miss]]:
    """What of a profile's ranking an edition has, and what it has not, each with the reason; both best first.

    Only what reaches the threshold takes up room: a paper may have a higher score and yet too few of the keywords.
    """
    good = [ranked for ranked in ranking if ranked.reaches(profile.threshold)]
    missed = [Miss(ranked, _late(place, profile)) for place, ranked in enumerate(good, 1) if place > profile.limit]
    low = (ranked for ranked in ranking if not ranked.reaches(profile.threshold))
    missed += [Miss(ranked, below(ranked.weight, profile.threshold)) for ranked in low]
    return good[: profile.limit], sorted(missed, key=lambda miss: best_first(miss.ranked))


def misses(weighed: Weighed, profile: Profile, among: Collection[str]) -> list[Miss]:
    """What just missed a profile, of the papers with some keys, best first.

    That is what has at least half of what the threshold asks for, what is over the limit, and what reaches the
    threshold but is shut out by a sign.
    """
    keywords = profile.keywords
    told = {index for index, known in enumerate(weighed.hits.papers) if known.key in among}
    let_in = admitted(weighed, keywords) & told
    ranking = scored(weighed, keywords, let_in)
    shut_out = scored(weighed, keywords, (having_any(weighed, keywords) & told) - let_in)
    sent, missed = parted(ranking, profile)
    found = [miss for miss in missed if miss.ranked.weight >= _NEAR * profile.threshold]
    indices = {known.key: index for index, known in enumerate(weighed.hits.papers)}
    for ranked in shut_out:
        if ranked.reaches(profile.threshold):
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


def below(weight: float, threshold: float) -> str:
    """What a paper is missing: the weights of its keywords add up to less than the threshold."""
    return f"{_number(weight)} of the {_number(threshold)} that the threshold asks for"


def _number(weight: float) -> str:
    """As people write it: 2, 0.5, 1.15."""
    return f"{weight:.{_DECIMALS}g}"


def _signs(weighed: Weighed, keywords: Sequence[Keyword], index: int) -> list[str]:
    """Which signs shut a paper out."""
    has = {keyword: index in weighed.hits.found.having(keyword.pattern) for keyword in keywords}
    reasons = [f"it has {one.label}, which is excluded" for one in keywords if one.sign is Sign.EXCLUDE and has[one]]
    reasons += [f"it lacks {one.label}, which is a must" for one in keywords if one.sign is Sign.MUST and not has[one]]
    return reasons
