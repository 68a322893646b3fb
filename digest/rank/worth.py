"""What it is worth that a paper has a keyword, whoever looks for it.

A match contributes keyword weight × worth. Only the weight is the reader's: what a hit is worth is reckoned once for
all of them. The worth of a keyword in a text is rarity × saturation (the form of BM25F, Robertson and Zaragoza 2009,
with its usual constants), an occurrence in the title counting as two, and all of them less in a text longer than usual.
A keyword of weight 1 that one paper in a hundred has, met once in an abstract of usual length, gives 1.0.

A paper that has all words of a phrase, though not in a row, has half of what they would be worth. And what the papers
most like it have counts too, by their mean: that says which of those that mention a thing are about it.

Weights and worths are multiples of a power of two, so that products and sums have no rounding error: a score is exactly
the sum of its contributions, in whatever order they are added, by whatever way it is reckoned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digest.model import KnownPaper, Paper
    from digest.rank.keywords import Pattern
    from digest.rank.matcher import Found

__all__ = ["Frequency", "Hits", "Part", "Weighed", "exact_weight", "rarity", "saturation", "weigh"]

#: A title says what a paper is about.
_TITLE = 2
#: An author is only followed on purpose; a category is met or not.
_NAMED = {"author": 2.0, "cat": 1.0}

# BM25's k1 and b, with their usual values: how fast the worth of another occurrence falls (the bound is k1 + 1), and
# how much a text's length counts.
_SATURATION = 1.2
_LENGTH = 0.75
# A title alone is far shorter than an abstract, and says no more in a word.
_SHORTEST = 0.5
# What the words of a phrase are worth apart, and how rare they must be together: words that meet by chance in more than
# one paper in a hundred say nothing apart.
_APART = 0.5
_LEAST_RARITY = 1.0

# Weights up to 1000 and worths up to 32 in these steps leave a double room for the sum of hundreds of contributions.
_WEIGHT_STEPS = 2**10
_WORTH_STEPS = 2**16


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


@dataclass(frozen=True, slots=True)
class Hits:
    """Which of some papers have which patterns."""

    papers: tuple[KnownPaper, ...]
    #: every pattern that was looked for -> indices of the papers that have it -> field -> how often
    found: Found


@dataclass(frozen=True, slots=True)
class Part:
    """What one paper having one pattern, in one way, is worth to a keyword of weight 1."""

    #: as of a match: see digest.model.Match
    field: str
    count: int
    #: a multiple of 1/65536, at least 0
    worth: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """Which of some papers have which patterns, and what that is worth."""

    hits: Hits
    #: every pattern that was looked for -> indices of papers -> what that is worth, part by part
    parts: dict[Pattern, dict[int, tuple[Part, ...]]]


def rarity(frequency: Frequency) -> float:
    """What meeting a pattern says: 1 for one paper in a hundred, 0.5 for one in ten, 0 for what all have.

    Counting begins with a hundred papers of which one has it, so that a few papers don't say much.
    """
    share = (frequency.papers + 1) / (frequency.total + 100)
    return max(0.0, math.log10(1 / share) / 2)


def saturation(count: float) -> float:
    """What ``count`` occurrences are worth: 1 for one, and less for each one more, up to 2.2."""
    return (_SATURATION + 1) * count / (_SATURATION + count)


def exact_weight(weight: float) -> float:
    """A keyword's weight as it is reckoned with: the nearest multiple of 1/1024 that is not 0."""
    return max(1, round(weight * _WEIGHT_STEPS)) / _WEIGHT_STEPS


