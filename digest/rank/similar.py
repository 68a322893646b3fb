"""Which papers are most like each other, by the words that they share and few others have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.rank.found import spread
from digest.rank.worth import SHARES, saturation
from digest.terms import stem, tokens, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from digest.model import KnownPaper, Paper

__all__ = ["Likeness", "likeness"]

_NEIGHBOURS = 3
# What two papers share at least, as a cosine: in a handful of papers the nearest may be far.
_LEAST = 0.05
# Papers among which the most alike are looked for; of more, the last ones.
_AMONG = 5000
# A word says little of what a paper is about where more than one in four have it.
_COMMON = 0.25
_ALWAYS_TOLD = 10
_COSINES = 2**30


@dataclass(frozen=True, eq=False, slots=True)
class Likeness:
    """The papers that some papers are most like.

    ``papers[n]`` is like ``others[n]``, and ``shares[n]`` of what that one has counts for it: a multiple of one part in
    ``SHARES``, so that sums of shares of worths have no rounding error. Sorted by ``papers``.
    """

    papers: NDArray[np.int64]
    others: NDArray[np.int64]
    shares: NDArray[np.float64]


class _Words(dict[str, int]):
    """Token -> the number of its stem; 0 for hyphens and the ends of sentences."""

    def __init__(self) -> None:
        self._stems = {"": 0}

    def __missing__(self, token: str) -> int:
        number = self[token] = self._stems.setdefault(stem(word(token)), len(self._stems))
        return number

    @property
    def number(self) -> int:
        """How many stems there are."""
        return len(self._stems)


def likeness(papers: Sequence[KnownPaper]) -> Likeness:
    """The three papers most like each one, nearest first: by the cosine of their words.

    Words are weighted by rarity and saturation, and a title's count twice. Time grows with the number of papers
    times the number of papers that share a word, which is bounded.
    """
    if len(papers) < 2:
        return Likeness(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    words, weights, lengths = _vectors([known.paper for known in papers])
    places = np.empty(len(papers), dtype=np.int64)
    places[sorted(range(len(papers)), key=lambda index: papers[index].key)] = np.arange(len(papers))
    postings = _Postings(words, weights, lengths, places, first=max(0, len(papers) - _AMONG))
    ends = np.cumsum(lengths).tolist()
    found = [
        postings.nearest(index, words[begin:end], weights[begin:end])
        for index, (begin, end) in enumerate(zip([0, *ends], ends, strict=False))
    ]
    return Likeness(
        np.repeat(np.arange(len(papers)), [len(others) for others, _ in found]),
        np.concatenate([others for others, _ in found]),
        np.concatenate([shares for _, shares in found]),
    )


def _vectors(papers: Sequence[Paper]) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Paper by paper its telling words, ascending, and their weights; and how many each has.

    The squares of the weights of all of a paper's words, told or not, sum to 1.
    """
    numbers = _Words()
    read = ((tokens(paper.title), tokens(paper.abstract)) for paper in papers)
    texts = [list(map(numbers.__getitem__, (*title, *title, *abstract))) for title, abstract in read]
    of_paper = np.repeat(np.arange(len(papers)), [len(text) for text in texts])
    flat = np.array([number for text in texts for number in text], dtype=np.int64)
    size = numbers.number
    keys, counts = np.unique((of_paper * size + flat)[flat > 0], return_counts=True)
    owners, words = np.divmod(keys, size)
    having = np.bincount(words, minlength=size)
    weights = np.log(len(papers) / np.maximum(having, 1))[words] * saturation(counts.astype(np.float64))
    norms = np.sqrt(np.bincount(owners, weights=weights**2, minlength=len(papers)))
    weights /= np.where(norms, norms, 1.0)[owners]
    # What one paper alone has tells it from the others, and is nowhere to be found.
    telling = (having > 1) & (having <= max(_ALWAYS_TOLD, _COMMON * len(papers)))
    told = telling[words]
    return words[told], weights[told], np.bincount(owners[told], minlength=len(papers))


class _Postings:
    """The papers that have each word, among those that can be neighbours: from ``first`` on."""

    def __init__(
        self,
        words: NDArray[np.int64],
        weights: NDArray[np.float64],
        lengths: NDArray[np.int64],
        places: NDArray[np.int64],
        *,
        first: int,
    ) -> None:
        begin = int(lengths[:first].sum())
        owners = np.repeat(np.arange(len(lengths)), lengths)[begin:]
        order = np.argsort(words[begin:], kind="stable")
        self._first = first
        self._places = places[first:]
        self._number = len(lengths) - first
        self._papers = owners[order] - first
        self._weights = weights[begin:][order]
        self._starts = np.searchsorted(words[begin:][order], np.arange(int(words.max(initial=-1)) + 2))

    def nearest(
        self, index: int, words: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The papers most like one, with their shares; of equals, those whose places come first."""
        lengths = self._starts[words + 1] - self._starts[words]
        places = spread(self._starts[words], lengths)
        products = np.repeat(weights, lengths) * self._weights[places]
        sums = np.bincount(self._papers[places], weights=products, minlength=self._number)
        # Those that are equal but for the order of the additions are equal.
        cosines = np.rint(sums * _COSINES) / _COSINES
        if index >= self._first:
            cosines[index - self._first] = 0.0
        near = np.flatnonzero(cosines >= _LEAST)
        near = near[np.lexsort((self._places[near], -cosines[near]))][:_NEIGHBOURS]
        shares = np.rint(SHARES * cosines[near] / (cosines[near].sum() or 1.0)) / SHARES
        return near + self._first, shares
