"""What it is worth that a paper has a keyword: the score, and its parts, which are what the reader sees.

A match contributes keyword weight × rarity × field weight × saturation, and a score is the sum of the contributions. A
keyword of weight 1 that one paper in a hundred has, met once in an abstract, gives 1.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from digest.model import Match, RankedPaper
from digest.rank import matcher
from digest.rank.keywords import Sign, parse_profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from digest.model import KnownPaper, Profile
    from digest.rank.keywords import Keyword, Pattern

__all__ = ["FIELD_WEIGHTS", "Frequency", "Hits", "KeywordRanker", "rarity", "saturation"]

#: A title says what a paper is about, and an author is only followed on purpose.
FIELD_WEIGHTS = {"title": 2.0, "abstract": 1.0, "author": 2.0, "cat": 1.0}

# How fast the worth of another occurrence falls (k1 of BM25, with its usual value); the bound is k + 1.
_SATURATION = 1.2


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many papers have a pattern, as far as it was counted."""

    #: those that have it
    papers: int
    #: those that were looked at
    total: int
    #: the change up to which it was counted
    to_seq: int


# Never counted: taken to be as rare as what one paper in a hundred has.
_UNCOUNTED = Frequency(papers=0, total=0, to_seq=0)


def rarity(frequency: Frequency) -> float:
    """What meeting a pattern says: 1 for one paper in a hundred, 0.5 for one in ten, 0 for what all have.

    Counting begins with a hundred papers of which one has it, so that a few papers don't say much.
    """
    share = (frequency.papers + 1) / (frequency.total + 100)
    return max(0.0, math.log10(1 / share) / 2)


def saturation(count: int) -> float:
    """What ``count`` occurrences are worth: 1 for one, and less for each one more, up to 2.2."""
    return (_SATURATION + 1) * count / (_SATURATION + count)


@dataclass(frozen=True, slots=True)
class Hits:
    """Which of some papers have which patterns."""

    papers: tuple[KnownPaper, ...]
    #: every pattern that was looked for -> indices of the papers that have it -> field -> how often
    found: matcher.Found


class KeywordRanker:
    """Ranks by the keyword language of ``digest.rank.keywords``."""

    def patterns(self, profiles: Iterable[Profile]) -> set[str]:
        """The ids of all patterns that the profiles look for or exclude."""
        return {pattern.id for pattern in _patterns(profiles)}

    def match(self, papers: Sequence[KnownPaper], profiles: Iterable[Profile]) -> Hits:
        """Look for every distinct pattern of the profiles in every paper, once.

        KeywordError where a profile's keywords are wrong.
        """
        return Hits(tuple(papers), matcher.match([known.paper for known in papers], _patterns(profiles)))

    def counts(self, hits: Hits, *, after_seq: int = 0) -> dict[str, int]:
        """Pattern id -> how many papers have it, of those that came in after a change; 0 for what none has."""
        return {
            pattern.id: sum(hits.papers[index].first_seq > after_seq for index in having) if after_seq else len(having)
            for pattern, having in hits.found.items()
        }

    def rank(self, hits: Hits, profile: Profile, frequencies: Mapping[str, Frequency]) -> list[RankedPaper]:
        """Score the papers for one of the profiles that were matched, best first; ties by date, newest first, then key.

        Papers that score 0, have what is excluded or lack a must are left out. ``frequencies`` are by pattern id.
        """
        keywords = parse_profile(profile.keywords)
        matches: dict[int, list[Match]] = {index: [] for index in _admitted(hits, keywords)}
        for keyword in keywords:
            if keyword.sign is Sign.EXCLUDE:
                continue
            worth = keyword.weight * rarity(frequencies.get(keyword.pattern.id, _UNCOUNTED))
            for index, fields in hits.found[keyword.pattern].items():
                if index in matches:
                    matches[index] += (
                        Match(keyword.label, field, count, worth * FIELD_WEIGHTS[field] * saturation(count))
                        for field, count in fields.items()
                    )
        ranked = (_ranked(hits.papers[index], of_paper) for index, of_paper in matches.items())
        return sorted((one for one in ranked if one.score > 0), key=_best_first)


def _patterns(profiles: Iterable[Profile]) -> set[Pattern]:
    return {keyword.pattern for profile in profiles for keyword in parse_profile(profile.keywords)}


def _admitted(hits: Hits, keywords: Sequence[Keyword]) -> set[int]:
    """The papers that have one of the keywords, every must, and nothing excluded."""
    admitted: set[int] = set()
    for keyword in keywords:
        if keyword.sign is not Sign.EXCLUDE:
            admitted |= hits.found[keyword.pattern].keys()
    for keyword in keywords:
        if keyword.sign is Sign.MUST:
            admitted &= hits.found[keyword.pattern].keys()
        elif keyword.sign is Sign.EXCLUDE:
            admitted -= hits.found[keyword.pattern].keys()
    return admitted


def _ranked(paper: KnownPaper, matches: list[Match]) -> RankedPaper:
    matches.sort(key=lambda match: (-match.contribution, match.keyword, match.field))
    # fsum: papers with the same contributions tie, in whatever order they were added.
    return RankedPaper(paper, math.fsum(match.contribution for match in matches), tuple(matches))


def _best_first(ranked: RankedPaper) -> tuple[float, int, str]:
    paper = ranked.paper.paper
    newest = paper.published or paper.listed or date.min
    return -ranked.score, -newest.toordinal(), ranked.paper.key