def weigh(hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
    """Say what each hit is worth; ``frequencies`` are by pattern id."""
    from digest.rank.similar import neighbours  # noqa: PLC0415 - brings numpy: what ranks nothing does without

    papers = [known.paper for known in hits.papers]
    scale = _Scale(hits, {p: rarity(frequencies.get(p.id, _UNCOUNTED)) for p in hits.found}, _lengths(papers))
    likers: list[list[tuple[int, float]]] = [[] for _ in papers]
    for index, like in enumerate(neighbours(papers)):
        for other, share in like:
            likers[other].append((index, share))
    return Weighed(hits, {pattern: _parts(scale, pattern, likers) for pattern in hits.found})


def _parts(
    scale: _Scale, pattern: Pattern, likers: Sequence[Sequence[tuple[int, float]]]
) -> dict[int, tuple[Part, ...]]:
    """What each paper's having a pattern is worth. ``likers`` has for each paper those that it is most like to."""
    words = pattern.words
    rare = scale.rarity(pattern, words)
    parts = scale.written(pattern, rare)
    if pattern.fields[0] in _NAMED:
        return parts
    similar = _similar(parts, likers)
    parts |= scale.apart(pattern, words, rare)
    for index, part in similar.items():
        parts[index] = (*parts.get(index, ()), part)
    return parts


def _similar(written: Mapping[int, tuple[Part, ...]], likers: Sequence[Sequence[tuple[int, float]]]) -> dict[int, Part]:
    """What the papers most like each one have, by their mean."""
    sums: dict[int, float] = {}
    counts: dict[int, int] = {}
    for other, theirs in written.items():
        worth = sum(part.worth for part in theirs)
        for index, share in likers[other]:
            sums[index] = sums.get(index, 0.0) + share * worth
            counts[index] = counts.get(index, 0) + 1
    return {index: Part("similar", counts[index], _exact(total)) for index, total in sums.items()}


@dataclass(frozen=True, slots=True)
class _Scale:
    """Hits, and what they are weighed by."""

    hits: Hits
    rarities: Mapping[Pattern, float]
    #: of each paper, 1 where it is as long as they usually are
    lengths: Sequence[float]

    def written(self, pattern: Pattern, rare: float) -> dict[int, tuple[Part, ...]]:
        """The papers that have a pattern as it is written."""
        return {
            index: _named(fields, rare) if pattern.fields[0] in _NAMED else _in_text(fields, rare, self.lengths[index])
            for index, fields in self.hits.found[pattern].items()
        }

    def apart(self, pattern: Pattern, words: Sequence[Pattern], rare: float) -> dict[int, tuple[Part, ...]]:
        """The papers that have all words of a phrase, but not the phrase."""
        rarities = [self.rarities.get(one, 0.0) for one in words]
        having = [self.hits.found[one] for one in words if one in self.hits.found]
        # Whoever looked for phrases alone does not know where their words stand.
        if not having or len(having) < len(words) or sum(rarities) < _LEAST_RARITY:
            return {}
        whole = self.hits.found[pattern]
        found: dict[int, tuple[Part, ...]] = {}
        for index in min(having, key=len):
            if index in whole or not all(index in one for one in having):
                continue
            length = self.lengths[index]
            met = sum(
                own * saturation(_occurrences(one[index]) / length) for own, one in zip(rarities, having, strict=True)
            )
            worth = _exact(rare * _APART * met / sum(rarities))
            found[index] = (Part("apart", 1, worth),)
        return found

    def rarity(self, pattern: Pattern, words: Sequence[Pattern]) -> float:
        """A phrase is no rarer than its words let expect, however seldom it was met so far."""
        own = self.rarities[pattern]
        return min(own, sum(self.rarities.get(one, own) for one in words)) if words else own


def _lengths(papers: Sequence[Paper]) -> list[float]:
    """By what the occurrences in each paper are divided: 1 for one as long as they are on the average."""
    words = [_TITLE * _words(paper.title) + _words(paper.abstract) for paper in papers]
    average = sum(words) / len(words) if any(words) else 1.0
    return [max(_SHORTEST, 1 - _LENGTH + _LENGTH * one / average) for one in words]


def _words(text: str) -> int:
    return text.count(" ") + 1 if text else 0


def _occurrences(fields: Mapping[str, int]) -> int:
    return _TITLE * fields.get("title", 0) + fields.get("abstract", 0)


def _in_text(fields: Mapping[str, int], rare: float, length: float) -> tuple[Part, ...]:
    """Both fields together, and each with the part that its occurrences have in that."""
    occurrences = _occurrences(fields)
    whole = _exact(rare * saturation(occurrences / length))
    title = _exact(whole * _TITLE * fields.get("title", 0) / occurrences)
    worths = {"title": title, "abstract": whole - title}
    return tuple(Part(field, count, worths[field]) for field, count in fields.items())


def _named(fields: Mapping[str, int], rare: float) -> tuple[Part, ...]:
    return tuple(
        Part(field, count, _exact(rare * _NAMED[field] * saturation(count))) for field, count in fields.items()
    )


def _exact(worth: float) -> float:
    return round(worth * _WORTH_STEPS) / _WORTH_STEPS
