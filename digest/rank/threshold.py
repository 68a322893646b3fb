"""A threshold for new keywords, from the keywords that liked papers have and those that all the others have. Pure."""

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
    """What is asked of a paper."""

    #: the least that the weights of its keywords add up to
    weight: float
    #: how many of the liked papers reach it
    reached: int
    #: how many of the others do in a day; None where there are none
    per_day: float | None


def propose(keywords: Sequence[Keyword], liked: Hits, background: Hits, *, days: int) -> Threshold:
    """Propose a threshold from the weights that the liked papers and those of a background reach.

    It lets through twenty papers a day of a background that came in over so many ``days``, or fewer if the liked ones
    reach far more. The keywords were made for the liked papers, and papers to come will have fewer of them: they are
    asked for half of what three in four liked ones reach.
    """
    profile = Profile(name="learned", title="", keywords=tuple(keywords))
    counts = KeywordRanker().counts(background)
    frequencies = {name: Frequency(count, len(background.papers), 0) for name, count in counts.items()}
    ours, others = (_weights(hits, profile, frequencies) for hits in (liked, background))
    most = _A_DAY * max(days, 1)
    few = sorted(ours)[len(ours) // 4] / 2
    # What one paper too many reaches, in tenths, and a tenth more to keep it out.
    many = math.floor(10 * sorted(others, reverse=True)[most]) / 10 + 0.1 if len(others) > most else 0.0
    weight = round(max(_LEAST, math.floor(10 * few) / 10, many), 1)
    reached = sum(one >= weight for one in others) / max(days, 1) if others else None
    return Threshold(weight, sum(one >= weight for one in ours), reached)


def _weights(hits: Hits, profile: Profile, frequencies: Mapping[str, Frequency]) -> list[float]:
    """The weights that papers reach, 0 for those that are left out."""
    ranker = KeywordRanker()
    found = {one.paper.key: one.weight for one in ranker.rank(ranker.weigh(hits, frequencies), profile)}
    return [found.get(paper.key, 0.0) for paper in hits.papers]
