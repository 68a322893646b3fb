"""Where papers have the keywords of all profiles: everything is looked for at once, in one pass over all texts.

A word of a text is turned into the few symbols of patterns that it stands for, once for each distinct word, and most
words stand for none; then all places of the texts go down the tree of all patterns together.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from digest.keywords import FIELDS
from digest.names import anchors, can_be, read_name
from digest.rank.found import Found, spread
from digest.rank.tree import Readings, Tree
from digest.rank.words import Rows, Tokens
from digest.terms import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from digest.keywords import Pattern
    from digest.model import Paper
    from digest.names import Name

__all__ = ["match"]

# Papers that are read at a time: what they need in memory while they are is bounded by it.
_PORTION = 1000
# Sentences that are told apart: the title, and those of the abstract, of which the last stands for all that follow.
_SENTENCES = 62
_TITLE, _ABSTRACT, _AUTHOR, _CATEGORY = (FIELDS.index(field) for field in ("title", "abstract", "author", "cat"))


def match(papers: Sequence[Paper], patterns: Collection[Pattern]) -> Found:
    """Say for every pattern which papers have it, in which fields, and how often.

    In a text a pattern is counted once for each word it begins at; of authors, those who bear the name are counted; a
    category counts once.
    """
    patterns = list(dict.fromkeys(patterns))
    vocabulary = _Vocabulary(patterns)
    # A row for each hit: the pattern, the paper, the field, how often, and in which sentences.
    found = [_named(papers, patterns)]
    related = [np.empty((0, 5), dtype=np.int64)]
    for first in range(0, len(papers), _PORTION):
        texts = [text for one in papers[first : first + _PORTION] for text in (one.title, one.abstract)]
        for rows, of_kind in zip(vocabulary.count(texts), (found, related), strict=True):
            rows[:, 1] += first
            of_kind.append(rows)
    numbers = {pattern: number for number, pattern in enumerate(patterns)}
    return Found.of(numbers, np.concatenate(found), np.concatenate(related))


# ------------------------------------------------------------------------------------------------------- texts


class _Vocabulary:
    """The patterns for texts, ready to be looked for. They go by their numbers."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        rows = Rows(patterns, related=True)
        self._patterns = max(1, len(patterns))
        self._tree = Tree(rows.symbols, rows.numbers, len(rows.alphabet))
        self._tokens = Tokens(rows.alphabet)
        #: for each pattern whether titles and abstracts can have it
        self._meant = np.array(
            [["title" in one.fields, "abstract" in one.fields] for one in patterns], dtype=np.bool_
        ).reshape(-1, 2)

    def count(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For papers' titles and abstracts in turn the rows of what is found, and those of what is only related.

        A row is the pattern, the paper, the field, how often, and a bit for each sentence that it begins in.
        """
        words = [tokens(text) for text in texts]
        flat = self._tokens.flat(words)
        starts, numbers = self._tree.find(self._readings(flat))
        related, numbers = np.divmod(numbers, self._patterns)
        # A pattern that can be read in two ways at one place is met there once, and is not related where it is written.
        met = np.unique((starts * self._patterns + numbers) * 2 + related)
        places, related = np.divmod(met, 2)
        first = np.ones(len(met), dtype=np.bool_)
        first[1:] = places[1:] != places[:-1]
        text_of, sentence_of = self._sentences(flat, [len(one) + 1 for one in words])
        kinds = [places[first & (related == kind)] for kind in (0, 1)]
        written, other = (self._rows(kind, text_of, sentence_of, len(words)) for kind in kinds)
        return written, other

    def _rows(
        self, places: NDArray[np.int64], text_of: NDArray[np.int64], sentence_of: NDArray[np.int64], texts: int
    ) -> NDArray[np.int64]:
        starts, numbers = np.divmod(places, self._patterns)
        keys, rows, counts = np.unique(
            numbers * max(1, texts) + text_of[starts], return_inverse=True, return_counts=True
        )
        sentences = np.zeros(len(keys), dtype=np.int64)
        np.bitwise_or.at(sentences, rows, 1 << sentence_of[starts])
        numbers, text = np.divmod(keys, max(1, texts))
        paper, field = np.divmod(text, 2)
        meant = self._meant[numbers, field]
        return np.stack((numbers, paper, np.where(field, _ABSTRACT, _TITLE), counts, sentences), axis=1)[meant]

    def _sentences(self, flat: Sequence[int], lengths: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each place its text, and its sentence there: 0 in titles, in abstracts from 1 on."""
        text_of = np.repeat(np.arange(len(lengths)), lengths)
        stops = np.cumsum(np.array(self._tokens.stops, dtype=np.bool_)[flat])
        begins = np.cumsum(lengths) - lengths
        sentence_of = np.minimum(stops - stops[begins][text_of] + 1, _SENTENCES)
        return text_of, sentence_of * (text_of % 2)

    def _readings(self, flat: Sequence[int]) -> Readings:
        numbers = np.array(flat, dtype=np.int64)
        hyphens = np.array(self._tokens.hyphens, dtype=np.bool_)[numbers]
        # From a word to the one after it, or over the hyphen between them.
        nexts = np.arange(len(numbers)) + 1
        nexts[:-1] += hyphens[1:]
        # Behind a hyphen a word stands for what it does within a compound.
        within = np.concatenate(([False], hyphens[:-1]))
        every = [*self._tokens.symbols, *self._tokens.within]
        lengths = np.array([len(symbols) for symbols in every], dtype=np.int64)
        symbols = np.array([symbol for one in every for symbol in one], dtype=np.int64)
        read = numbers + within * len(self._tokens.symbols)
        many = lengths[read]
        places = np.repeat(np.arange(len(numbers)), many)
        plain = symbols[spread((np.cumsum(lengths) - lengths)[read], many)]
        ways = [way for hyphen in np.flatnonzero(hyphens).tolist() for way in self._tokens.compounds(flat, hyphen - 1)]
        compounds = np.array(ways, dtype=np.int64).reshape(-1, 4)
        first, symbol = self._pairs(numbers)
        return Readings.of(
            np.concatenate((places, compounds[:, 0], first)),
            np.concatenate((plain, compounds[:, 1], symbol)),
            np.concatenate((nexts[places], compounds[:, 3], nexts[first + 1])),
            len(numbers),
        )

    def _pairs(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where two words are one that is written apart: the place of the first, and the symbol of both."""
        parts = np.array(self._tokens.parts, dtype=np.bool_)[numbers]
        places = np.flatnonzero(parts[:-1] & parts[1:])
        size = len(self._tokens.parts)
        pairs, of_pair = np.unique(numbers[places] * size + numbers[places + 1], return_inverse=True)
        found = [self._tokens.pair(*divmod(pair, size)) for pair in pairs.tolist()]
        lengths = np.array([len(symbols) for symbols in found], dtype=np.int64)
        symbols = np.array([symbol for one in found for symbol in one], dtype=np.int64)
        many = lengths[of_pair]
        return np.repeat(places, many), symbols[spread((np.cumsum(lengths) - lengths)[of_pair], many)]


# ---------------------------------------------------------------------------------------- authors and categories


def _named(papers: Sequence[Paper], patterns: Sequence[Pattern]) -> NDArray[np.int64]:
    """The rows of what authors and categories have: pattern, paper, field, how often, and no sentences."""
    names, categories = _Names(patterns), _Categories(patterns)
    rows: list[tuple[int, ...]] = []
    for index, paper in enumerate(papers):
        rows += ((pattern, index, _AUTHOR, count, 0) for pattern, count in names.counts(paper.authors).items())
        rows += ((pattern, index, _CATEGORY, 1, 0) for pattern in categories.of(paper.categories))
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


class _Names:
    """The patterns for authors, by what the names have in common with every way to write them."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_anchor: dict[str, list[tuple[int, Name]]] = {}
        for number, pattern in enumerate(patterns):
            if pattern.fields == ("author",):
                name = read_name(" ".join(pattern.forms[0]))
                for anchor in anchors(name):
                    self._by_anchor.setdefault(anchor, []).append((number, name))

    def counts(self, authors: Iterable[str]) -> Counter[int]:
        """How many authors bear each of the names."""
        return Counter(number for author in authors for number in self._of(author)) if self._by_anchor else Counter()

    def _of(self, author: str) -> set[int]:
        name = read_name(author)
        near = [found for anchor in anchors(name) for found in self._by_anchor.get(anchor, ())]
        return {number for number, wanted in near if can_be(wanted, name)}


class _Categories:
    """The patterns for categories. A category has its own, and those of what it belongs to: ``cs`` of ``cs.LG``."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._numbers = {p.forms[0][0]: number for number, p in enumerate(patterns) if p.fields == ("cat",)}

    def of(self, categories: Iterable[str]) -> set[int]:
        """The patterns that any of the categories has."""
        if not self._numbers:
            return set()
        names = {name for category in categories for name in accumulate(category.casefold().split("."), "{}.{}".format)}
        return {self._numbers[name] for name in names & self._numbers.keys()}
