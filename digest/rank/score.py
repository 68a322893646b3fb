"""The ranker that knows the keyword language."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from digest.keywords import Pattern
from digest.rank.near import misses
from digest.rank.ranking import admitted, scored
from digest.rank.worth import Hits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from digest.model import KnownPaper, Miss, Profile, RankedPaper
    from digest.rank.weighing import Weighed
    from digest.rank.worth import Frequency

__all__ = ["KeywordRanker", "with_words"]


class KeywordRanker:
    """Ranks by the keyword language of ``digest.keywords``."""

    def patterns(self, profiles: Iterable[Profile]) -> set[str]:
        """The ids of all patterns that the profiles look for or exclude, and of the words of their phrases."""
        return {pattern.id for pattern in self.distinct_patterns(profiles)}

    def distinct_patterns(self, profiles: Iterable[Profile]) -> set[Pattern]:
        """What the profiles look for or exclude, and the words of their phrases."""
        return with_words({keyword.pattern for profile in profiles for keyword in profile.keywords})

    def match(self, papers: Sequence[KnownPaper], profiles: Iterable[Profile]) -> Hits:
        """Look for every distinct pattern of the profiles in every paper, once."""
        from digest.rank import matcher  # noqa: PLC0415 - brings numpy: what ranks nothing does without

        return Hits(tuple(papers), matcher.match([known.paper for known in papers], self.distinct_patterns(profiles)))

    def counts(self, hits: Hits, *, after_seq: int = 0) -> dict[str, int]:
        """Pattern id -> how many papers have it, of those that came in after a change; 0 for what none has."""
        counts = hits.found.number_of([paper.first_seq > after_seq for paper in hits.papers] if after_seq else None)
        return {pattern.id: count for pattern, count in zip(hits.found, counts, strict=True)}

    def weigh(self, hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
        """Say what each hit is worth to whoever looks for it; ``frequencies`` are by pattern id."""
        from digest.rank.weighing import weigh  # noqa: PLC0415 - brings numpy

        return weigh(hits, frequencies)

    def rank(self, weighed: Weighed, profile: Profile) -> list[RankedPaper]:
        """Score the papers for one of the profiles that were matched, best first; ties by date, newest first, then key.

        Papers that have none of its keywords, have what is excluded or lack a must are left out.
        """
        keywords = profile.keywords
        return scored(weighed, keywords, admitted(weighed, keywords))

    def best(
        self, weighed: Weighed, profiles: Sequence[Profile], among: Collection[str]
    ) -> Iterator[tuple[Profile, list[RankedPaper]]]:
        """Yield each profile with the papers of some keys that can stand in an edition of it, best first.

        They are as many as its limit at most, and none is below its threshold.
        """
        for profile in profiles:
            found = (one for one in self.rank(weighed, profile) if one.paper.key in among)
            yield profile, list(islice((one for one in found if one.reaches(profile.threshold)), profile.limit))

    def near(self, weighed: Weighed, profile: Profile, among: Collection[str]) -> list[Miss]:
        """What of the papers of some keys just missed one of the profiles, best first, each with the reason."""
        return misses(weighed, profile, among)


def with_words(patterns: set[Pattern]) -> set[Pattern]:
    """Some patterns, and those of the words of phrases among them."""
    words = {(pattern.fields, symbol) for pattern in patterns for symbol in pattern.symbols}
    return patterns | {Pattern(fields, ((symbol,),)) for fields, symbol in words}
