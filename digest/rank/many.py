"""Ranking for very many profiles at once; what it finds is what ``digest.rank.score`` finds.

What only this needs, numba, is imported when there are so many profiles: one reader pays nothing for it.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, cast

from digest.model import Match
from digest.rank.compiled import Compiled
from digest.rank.ranking import counted, ranked_paper
from digest.rank.score import KeywordRanker, with_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from digest.keywords import Pattern
    from digest.model import KnownPaper, Profile, RankedPaper
    from digest.rank.postings import Postings
    from digest.rank.shards import Chosen
    from digest.rank.weighing import Weighed
    from digest.rank.worth import Frequency, Hits

__all__ = ["MANY", "ManyRanker", "without_collector"]

#: for fewer profiles, getting ready takes longer than it saves
MANY = 1000
# Of many that are compiled, so few are ranked as quickly one by one.
_FEW = 20
# Profiles that are kept though they were not asked for: readers of other hours come back tomorrow.
_KEPT = 1_000_000


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
    """Keeps the profiles compiled from one time to the next. ``workers`` is how many threads rank at a time."""

    def __init__(self, *, workers: int = 1, many: int = MANY) -> None:
        self._workers = workers
        self._many = many
        self._compiled: Compiled[Profile] = Compiled()
        # Those that are compiled, the one that was asked for the longest time ago first.
        self._kept: dict[Profile, None] = {}
        # What was made of what was weighed last: editions are made by portions of readers.
        self._postings: tuple[Weighed, Postings] | None = None

    @without_collector()
    def distinct_patterns(self, profiles: Iterable[Profile]) -> set[Pattern]:
        """What the profiles look for or exclude; if they are many, they are compiled now."""
        wanted = dict.fromkeys(profiles)
        if len(wanted) < self._many:
            return super().distinct_patterns(wanted)
        for profile in wanted:
            if profile not in self._compiled:
                self._compiled.set(profile, profile)
            self._kept.pop(profile, None)
        self._kept |= wanted
        for profile in list(islice(self._kept, max(0, len(self._kept) - max(_KEPT, len(wanted))))):
            del self._kept[profile]
            self._compiled.remove(profile)
        self._postings = None
        return with_words(self._compiled.patterns(wanted))

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
        if len(wanted) < min(_FEW, self._many) or not self._kept.keys() >= wanted.keys():
            yield from super().best(weighed, list(wanted), among)
            return
        from digest.rank.postings import Postings  # noqa: PLC0415 - brings numpy
        from digest.rank.shards import choose  # noqa: PLC0415 - brings numba

        if not self._postings or self._postings[0] is not weighed:
            self._postings = weighed, Postings.of(weighed, self._compiled.numbers(weighed.hits.found))
        postings = self._postings[1]
        for chosen in choose(self._compiled.rows(wanted), postings, postings.among(among), workers=self._workers):
            yield from self._told(chosen, weighed, postings)

    def _told(
        self, chosen: Chosen[Profile], weighed: Weighed, postings: Postings
    ) -> Iterator[tuple[Profile, list[RankedPaper]]]:
        """What was chosen, for one profile after the other: the collector goes through all that is alive."""
        shard, found = chosen.shard, chosen.found
        indices = postings.order[found.ranks].tolist()
        places, keywords = found.part_places.tolist(), found.part_keywords.tolist()
        first = first_part = 0
        for row, end, part_end in zip(chosen.rows.tolist(), found.ends.tolist(), found.part_ends.tolist(), strict=True):
            profile = cast("Profile", shard.keys[row])
            matches: list[list[Match]] = [[] for _ in range(first, end)]
            weights = [0.0] * (end - first)
            for part in range(first_part, part_end):
                place, keyword = places[part], keywords[part]
                at = shard.begins[row] + keyword
                weight, label = shard.weights[at], profile.keywords[keyword].label
                having = weighed.parts_in(self._compiled.pattern(shard.patterns[at]), indices[place])
                matches[place - first] += [Match(label, one.field, one.count, weight * one.worth) for one in having]
                weights[place - first] += shard.asked[at] * counted({one.field for one in having})
            papers = [weighed.hits.papers[index] for index in indices[first:end]]
            yield profile, list(map(ranked_paper, papers, matches, weights))
            first, first_part = end, part_end
