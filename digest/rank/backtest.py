"""What a profile would have sent, day by day, and which of its keywords pull their weight. Pure.

The past is judged by what is known now: rarity is today's, so that a day reads as it would if the profile were new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from digest.keywords import Sign
from digest.rank.ranking import counted
from digest.rank.worth import exact_weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from digest.keywords import Keyword
    from digest.model import Profile, RankedPaper
    from digest.rank.worth import Hits

__all__ = ["Backtest", "DayTested", "KeywordTested", "NewsOfDay", "Pair", "backtest"]

#: papers in which two keywords must have met, before it says anything that they always do
_MEETINGS = 5
#: of the papers that have either of two keywords, how many have both where they nearly always come together (Jaccard)
_TOGETHER = 0.9


@dataclass(frozen=True, slots=True)
class NewsOfDay:
    """What came up on a day."""

    date: date
    #: the keys of the papers that came in, or of which there is something that the profile hears of
    papers: frozenset[str]
    #: of them those that the profile is told of, if they are good enough
    told: frozenset[str]
    #: of them those that have its keywords, best first
    ranked: tuple[RankedPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class DayTested:
    """One day of the test."""

    date: date
    #: that came up
    papers: int
    #: that the profile would have sent
    sent: int
    #: that were good enough, but beyond its limit
    cut: int = 0


@dataclass(frozen=True, slots=True)
class KeywordTested:
    """How one keyword did."""

    #: as ``digest rank`` calls it; what is excluded has its minus
    keyword: str
    #: how many papers of the period have it, as it is written or in words that stand apart
    papers: int
    #: of all papers of the period, 0 to 1
    share: float
    #: of the sent papers, how many have it
    sent: int
    #: how many of them it brought alone: by itself it reaches the threshold there, and the others together don't
    only: int
    #: what it added to the scores of the sent papers, in all
    contribution: float
    excludes: bool = False
    #: of the papers, how many only have its words apart; none for what excludes
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two keywords that come together."""

    keywords: tuple[str, str]
    #: that have both
    papers: int
    #: of those that have either, 0 to 1; 1 where they always come together
    share: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came of it."""

    profile: str
    #: every day of the period, oldest first
    days: tuple[DayTested, ...]
    #: most useful first
    keywords: tuple[KeywordTested, ...]
    pairs: tuple[Pair, ...]
    #: how many there were in the period, each counted once
    papers: int


def backtest(profile: Profile, days: Sequence[NewsOfDay], hits: Hits) -> Backtest:
    """Send each day what the profile would have, within its threshold and limit.

    ``days`` are in order; ``hits`` are of all their papers. As in editions, a paper is sent again where the profile is
    told something of it again.
    """
    tested: list[DayTested] = []
    sent: dict[str, RankedPaper] = {}
    for day in days:
        good = (one for one in day.ranked if one.reaches(profile.threshold))
        found = [one for one in good if one.paper.key in day.told]
        sent |= {one.paper.key: one for one in found[: profile.limit]}
        taken = min(len(found), profile.limit)
        tested.append(DayTested(day.date, len(day.papers), taken, len(found) - taken))
    keywords = profile.keywords
    return Backtest(
        profile=profile.name,
        days=tuple(tested),
        keywords=tuple(_keywords(keywords, hits, _apart(days), sent, profile.threshold)),
        pairs=tuple(_pairs(keywords, hits)),
        papers=len(hits.papers),
    )


def _apart(days: Iterable[NewsOfDay]) -> Mapping[str, set[str]]:
    """Keyword -> the keys of the papers that are ranked for its words, though they don't have it as it is written."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for ranked in (one for day in days for one in day.ranked):
        for match in ranked.matches:
            if match.field == "apart":
                found[match.keyword].add(ranked.paper.key)
    return found


def _keywords(
    keywords: Sequence[Keyword],
    hits: Hits,
    apart: Mapping[str, set[str]],
    sent: Mapping[str, RankedPaper],
    threshold: float,
) -> list[KeywordTested]:
    having: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    worth: defaultdict[str, float] = defaultdict(float)
    typed = {keyword.label: exact_weight(keyword.weight) for keyword in keywords}
    for ranked in sent.values():
        fields: defaultdict[str, set[str]] = defaultdict(set)
        for match in (one for one in ranked.matches if one.field != "similar"):
            fields[match.keyword].add(match.field)
            worth[match.keyword] += match.contribution
        for label, found in fields.items():
            having[label] += 1
            weight = typed[label] * counted(found)
            alone[label] += weight >= threshold > ranked.weight - weight or weight == ranked.weight
    tested: list[KeywordTested] = []
    for keyword in keywords:
        label, excludes = keyword.label, keyword.sign is Sign.EXCLUDE
        # What excludes does so as it is written only.
        of_words = 0 if excludes else len(apart.get(label, ()))
        papers = len(hits.found.having(keyword.pattern)) + of_words
        tested.append(
            KeywordTested(
                keyword=f"-{label}" if excludes else label,
                papers=papers,
                share=papers / len(hits.papers) if hits.papers else 0.0,
                sent=having[label],
                only=alone[label],
                contribution=worth[label],
                excludes=excludes,
                apart=of_words,
            )
        )
    return sorted(tested, key=lambda one: (one.excludes, -one.only, -one.sent, -one.contribution, -one.papers))


def _pairs(keywords: Sequence[Keyword], hits: Hits) -> Iterator[Pair]:
    """The pairs that come together always or nearly so, those that do it most surely first."""
    papers = {one.label: hits.found.having(one.pattern) for one in keywords if one.sign is not Sign.EXCLUDE}
    found: list[Pair] = []
    for one, other in combinations([label for label, having in papers.items() if len(having) >= _MEETINGS], 2):
        both = len(papers[one] & papers[other])
        if both >= _MEETINGS:
            share = both / (len(papers[one]) + len(papers[other]) - both)
            if share >= _TOGETHER:
                found.append(Pair((one, other), both, share))
    yield from sorted(found, key=lambda pair: (-pair.share, -pair.papers))
