"""Which papers are most like each other, by the words that they share and few others have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digest.text import stem, tokens, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from digest.model import Paper

__all__ = ["SHARES", "Like", "neighbours"]

#: of one paper: the indices of those most like it, each with its share; the shares sum to 1 at most, and to 0 where
#: nothing is like it
Like = tuple[tuple[int, float], ...]

#: shares are multiples of one part in so many, so that sums of them have no rounding error
SHARES = 2**8

_NEIGHBOURS = 5
# What two papers share at least, as a cosine: in a handful of papers the nearest may be far.
_LEAST = 0.05
# Papers among which the most alike are looked for; of more, the last ones.
_AMONG = 5000
# A word says little of what a paper is about where more than one in four have it.
_COMMON = 0.25
_ALWAYS_TOLD = 10
# As in digest.rank.worth: how fast the worth of another occurrence falls.
_SATURATION = 1.2


class _Words(dict[str, int]):
    """Token -> the number of its stem."""

    def __init__(self) -> None:
        self._stems: dict[str, int] = {}

    def __missing__(self, token: str) -> int:
        number = self[token] = self._stems.setdefault(stem(word(token)), len(self._stems))
        return number


def neighbours(papers: Sequence[Paper]) -> list[Like]:
    """The five papers most like each one: by the cosine of their words, weighted by rarity and saturation.

    A title's words count twice. Time grows with the number of papers times the number of papers that share a word,
    which is bounded.
    """
    if len(papers) < 2:
        return [() for _ in papers]
    vectors = _vectors(papers)
    first = max(0, len(papers) - _AMONG)
    postings = _Postings(vectors, first)
    return [postings.nearest(index, *vector) for index, vector in enumerate(vectors)]


_Vector = tuple["npt.NDArray[np.int32]", "npt.NDArray[np.float64]"]


def _vectors(papers: Sequence[Paper]) -> list[_Vector]:
    """For each paper the numbers of its telling words, and their weights; the squares of all its words' sum to 1."""
    numbers = _Words()
    counted = []
    for paper in papers:
        title = [numbers[token] for token in tokens(paper.title)]
        found = np.array([*title, *title, *(numbers[token] for token in tokens(paper.abstract))], dtype=np.int32)
        counted.append(np.unique(found, return_counts=True))
    having = np.bincount(np.concatenate([words for words, _ in counted]), minlength=len(numbers))
    most = max(_ALWAYS_TOLD, _COMMON * len(papers))
    rarity = np.log(len(papers) / np.maximum(having, 1))
    common = having > most
    vectors = []
    for words, counts in counted:
        weights = rarity[words] * ((_SATURATION + 1) * counts / (_SATURATION + counts))
        length = float(np.sqrt(weights @ weights)) or 1.0
        # What one paper alone has tells it from the others, and is nowhere to be found.
        telling = (having[words] > 1) & ~common[words]
        vectors.append((words[telling], weights[telling] / length))
    return vectors


class _Postings:
    """The papers that have each word, among those that can be neighbours."""

    def __init__(self, vectors: Sequence[_Vector], first: int) -> None:
        among = vectors[first:]
        words = np.concatenate([words for words, _ in among])
        order = np.argsort(words, kind="stable")
        self._first = first
        self._number = len(among)
        self._papers = np.repeat(np.arange(len(among)), [len(words) for words, _ in among])[order]
        self._weights = np.concatenate([weights for _, weights in among])[order]
        greatest = max((int(words.max()) for words, _ in vectors if len(words)), default=-1)
        self._ends = np.searchsorted(words[order], np.arange(greatest + 2)).tolist()

    def nearest(self, index: int, words: npt.NDArray[np.int32], weights: npt.NDArray[np.float64]) -> Like:
        """The papers most like one; of equals, those that came first."""
        ends = self._ends
        spans = [slice(ends[number], ends[number + 1]) for number in words.tolist()]
        if not spans:
            return ()
        papers = np.concatenate([self._papers[span] for span in spans])
        theirs = np.concatenate([self._weights[span] for span in spans])
        ours = np.repeat(weights, [span.stop - span.start for span in spans])
        cosines = np.bincount(papers, weights=ours * theirs, minlength=self._number)
        if index >= self._first:
            cosines[index - self._first] = 0.0
        near = np.flatnonzero(cosines >= _LEAST)
        near = near[np.lexsort((near, -cosines[near]))][:_NEIGHBOURS]
        total = float(cosines[near].sum())
        shares = (int(SHARES * cosine / total) / SHARES for cosine in cosines[near].tolist())
        return tuple(zip((near + self._first).tolist(), shares, strict=True))
