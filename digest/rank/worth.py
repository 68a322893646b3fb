"""What it is worth that a paper has a keyword, whoever looks for it.

A match contributes keyword weight × worth. Only the weight is the reader's: what a hit is worth is reckoned once for
all of them. The worth of a keyword in a text is rarity × saturation (the form of BM25F, Robertson and Zaragoza 2009,
with its usual constants), an occurrence in the title counting as two, and all of them less in a text longer than usual.
A keyword of weight 1 that one paper in a hundred has, met once in an abstract of usual length, gives 1.0.

A paper that has all words of a phrase in one sentence, though not in a row, has half of what the phrase would be worth
there. And what the papers most like it have counts too, by their mean: that says which of those that mention a thing
are about it.

Weights, worths and shares are multiples of powers of two, so that products and sums have no rounding error: a score is
exactly the sum of its contributions, in whatever order they are added, by whatever way it is reckoned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from digest.model import KnownPaper
    from digest.rank.found import Found

__all__ = [
    "APART",
    "LEAST_RARITY",
    "RELATED",
    "SHARES",
    "WORTHS",
    "Frequency",
    "Hits",
    "exact_weight",
    "rarity",
    "saturation",
]

Count = TypeVar("Count", float, "NDArray[np.float64]")

# BM25's k1, with its usual value: how fast the worth of another occurrence falls (the bound is k1 + 1).
_SATURATION = 1.2

#: what the words of a phrase are worth apart, and how rare they must be together: words that meet by chance in more
#: than one paper in a hundred say nothing apart
APART = 0.5
LEAST_RARITY = 1.0

#: what words are worth that share the root of a keyword's ("operator" for "operation")
RELATED = 0.9

# The steps of weights, worths and shares of worths. A profile's thousand keywords have weights up to 1000 and worths up
# to 16; with these steps their sum still has its 53 bits.
_WEIGHTS = 2**10
WORTHS = 2**13
SHARES = 2**6


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many papers have a pattern, as far as it was counted."""

    #: those that have it
    papers: int
    #: those that were looked at
    total: int
    #: the change up to which it was counted
    to_seq: int


@dataclass(frozen=True, slots=True)
class Hits:
    """Which of some papers have which patterns."""

    papers: tuple[KnownPaper, ...]
    #: every pattern that was looked for -> indices of the papers that have it -> field -> how often
    found: Found

    def among(self, indices: Sequence[int]) -> Hits:
        """What is found in some of the papers alone, which are numbered anew."""
        return Hits(tuple(self.papers[index] for index in indices), self.found.among(indices))


def rarity(frequency: Frequency) -> float:
    """What meeting a pattern says: 1 for one paper in a hundred, 0.5 for one in ten, 0 for what all have.

    Counting begins with a hundred papers of which one has it, so that a few papers don't say much.
    """
    share = (frequency.papers + 1) / (frequency.total + 100)
    return max(0.0, math.log10(1 / share) / 2)


def saturation(count: Count) -> Count:
    """What ``count`` occurrences are worth: 1 for one, and less for each one more, up to 2.2."""
    return (_SATURATION + 1) * count / (_SATURATION + count)


def exact_weight(weight: float) -> float:
    """A keyword's weight as it is reckoned with: the nearest multiple of 1/1024 that is not 0."""
    return max(1, round(weight * _WEIGHTS)) / _WEIGHTS
