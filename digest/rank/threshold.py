"""A threshold for new keywords, from what papers that somebody likes score and what all the others do. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.model import Profile
from digest.rank.score import KeywordRanker
from digest.rank.worth import Frequency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digest.keywords import Keyword
    from digest.rank.worth import Hits

__all__ = ["Threshold", "propose"]

#: papers a day that are let through at most
_A_DAY = 20
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score that is asked of a paper."""

    score: float
    #: how many of the liked papers reach it
    reached: int
    #: how many of the others do in a day; None where there are none
    per_day: float | None


def propose(keywords: Sequence[Keyword], liked: Hits, background: Hits, *, days: int) -> Threshold:
    """Say what to ask of a paper, by where the liked ones and those of a background have the keywords.

    It lets through twenty papers a day of a background that came in over so many ``days``, or fewer where the liked
    ones stand well above them. Papers that are yet to come are like the liked ones, but not those that the keywords
    were made for: half of what three of four of these reach is asked of them.
    """
    profile = Profile(name="learned", title="", keywords=tuple(keywords))
    counts = KeywordRanker().counts(background)
    frequencies = {name: Frequency(count, len(background.papers), 0) for name, count in counts.items()}
    ours, others = (_scores(hits, profile, frequencies) for hits in (liked, background))
    most = _A_DAY * max(days, 1)
    few = sorted(ours)[len(ours) // 4] / 2
    # Of one paper too many the score, in tenths, and a tenth more: it stays out.
    many = math.floor(10 * sorted(others, reverse=True)[most]) / 10 + 0.1 if len(others) > most else 0.0
    score = round(max(_LEAST, math.floor(10 * few) / 10, many), 1)
    reached = sum(one >= score for one in others) / max(days, 1) if others else None
    return Threshold(score, sum(one >= score for one in ours), reached)


def _scores(hits: Hits, profile: Profile, frequencies: Mapping[str, Frequency]) -> list[float]:
    """What the papers score, 0 for those that are left out."""
    ranker = KeywordRanker()
    found = {one.paper.key: one.own for one in ranker.rank(ranker.weigh(hits, frequencies), profile)}
    return [found.get(paper.key, 0.0) for paper in hits.papers]
