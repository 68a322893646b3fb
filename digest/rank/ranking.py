"""A ranking for one profile: which papers it admits, what they score, and in which order they come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from digest.keywords import Sign
from digest.model import Match, RankedPaper
from digest.rank.worth import exact_weight

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from digest.keywords import Keyword
    from digest.model import KnownPaper
    from digest.rank.weighing import Weighed

__all__ = ["admitted", "best_first", "counted", "having_any", "ranked_paper", "scored", "tie_break"]


#: ways to have a keyword that only count in the order
_LENT = frozenset({"similar", "related"})


def scored(weighed: Weighed, keywords: Sequence[Keyword], among: Collection[int]) -> list[RankedPaper]:
    """Those papers ``among`` the indices that have a keyword of their own, best first."""
    matches: dict[int, list[Match]] = {index: [] for index in among}
    weights = dict.fromkeys(matches, 0.0)
    for keyword in keywords:
        if keyword.sign is Sign.EXCLUDE:
            continue
        weight, asked = exact_weight(keyword.scoring), exact_weight(keyword.weight)
        for index, parts in weighed.parts(keyword.pattern).items():
            if index in matches:
                matches[index] += (Match(keyword.label, part.field, part.count, weight * part.worth) for part in parts)
                weights[index] += asked * counted({part.field for part in parts})
    ranked = (ranked_paper(weighed.hits.papers[at], of_paper, weights[at]) for at, of_paper in matches.items())
    return sorted((one for one in ranked if one.reaches(0)), key=best_first)


def counted(fields: Collection[str]) -> float:
    """How much of a keyword's weight counts for the threshold, by the fields in which a paper has it.

    All of it where the paper has it as it is written, half where it has only the words of a phrase, nothing where it
    only has related words, or only similar papers have it.
    """
    if _LENT.issuperset(fields):
        return 0.0
    return 0.5 if "apart" in fields else 1.0


def best_first(ranked: RankedPaper) -> tuple[float, int, str]:
    """What a ranking is sorted by."""
    return -ranked.score, *tie_break(ranked.paper)


def tie_break(known: KnownPaper) -> tuple[int, str]:
    """The order of papers of one score: the newest first, then by key."""
    newest = known.paper.published or known.paper.listed or date.min
    return -newest.toordinal(), known.key


def admitted(weighed: Weighed, keywords: Sequence[Keyword]) -> set[int]:
    """The indices of the papers that have one of the keywords, every must as it is written, and nothing excluded."""
    found = having_any(weighed, keywords)
    for keyword in keywords:
        if keyword.sign is Sign.MUST:
            found &= weighed.hits.found.having(keyword.pattern)
        elif keyword.sign is Sign.EXCLUDE:
            found -= weighed.hits.found.having(keyword.pattern)
    return found


def having_any(weighed: Weighed, keywords: Iterable[Keyword]) -> set[int]:
    """The indices of the papers that have one of the keywords that are looked for, or are like those that do."""
    wanted = (keyword for keyword in keywords if keyword.sign is not Sign.EXCLUDE)
    return {index for keyword in wanted for index in weighed.parts(keyword.pattern)}


def ranked_paper(paper: KnownPaper, matches: list[Match], weight: float) -> RankedPaper:
    """A paper with all its matches, which are put in order, and the weight that its own keywords have."""
    matches.sort(key=lambda match: (-match.contribution, match.keyword, match.field))
    return RankedPaper(paper, sum(match.contribution for match in matches), tuple(matches), weight)
