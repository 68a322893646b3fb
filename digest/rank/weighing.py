"""What every hit is worth, for all patterns and papers at once; see ``digest.rank.worth``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from digest.rank.found import spread
from digest.rank.similar import Likeness, likeness
from digest.rank.worth import APART, LEAST_RARITY, WORTHS, Frequency, rarity, saturation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from digest.model import Paper
    from digest.rank.found import Found
    from digest.rank.keywords import Pattern
    from digest.rank.worth import Hits

__all__ = ["Part", "Weighed", "weigh"]

#: A title says what a paper is about.
_TITLE = 2
#: An author is only followed on purpose; a category is met or not.
_NAMED = {"author": 2.0, "cat": 1.0}
# BM25's b, with its usual value: how much a text's length counts.
_LENGTH = 0.75
# A title alone is far shorter than an abstract, and says no more in a word.
_SHORTEST = 0.5
# What one occurrence in each of FIELDS counts.
_OCCURRENCES = np.array([_TITLE, 1, 1, 1])
# Bits that are looked at at a time, to find the papers that have all words of phrases.
_PORTION = 1 << 22
# Never counted: taken to be as rare as what one paper in a hundred has.
_UNCOUNTED = Frequency(papers=0, total=0, to_seq=0)


@dataclass(frozen=True, slots=True)
class Part:
    """What one paper having one pattern, in one way, is worth to a keyword of weight 1."""

    #: as of a match: see digest.model.Match
    field: str
    count: int
    #: a multiple of 1/8192, and of 1/64 of that for similar papers; at least 0
    worth: float


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """Which of some papers have which patterns, and what that is worth.

    Pattern ``n`` is worth ``worths[starts[n]:starts[n + 1]]`` to the ``papers`` there, which are indices, ascending.
    """

    hits: Hits
    starts: NDArray[np.int64]
    papers: NDArray[np.int64]
    #: multiples of 1/8192
    worths: NDArray[np.float64]
    #: 0 where a paper has the pattern as it is written; where it only has the words, in how many sentences together
    apart: NDArray[np.int64]
    #: for each pattern whether having it says something of similar papers
    lent: NDArray[np.bool_]
    likeness: Likeness
    _parts: dict[Pattern, dict[int, tuple[Part, ...]]] = field(default_factory=dict)

    def parts(self, pattern: Pattern) -> Mapping[int, tuple[Part, ...]]:
        """Index of a paper -> what a pattern is worth there, part by part; KeyError if it was not looked for."""
        found = self._parts.get(pattern)
        if found is None:
            found = self._parts[pattern] = self._taken_apart(pattern)
        return found

    def _taken_apart(self, pattern: Pattern) -> dict[int, tuple[Part, ...]]:
        number = self.hits.found.numbers[pattern]
        of_pattern = slice(int(self.starts[number]), int(self.starts[number + 1]))
        columns = (column[of_pattern].tolist() for column in (self.papers, self.worths, self.apart))
        fields = self.hits.found[pattern]
        parts = {
            paper: (Part("apart", apart, worth),) if apart else _written(fields[paper], worth)
            for paper, worth, apart in zip(*columns, strict=True)
        }
        for paper, part in self._similar(of_pattern) if self.lent[number] else ():
            parts[paper] = (*parts.get(paper, ()), part)
        return parts

    def _similar(self, of_pattern: slice) -> list[tuple[int, Part]]:
        """What the papers most like each one have, by their mean."""
        worths = np.zeros(len(self.hits.papers))
        worths[self.papers[of_pattern]] = self.worths[of_pattern] * (self.apart[of_pattern] == 0)
        like = self.likeness
        having = np.flatnonzero(worths[like.others])
        papers, shares = like.papers[having], like.shares[having] * worths[like.others[having]]
        sums = np.bincount(papers, weights=shares)
        counts = np.bincount(papers)
        return [
            (paper, Part("similar", int(counts[paper]), float(sums[paper]))) for paper in np.flatnonzero(sums).tolist()
        ]


def _written(fields: Mapping[str, int], worth: float) -> tuple[Part, ...]:
    """The worth of all fields together, and each with the part that its occurrences have in that."""
    if "title" not in fields or len(fields) == 1:
        return tuple(Part(name, count, worth) for name, count in fields.items())
    title, abstract = fields["title"], fields["abstract"]
    share = round(worth * WORTHS * _TITLE * title / (_TITLE * title + abstract)) / WORTHS
    return Part("title", title, share), Part("abstract", abstract, worth - share)


def weigh(hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
    """Say what each hit is worth; ``frequencies`` are by pattern id."""
    papers = [known.paper for known in hits.papers]
    found = hits.found
    patterns = list(found.numbers)
    rarities = np.array([rarity(frequencies.get(one.id, _UNCOUNTED)) for one in patterns])
    named = np.array([_NAMED.get(one.fields[0], 0.0) for one in patterns])
    of_hit = found.patterns()
    apart, of_apart, sentences = _Phrases.of(patterns, rarities).apart(found, len(papers))
    every, of_paper = np.concatenate((of_hit, apart)), np.concatenate((found.papers, of_apart))
    # A title is one sentence, and counts as two.
    occurrences = np.concatenate((
        found.counts @ _OCCURRENCES, np.bitwise_count(sentences) + (_TITLE - 1) * (sentences & 1)
    ))  # fmt: skip
    factors = np.where(named, named, 1.0)[every] * np.where(np.arange(len(every)) < len(of_hit), 1.0, APART)
    lengths = np.where(named[every], 1.0, _lengths(papers)[of_paper])
    worths = _exact(rarities[every] * factors * saturation(occurrences / lengths))
    together = np.concatenate((np.zeros(len(of_hit), np.int64), np.bitwise_count(sentences)))
    order = np.lexsort((of_paper, every))
    starts = np.searchsorted(every[order], np.arange(len(patterns) + 1))
    return Weighed(hits, starts, of_paper[order], worths[order], together[order], named == 0, likeness(hits.papers))


def _exact(worths: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(worths * WORTHS) / WORTHS


def _lengths(papers: Sequence[Paper]) -> NDArray[np.float64]:
    """By what the occurrences in each paper are divided: 1 for one as long as they are on the average."""
    words = np.array([_TITLE * _words(paper.title) + _words(paper.abstract) for paper in papers], dtype=np.float64)
    average = words.mean() if words.any() else 1.0
    return np.maximum(_SHORTEST, 1 - _LENGTH + _LENGTH * words / average)


def _words(text: str) -> int:
    return text.count(" ") + 1 if text else 0


@dataclass(frozen=True, eq=False, slots=True)
class _Phrases:
    """The phrases, and their words, which are looked for too. Phrase ``n`` has ``words[starts[n]:starts[n + 1]]``."""

    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]
    #: the numbers of patterns
    words: NDArray[np.int64]
    #: of all words of a phrase, together
    rarities: NDArray[np.float64]

    @classmethod
    def of(cls, patterns: Sequence[Pattern], rarities: NDArray[np.float64]) -> _Phrases:
        words: dict[tuple[str, ...], dict[str, int]] = {}
        for number, one in enumerate(patterns):
            if one.fields[0] not in _NAMED and len(one.forms[0]) == 1:
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
