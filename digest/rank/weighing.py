"""What every hit is worth, for all patterns and papers at once; see ``digest.rank.worth``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from digest.keywords import FIELDS
from digest.rank.similar import Likeness, likeness
from digest.rank.together import Phrases
from digest.rank.worth import APART, RELATED, WORTHS, Frequency, rarity, saturation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from digest.keywords import Pattern
    from digest.model import Paper
    from digest.rank.found import Found
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
# Papers with a pattern that were asked for one by one: over so many, all are let go.
_MOST_SINGLE = 1 << 18
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
    #: 0 where a paper has the pattern as it is written; where it only has the words, in how many sentences together;
    #: where it only has related words, minus how often
    apart: NDArray[np.int64]
    #: for each pattern whether having it says something of similar papers
    lent: NDArray[np.bool_]
    likeness: Likeness
    _parts: dict[Pattern, dict[int, tuple[Part, ...]]] = field(default_factory=dict)
    _single: dict[tuple[int, int], tuple[Part, ...]] = field(default_factory=dict)

    def parts(self, pattern: Pattern) -> Mapping[int, tuple[Part, ...]]:
        """Index of a paper -> what a pattern is worth there, part by part; KeyError if it was not looked for."""
        found = self._parts.get(pattern)
        if found is None:
            found = self._parts[pattern] = self._taken_apart(pattern)
        return found

    def parts_in(self, pattern: Pattern, paper: int) -> tuple[Part, ...]:
        """``parts(pattern)[paper]``, for whoever asks for few of the papers that have a pattern."""
        number = self.hits.found.numbers[pattern]
        found = self._single.get((number, paper))
        if found is None:
            if len(self._single) >= _MOST_SINGLE:
                self._single.clear()
            found = self._single[number, paper] = (*self._own(pattern, number, paper), *self._borrowed(number, paper))
        return found

    def _place(self, number: int, paper: int) -> int:
        """Where a paper stands among those that have a pattern, or -1."""
        start, end = int(self.starts[number]), int(self.starts[number + 1])
        place = start + int(self.papers[start:end].searchsorted(paper))
        return place if place < end and self.papers[place] == paper else -1

    def _own(self, pattern: Pattern, number: int, paper: int) -> tuple[Part, ...]:
        place = self._place(number, paper)
        if place < 0:
            return ()
        if self.apart[place]:
            return (_other(int(self.apart[place]), float(self.worths[place])),)
        return _written(self.hits.found.fields(pattern, paper), float(self.worths[place]))

    def _borrowed(self, number: int, paper: int) -> tuple[Part, ...]:
        if not self.lent[number]:
            return ()
        like = self.likeness
        worth, count = 0.0, 0
        for at in range(*like.papers.searchsorted((paper, paper + 1)).tolist()):
            place = self._place(number, int(like.others[at]))
            if place >= 0 and not self.apart[place] and self.worths[place]:
                worth += float(like.shares[at] * self.worths[place])
                count += 1
        return (Part("similar", count, worth),) if count else ()

    def _taken_apart(self, pattern: Pattern) -> dict[int, tuple[Part, ...]]:
        number = self.hits.found.numbers[pattern]
        of_pattern = slice(int(self.starts[number]), int(self.starts[number + 1]))
        columns = (column[of_pattern].tolist() for column in (self.papers, self.worths, self.apart))
        fields = self.hits.found[pattern]
        parts = {
            paper: (_other(apart, worth),) if apart else _written(fields[paper], worth)
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


def _other(apart: int, worth: float) -> Part:
    return Part("apart", apart, worth) if apart > 0 else Part("related", -apart, worth)


def weigh(hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
    """Say what each hit is worth; ``frequencies`` are by pattern id."""
    papers = [known.paper for known in hits.papers]
    found = hits.found
    patterns = list(found.numbers)
    rarities = np.array([rarity(frequencies.get(one.id, _UNCOUNTED)) for one in patterns])
    named = np.array([_NAMED.get(one.fields[0], 0.0) for one in patterns])
    of_hit = found.patterns()
    apart, of_apart, sentences = Phrases.of(patterns, rarities).apart(found, len(papers))
    related, of_related, occurring = _related(found, apart, of_apart, len(papers))
    every, of_paper = np.concatenate((of_hit, apart, related)), np.concatenate((found.papers, of_apart, of_related))
    # A title is one sentence, and counts as two.
    together = np.bitwise_count(sentences)
    occurrences = np.concatenate((
        found.counts @ _OCCURRENCES, together + (_TITLE - 1) * (sentences & 1), occurring @ _OCCURRENCES
    ))  # fmt: skip
    shares = np.repeat((1.0, APART, RELATED), (len(of_hit), len(apart), len(related)))
    factors = np.where(named, named, 1.0)[every] * shares
    lengths = np.where(named[every], 1.0, _lengths(papers)[of_paper])
    worths = _exact(rarities[every] * factors * saturation(occurrences / lengths))
    together = np.concatenate((np.zeros(len(of_hit), np.int64), together, -occurring.sum(1)))
    order = np.lexsort((of_paper, every))
    starts = np.searchsorted(every[order], np.arange(len(patterns) + 1))
    return Weighed(hits, starts, of_paper[order], worths[order], together[order], named == 0, likeness(hits.papers))


def _related(
    found: Found, apart: NDArray[np.int64], of_apart: NDArray[np.int64], papers: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Which papers have related words alone, where not even a phrase's own words are apart, and how often by field."""
    related = found.related
    if related is None:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, len(FIELDS)), np.int32)
    patterns = related.patterns()
    alone = ~np.isin(patterns * papers + related.papers, apart * papers + of_apart)
    return patterns[alone], related.papers[alone], related.counts[alone]


def _exact(worths: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(worths * WORTHS) / WORTHS


def _lengths(papers: Sequence[Paper]) -> NDArray[np.float64]:
    """By what the occurrences in each paper are divided: 1 for one as long as they are on the average."""
    words = np.array([_TITLE * _words(paper.title) + _words(paper.abstract) for paper in papers], dtype=np.float64)
    average = words.mean() if words.any() else 1.0
    return np.maximum(_SHORTEST, 1 - _LENGTH + _LENGTH * words / average)


def _words(text: str) -> int:
    return text.count(" ") + 1 if text else 0
