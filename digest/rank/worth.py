"""What it is worth that a paper has a keyword, whoever looks for it.

A match contributes keyword weight × worth, and worth is rarity × field weight × saturation. A keyword of weight 1 that
one paper in a hundred has, met once in an abstract, gives 1.0. Only the weight is the reader's: what a hit is worth is
computed once for all of them.

Weights and worths are multiples of a power of two, so that products and sums have no rounding error: a score is exactly
the sum of its contributions, in whatever order they are added, by whatever way it is computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.model import KnownPaper
    from digest.rank.keywords import Pattern
    from digest.rank.matcher import Found

__all__ = ["FIELD_WEIGHTS", "Frequency", "Hits", "Part", "Weighed", "exact_weight", "rarity", "saturation", "weigh"]

#: A title says what a paper is about, and an author is only followed on purpose.
FIELD_WEIGHTS = {"title": 2.0, "abstract": 1.0, "author": 2.0, "cat": 1.0}

# How fast the worth of another occurrence falls (k1 of BM25, with its usual value); the bound is k + 1.
_SATURATION = 1.2

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
    """What one field of a paper having one pattern is worth to a keyword of weight 1."""

    field: str
    count: int
    #: a multiple of 1/65536, at least 0
    worth: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """Which of some papers have which patterns, and what that is worth."""

    papers: tuple[KnownPaper, ...]
    #: every pattern that was looked for -> indices of the papers that have it -> what that is worth, field by field
    parts: dict[Pattern, dict[int, tuple[Part, ...]]]


def rarity(frequency: Frequency) -> float:
    """What meeting a pattern says: 1 for one paper in a hundred, 0.5 for one in ten, 0 for what all have.

    Counting begins with a hundred papers of which one has it, so that a few papers don't say much.
    """
    share = (frequency.papers + 1) / (frequency.total + 100)
    return max(0.0, math.log10(1 / share) / 2)


def saturation(count: int) -> float:
    """What ``count`` occurrences are worth: 1 for one, and less for each one more, up to 2.2."""
    return (_SATURATION + 1) * count / (_SATURATION + count)


def exact_weight(weight: float) -> float:
    """A keyword's weight as it is reckoned with: the nearest multiple of 1/1024 that is not 0."""
    return max(1, round(weight * _WEIGHT_STEPS)) / _WEIGHT_STEPS


def weigh(hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
    """Say what each hit is worth; ``frequencies`` are by pattern id."""
    parts: dict[Pattern, dict[int, tuple[Part, ...]]] = {}
    for pattern, having in hits.found.items():
        rare = rarity(frequencies.get(pattern.id, _UNCOUNTED))
        parts[pattern] = {
            index: tuple(
                Part(field, count, _exact(rare * FIELD_WEIGHTS[field] * saturation(count)))
                for field, count in fields.items()
            )
            for index, fields in having.items()
        }
    return Weighed(hits.papers, parts)


def _exact(worth: float) -> float:
    return round(worth * _WORTH_STEPS) / _WORTH_STEPS
