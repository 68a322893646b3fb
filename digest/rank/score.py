"""Ranking for one profile at a time: the score, and its parts, which are what the reader sees."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from digest.model import Match, RankedPaper
from digest.rank import matcher
from digest.rank.keywords import Sign, parse_profile
from digest.rank.worth import Hits, Weighed, exact_weight, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from digest.model import KnownPaper, Profile
    from digest.rank.keywords import Keyword, Pattern
    from digest.rank.worth import Frequency

__all__ = ["KeywordRanker", "best_first"]


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

    def weigh(self, hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
        """Say what each hit is worth to whoever looks for it; ``frequencies`` are by pattern id."""
        return weigh(hits, frequencies)

    def rank(self, weighed: Weighed, profile: Profile) -> list[RankedPaper]:
        """Score the papers for one of the profiles that were matched, best first; ties by date, newest first, then key.

        Papers that score 0, have what is excluded or lack a must are left out.
        """
        keywords = parse_profile(profile.keywords)
        matches: dict[int, list[Match]] = {index: [] for index in _admitted(weighed, keywords)}
        for keyword in keywords:
            if keyword.sign is Sign.EXCLUDE:
                continue
            weight = exact_weight(keyword.weight)
            for index, parts in weighed.parts[keyword.pattern].items():
                if index in matches:
                    matches[index] += (
                        Match(keyword.label, part.field, part.count, weight * part.worth) for part in parts
                    )
        ranked = (_ranked(weighed.papers[index], of_paper) for index, of_paper in matches.items())
        return sorted((one for one in ranked if one.score > 0), key=best_first)


def best_first(ranked: RankedPaper) -> tuple[float, int, str]:
    """What a ranking is sorted by."""
    return -ranked.score, *tie_break(ranked.paper)


def tie_break(known: KnownPaper) -> tuple[int, str]:
    """The order of papers of one score: the newest first, then by key."""
    newest = known.paper.published or known.paper.listed or date.min
    return -newest.toordinal(), known.key


def _patterns(profiles: Iterable[Profile]) -> set[Pattern]:
    return {keyword.pattern for profile in profiles for keyword in parse_profile(profile.keywords)}


def _admitted(weighed: Weighed, keywords: Sequence[Keyword]) -> set[int]:
    """The papers that have one of the keywords, every must, and nothing excluded."""
    admitted: set[int] = set()
    for keyword in keywords:
        if keyword.sign is not Sign.EXCLUDE:
            admitted |= weighed.parts[keyword.pattern].keys()
    for keyword in keywords:
        if keyword.sign is Sign.MUST:
            admitted &= weighed.parts[keyword.pattern].keys()
        elif keyword.sign is Sign.EXCLUDE:
            admitted -= weighed.parts[keyword.pattern].keys()
    return admitted


def _ranked(paper: KnownPaper, matches: list[Match]) -> RankedPaper:
    matches.sort(key=lambda match: (-match.contribution, match.keyword, match.field))
    return RankedPaper(paper, sum(match.contribution for match in matches), tuple(matches))
