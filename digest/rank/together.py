"""Which papers have the words of a phrase in one sentence, though not in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.rank.found import spread
from digest.rank.worth import LEAST_RARITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from digest.keywords import Pattern
    from digest.rank.found import Found

__all__ = ["Phrases"]

# Bits that are looked at at a time.
_PORTION = 1 << 22


@dataclass(frozen=True, eq=False, slots=True)
class Phrases:
    """The phrases, and their words, which are looked for too. Phrase ``n`` has ``words[starts[n]:starts[n + 1]]``."""

    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]
    #: the numbers of patterns
    words: NDArray[np.int64]
    #: of all words of a phrase, together
    rarities: NDArray[np.float64]

    @classmethod
    def of(cls, patterns: Sequence[Pattern], rarities: NDArray[np.float64]) -> Phrases:
        """The phrases among some patterns, each of which has its rarity."""
        words: dict[tuple[str, ...], dict[str, int]] = {}
        for number, one in enumerate(patterns):
            if len(one.forms[0]) == 1:
                words.setdefault(one.fields, {})[one.forms[0][0]] = number
        phrases = [(number, one) for number, one in enumerate(patterns) if one.symbols]
        numbers = [number for number, _ in phrases]
        lengths = [len(one.symbols) for _, one in phrases]
        # Whoever looks for a phrase looks for its words too: see digest.rank.score.
        flat = [words[one.fields][symbol] for _, one in phrases for symbol in one.symbols]
        starts = np.cumsum([0, *lengths])
        of_words = np.array(flat, dtype=np.int64)
        owners = np.repeat(np.arange(len(lengths)), np.array(lengths, dtype=np.int64))
        sums = np.bincount(owners, weights=rarities[of_words], minlength=len(lengths)).astype(np.float64)
        return cls(np.array(numbers, dtype=np.int64), starts, of_words, sums)

    def apart(self, found: Found, papers: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Which papers have all words of a phrase in one sentence, but not the phrase.

        The patterns' numbers, the papers, and the sentences as in ``Found``.
        """
        telling = np.flatnonzero(self.rarities >= LEAST_RARITY)
        keys = found.patterns() * papers + found.papers
        pairs = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
        having = _bits(found, np.unique(self.words), papers)
        lengths = np.diff(self.starts)
        for length in np.unique(lengths[telling]).tolist():
            phrases = telling[lengths[telling] == length]
            step = max(1, _PORTION // max(1, papers))
            for first in range(0, len(phrases), step):
                some = phrases[first : first + step]
                bits = having.of(self.words[self.starts[some]])
                for place in range(1, length):
                    bits &= having.of(self.words[self.starts[some] + place])
                # Most bytes are 0.
                rows, at = np.nonzero(bits)
                byte, bit = np.nonzero(np.unpackbits(bits[rows, at][:, None], axis=1))
                pairs.append((some[rows[byte]], 8 * at[byte] + bit))
        phrases, of_paper = (np.concatenate(column) for column in zip(*pairs, strict=True))
        new = ~_is_in(keys, self.numbers[phrases] * papers + of_paper)
        phrases, of_paper = phrases[new], of_paper[new]
        # Of the papers those with a sentence that has them all.
        sentences = np.full(len(phrases), -1)
        count = lengths[phrases]
        for place in range(int(count.max(initial=0))):
            more = count > place
            words = self.words[self.starts[phrases[more]] + place]
            sentences[more] &= found.sentences[np.searchsorted(keys, words * papers + of_paper[more])]
        together = np.flatnonzero(sentences)
        return self.numbers[phrases[together]], of_paper[together], sentences[together]


def _is_in(ascending: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(ascending):
        return np.zeros(len(wanted), dtype=np.bool_)
    is_in: NDArray[np.bool_] = ascending[np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)] == wanted
    return is_in


@dataclass(frozen=True, eq=False, slots=True)
class _Bits:
    """For some patterns a bit for each paper, 1 where it has the pattern."""

    rows: NDArray[np.int64]
    bits: NDArray[np.uint8]

    def of(self, patterns: NDArray[np.int64]) -> NDArray[np.uint8]:
        return self.bits[self.rows[patterns]]


def _bits(found: Found, patterns: NDArray[np.int64], papers: int) -> _Bits:
    rows = np.zeros(len(found), dtype=np.int64)
    rows[patterns] = np.arange(len(patterns))
    lengths = found.starts[patterns + 1] - found.starts[patterns]
    hits = found.papers[spread(found.starts[patterns], lengths)]
    bits = np.zeros((len(patterns), (papers + 7) // 8), dtype=np.uint8)
    byte, bit = np.divmod(hits, 8)
    np.bitwise_or.at(bits, (np.repeat(np.arange(len(patterns)), lengths), byte), (128 >> bit).astype(np.uint8))
    return _Bits(rows, bits)
