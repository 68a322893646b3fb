"""How rare each keyword is, counted over the papers that have come: each paper once, whenever it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from digest.rank.worth import Frequency

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from digest.model import KnownPaper, Profile
    from digest.pipeline.protocols import Ranker
    from digest.rank.worth import Hits

__all__ = ["FrequencyStore", "Rarity"]

#: papers that a keyword is looked for in when it is first met
_BACKGROUND = 10_000


class FrequencyStore(Protocol):
    """What counting needs of the history."""

    def frequencies(self, patterns: Collection[str]) -> dict[str, Frequency]:
        """How many papers have each pattern, as far as it was counted."""
        ...

    def save_frequencies(self, counted: Mapping[str, Frequency]) -> None:
        """Keep the counts."""
        ...

    def recent_papers(self, limit: int, *, before: int | None = None) -> list[KnownPaper]:
        """The ``limit`` papers that came in last, or last before a change; newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Rarity:
    """The counts of a store, brought up to date by what a ranker finds."""

    store: FrequencyStore
    ranker: Ranker

    def count(self, hits: Hits, profiles: Sequence[Profile], to_seq: int) -> dict[str, Frequency]:
        """The frequency of every pattern of the profiles, with the papers of ``hits`` that were not counted yet.

        A pattern that was never counted is looked for in the newest papers of the history too. Nothing is written.
        """
        wanted = self.ranker.patterns(profiles)
        known = self.store.frequencies(wanted)
        counted: dict[str, Frequency] = {}
        for since in {frequency.to_seq for frequency in known.values()}:
            fresh = self.ranker.counts(hits, after_seq=since)
            total = sum(paper.first_seq > since for paper in hits.papers)
            for pattern, before in known.items():
                if before.to_seq == since:
                    papers = before.papers + fresh.get(pattern, 0)
                    counted[pattern] = Frequency(papers, before.total + total, to_seq)
        unknown = wanted - known.keys()
        if unknown:
            counted |= self._first_count(unknown, hits, profiles, to_seq)
        return counted

    def save(self, frequencies: Mapping[str, Frequency]) -> None:
        """Keep them for the next time."""
        self.store.save_frequencies(frequencies)

    def _first_count(
        self, patterns: set[str], hits: Hits, profiles: Sequence[Profile], to_seq: int
    ) -> dict[str, Frequency]:
        first = min((paper.first_seq for paper in hits.papers), default=None)
        older = self.store.recent_papers(max(0, _BACKGROUND - len(hits.papers)), before=first)
        here = self.ranker.counts(hits)
        there = self.ranker.counts(self.ranker.match(older, profiles)) if older else {}
        total = len(hits.papers) + len(older)
        return {pattern: Frequency(here.get(pattern, 0) + there.get(pattern, 0), total, to_seq) for pattern in patterns}
