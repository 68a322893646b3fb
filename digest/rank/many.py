"""Ranking for very many profiles at once; what it finds is what ``digest.rank.score`` finds.

What only this needs, numpy and numba, is imported when there are so many profiles: one reader pays nothing for it.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from digest.model import Match
from digest.rank.compiled import Compiled
from digest.rank.ranking import ranked_paper
from digest.rank.score import KeywordRanker, with_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from digest.model import KnownPaper, Profile, RankedPaper
    from digest.rank.keywords import Pattern
    from digest.rank.postings import Postings
    from digest.rank.shards import Chosen
    from digest.rank.weighing import Weighed
    from digest.rank.worth import Frequency, Hits

__all__ = ["MANY", "ManyRanker", "without_collector"]

#: for fewer profiles, getting ready takes longer than it saves
MANY = 1000


@contextmanager
def without_collector() -> Iterator[None]:
    """Make millions of objects that live on without the collector going through all of them time and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class ManyRanker(KeywordRanker):
    """Keeps the profiles compiled from one day to the next. ``workers`` is how many threads rank at a time."""

    def __init__(self, *, workers: int = 1, many: int = MANY) -> None:
        self._workers = workers
        self._many = many
        self._compiled: Compiled[Profile] = Compiled()
        # What was made of what was weighed last: editions are made by portions of readers.
        self._postings: tuple[Weighed, Postings] | None = None

    @without_collector()
    def distinct_patterns(self, profiles: Iterable[Profile]) -> set[Pattern]:
        """What the profiles look for or exclude, which become the ones that are compiled if they are many."""
        wanted = dict.fromkeys(profiles)
        if len(wanted) < self._many:
            return super().distinct_patterns(wanted)
        for profile in [one for one in self._compiled if one not in wanted]:
            self._compiled.remove(profile)
        for profile in wanted:
            if profile not in self._compiled:
                self._compiled.set(profile, profile)
        self._postings = None
        return with_words(set(self._compiled.numbers))

    @without_collector()
    def match(self, papers: Sequence[KnownPaper], profiles: Iterable[Profile]) -> Hits:
        """Look for every distinct pattern of the profiles in every paper, once."""
        return super().match(papers, profiles)

    @without_collector()
    def weigh(self, hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
        """Say what each hit is worth to whoever looks for it; ``frequencies`` are by pattern id."""
        return super().weigh(hits, frequencies)

    def best(
        self, weighed: Weighed, profiles: Sequence[Profile], among: Collection[str]
    ) -> Iterator[tuple[Profile, list[RankedPaper]]]:
        """Yield each profile with the papers of some keys that can stand in an edition, in an order of its own."""
        wanted = dict.fromkeys(profiles)
        if len(wanted) < self._many:
            yield from super().best(weighed, list(wanted), among)
            return
        from digest.rank.postings import Postings  # noqa: PLC0415 - brings numpy
        from digest.rank.shards import choose  # noqa: PLC0415 - brings numba

        if not self._postings or self._postings[0] is not weighed:
            self._postings = weighed, Postings.of(weighed, self._compiled.numbers)
        postings = self._postings[1]
        for chosen in choose(self._compiled.rows(wanted), postings, postings.among(among), workers=self._workers):
            yield from self._told(chosen, weighed, postings)

    def _told(
        self, chosen: Chosen[Profile], weighed: Weighed, postings: Postings
    ) -> Iterator[tuple[Profile, list[RankedPaper]]]:
        """What was chosen, as it is for one profile."""
        shard, found = chosen.shard, chosen.found
        papers = [weighed.hits.papers[index] for index in postings.order[found.ranks]]
        indices = postings.order[found.ranks].tolist()
        matches: list[list[Match]] = [[] for _ in papers]
        places, keywords = found.part_places.tolist(), found.part_keywords.tolist()
        first = first_part = 0
        for row, end, part_end in zip(chosen.rows.tolist(), found.ends.tolist(), found.part_ends.tolist(), strict=True):
            profile = cast("Profile", shard.keys[row])
            labels = self._compiled.labels(profile)
            for part in range(first_part, part_end):
                place, keyword = places[part], keywords[part]
                at = shard.begins[row] + keyword
                having = weighed.parts(self._compiled.pattern(shard.patterns[at]))[indices[place]]
                matches[place] += (
                    Match(labels[keyword], one.field, one.count, shard.weights[at] * one.worth) for one in having
                )
            yield profile, [ranked_paper(papers[place], matches[place]) for place in range(first, end)]
            first, first_part = end, part_end
