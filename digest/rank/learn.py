"""Keywords learned from papers that somebody likes, against a background of papers as they come. Pure.

What is telling is found with the log-likelihood ratio of Dunning (Accurate Methods for the Statistics of Surprise and
Coincidence, Computational Linguistics 19, 1993), G², of a two-by-two table of papers: liked or not, with the keyword or
without. It judges rare events soundly, where chi-square and mutual information favour what was met once.

Of keywords that overlap, such as "neural" and "graph neural network", a shorter one gives way to a longer one that most
of its papers have, and any other must still be telling once the papers are parted into those with and those without
the one that was chosen before it.

A weight is that of Robertson and Spärck Jones (Relevance Weighting of Search Terms, JASIS 27, 1976), the
logarithm of the odds ratio: what a keyword's presence is worth where keywords are taken for independent. The ranker
multiplies weights by rarity, so rarity is divided out; the rest is rounded to a scale that a person can read.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from digest.errors import KeywordError
from digest.keywords import parse
from digest.model import Profile
from digest.rank.phrases import phrases
from digest.rank.score import KeywordRanker
from digest.rank.threshold import propose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from digest.keywords import Keyword
    from digest.model import KnownPaper, Paper
    from digest.rank.found import Found
    from digest.rank.phrases import Phrase
    from digest.rank.threshold import Threshold

__all__ = ["Learned", "Suggestion", "learn", "log_likelihood"]

#: G² that chance reaches once in two hundred times (one degree of freedom). Stricter bounds were seen to leave too few
#: keywords of five or ten liked papers to find the others by; the limit keeps the least sure of many out
_TELLING = 7.88
#: of a single word, which is seldom what somebody means, chance reaches it once in a thousand times
_TELLING_WORD = 10.83
#: and that it reaches once in twenty, for what is left beside a keyword that was chosen
_STILL_TELLING = 3.84
#: of the liked papers that have a single word, how many must be about it
_ABOUT = 0.5
#: of a keyword's liked papers, how many a longer one must have to stand for it
_EXPLAINED = 0.7
_SCALE = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
#: candidates that are looked into
_MOST_CANDIDATES = 2000
#: what more of all papers have than this says little of one of them
_COMMON = 0.2
#: a category must be so many times as common among the liked
_CATEGORY_LIFT = 3.0
_MOST_AUTHORS = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A keyword, and why."""

    keyword: Keyword
    #: how many of the liked papers have it
    liked: int
    #: of the background, 0 to 1; None where there is none
    share: float | None
    #: G²
    surprise: float


@dataclass(frozen=True, slots=True)
class Learned:
    """A profile that was learned. Its keywords with the greatest weights come first, then those of the most papers."""

    keywords: tuple[Suggestion, ...]
    #: None where there are no keywords
    threshold: Threshold | None
    liked: int
    background: int
    #: whether most of the liked papers came without their abstracts, so that only titles were compared
    titles_only: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    #: without weight
    keyword: Keyword
    stems: tuple[str, ...]
    liked: frozenset[int]
    known: frozenset[int]
    surprise: float = 0.0


@dataclass(frozen=True, slots=True)
class _Counted:
    #: each with its phrase; None for authors and categories
    candidates: dict[Keyword, Phrase | None]
    #: where the liked papers have them, and where the background does
    here: Found
    there: Found


def log_likelihood(one: int, of_one: int, other: int, of_other: int) -> float:
    """G² of an event that was met ``one`` times of ``of_one`` here and ``other`` times of ``of_other`` there.

    0 where it is no more common here. Dunning 1993, as the sum of observed × log(observed / expected), doubled.
    """
    if not of_one or not of_other or one * of_other <= other * of_one:
        return 0.0
    share = (one + other) / (of_one + of_other)
    cells = (
        (one, of_one * share),
        (of_one - one, of_one * (1 - share)),
        (other, of_other * share),
        (of_other - other, of_other * (1 - share)),
    )
    return 2 * math.fsum(seen * math.log(seen / expected) for seen, expected in cells if seen)


def learn(liked: Sequence[KnownPaper], background: Sequence[KnownPaper], *, days: int, limit: int = 20) -> Learned:
    """Learn at most ``limit`` keywords. The background, none of which is liked, came in over so many ``days``.

    Without a background the phrases that recur are taken, all with the same weight.
    """
    titles_only = 2 * sum(bool(one.paper.abstract) for one in liked) < len(liked)
    ours, others = ([_shortened(one.paper, titles_only) for one in papers] for papers in (liked, background))
    counted = _counted(ours, others) if others else None
    if counted:
        chosen = _chosen(_telling(counted, len(ours), len(others)), len(ours), len(others), limit)
    else:
        chosen = _recurring(ours, limit)
    suggestions = [
        Suggestion(
            keyword=replace(one.keyword, weight=_weight(one, len(ours), len(others))),
            liked=len(one.liked),
            share=len(one.known) / len(others) if others else None,
            surprise=one.surprise,
        )
        for one in chosen
    ]
    # A person reads the weights and numbers, not how telling they are together.
    keywords = tuple(sorted(suggestions, key=lambda one: (-one.keyword.weight, -one.liked, one.keyword.label)))
    threshold = None
    if keywords:
        # Matched again: the ranker looks for more than was counted here, and in whole papers.
        profile = Profile(name="learned", title="", keywords=tuple(one.keyword for one in keywords))
        hits = (KeywordRanker().match(papers, [profile]) for papers in (liked, background))
        threshold = propose(profile.keywords, *hits, days=days)
    return Learned(keywords, threshold, len(liked), len(background), titles_only)


def _shortened(paper: Paper, titles_only: bool) -> Paper:
    return replace(paper, abstract="") if titles_only else paper


# -------------------------------------------------------------------------------------------------- candidates


def _least(ours: int) -> int:
    """In how many of the liked papers a phrase must stand: of very many phrases some meet by chance."""
    return max(2, math.ceil(math.sqrt(ours) / 1.5)) if ours > 2 else 1


def _counted(ours: Sequence[Paper], others: Sequence[Paper]) -> _Counted:
    """Whatever recurs in the liked papers, counted as the ranker will count it."""
    least = _least(len(ours))
    found = [phrase for phrase in phrases(ours, least=least) if _is_meant(phrase)]
    found.sort(key=lambda phrase: (-len(phrase.papers), -len(phrase.titles), -len(phrase.stems), phrase.text))
    candidates: dict[Keyword, Phrase | None] = {}
    for phrase in found[:_MOST_CANDIDATES]:
        if keyword := _keyword(phrase.text):
            candidates.setdefault(keyword, phrase)
    names = _recurring_values((paper.authors for paper in ours), max(2, len(ours) // 20))
    categories = _recurring_values((paper.categories for paper in ours), least)
    for text in (*(f'author:"{name}"' for name in names), *(f"cat:{name}" for name in categories)):
        if keyword := _keyword(text):
            candidates.setdefault(keyword, None)
    from digest.rank.matcher import match  # noqa: PLC0415 - brings numpy: what ranks nothing does without

    patterns = [keyword.pattern for keyword in candidates]
    return _Counted(candidates, match(ours, patterns), match(others, patterns))


def _is_meant(phrase: Phrase) -> bool:
    """Whether a phrase may be what somebody means; of single words most are but in use.

    A word that papers are about comes back in them, or stands in their titles, where one in general use stands once
    (Church and Gale, Poisson Mixtures, Natural Language Engineering 1, 1995).
    """
    return len(phrase.stems) > 1 or len(phrase.about) >= _ABOUT * len(phrase.papers)


def _keyword(text: str) -> Keyword | None:
    """The keyword of a text; None where it is none, such as a name with quotes in it, or four very long words.

    A name of one letter is what a careless library left of one.
    """
    try:
        keyword = parse(text)
    except KeywordError:
        return None
    return keyword if len("".join(keyword.pattern.forms[0])) > 1 else None


def _telling(counted: _Counted, ours: int, others: int) -> list[_Candidate]:
    candidates = (
        _Candidate(
            keyword,
            phrase.stems if phrase else (),
            frozenset(counted.here.having(keyword.pattern)),
            frozenset(counted.there.having(keyword.pattern)),
        )
        for keyword, phrase in counted.candidates.items()
    )
    judged = (_judged(one, ours, others) for one in candidates)
    return [one for one in judged if one.surprise >= (_TELLING_WORD if len(one.stems) == 1 else _TELLING)]


def _recurring_values(values: Iterable[Collection[str]], least: int) -> list[str]:
    counts: dict[str, int] = {}
    for of_paper in values:
        for value in set(of_paper):
            counts[value] = counts.get(value, 0) + 1
    return sorted(value for value, count in counts.items() if count >= least)


def _judged(one: _Candidate, ours: int, others: int) -> _Candidate:
    surprise = log_likelihood(len(one.liked), ours, len(one.known), others)
    share = len(one.known) / others
    few = _field(one) == "cat" and len(one.liked) / ours < _CATEGORY_LIFT * share
    if share > _COMMON or few:
        surprise = 0.0
    return replace(one, surprise=surprise)


def _recurring(ours: Sequence[Paper], limit: int) -> list[_Candidate]:
    """Without a background: what recurs, phrases before words, and those that titles have before others."""
    least = _least(len(ours))
    found = [one for one in phrases(ours, least=least) if len(one.stems) > 1 or len(one.titles) >= least]
    found.sort(key=lambda one: (-(len(one.papers) + 2 * len(one.titles)) * len(one.stems), one.text))
    taken = ((_keyword(one.text), one) for one in found[:_MOST_CANDIDATES])
    nobody: frozenset[int] = frozenset()
    candidates = _without_parts(
        [_Candidate(keyword, one.stems, one.papers, nobody) for keyword, one in taken if keyword]
    )
    chosen: list[_Candidate] = []
    for one in candidates:
        if len(chosen) < limit and not any(_overlap(one, other) for other in chosen):
            chosen.append(one)
    return chosen


# ------------------------------------------------------------------------------------------------------ choice


def _chosen(candidates: list[_Candidate], ours: int, others: int, limit: int) -> list[_Candidate]:
    """The most telling, without those that say what another one says."""
    chosen: list[_Candidate] = []
    authors = 0
    order = sorted(_without_parts(candidates), key=lambda one: (-one.surprise, -len(one.stems), one.keyword.label))
    for one in order:
        is_author = _field(one) == "author"
        if is_author and authors == _MOST_AUTHORS:
            continue
        if all(_adds(one, other, ours, others) for other in chosen):
            chosen.append(one)
            authors += is_author
            if len(chosen) == limit:
                break
    return chosen


def _field(one: _Candidate) -> str:
    return one.keyword.pattern.fields[0]


def _without_parts(candidates: list[_Candidate]) -> list[_Candidate]:
    """Those that no longer phrase stands for."""
    longer: defaultdict[tuple[str, ...], list[frozenset[int]]] = defaultdict(list)
    for one in candidates:
        for part in _parts(one.stems):
            longer[part].append(one.liked)
    return [
        one
        for one in candidates
        if not any(len(one.liked & liked) >= _EXPLAINED * len(one.liked) for liked in longer.get(one.stems, ()))
    ]


def _parts(stems: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The shorter phrases that stand in a phrase."""
    spans = combinations(range(len(stems) + 1), 2)
    return {stems[begin:end] for begin, end in spans if end - begin < len(stems)}


def _overlap(one: _Candidate, other: _Candidate) -> bool:
    """Whether two keywords may say the same: phrases that share a word, authors who may write together."""
    if not one.stems or not other.stems:
        return _field(one) == _field(other)
    return not set(one.stems).isdisjoint(other.stems)


def _adds(one: _Candidate, other: _Candidate, ours: int, others: int) -> bool:
    """Whether a keyword is still telling among the papers with the other and among those without it."""
    if not _overlap(one, other):
        return True
    inside = log_likelihood(
        len(one.liked & other.liked), len(other.liked), len(one.known & other.known), len(other.known)
    )
    outside = log_likelihood(
        len(one.liked - other.liked), ours - len(other.liked), len(one.known - other.known), others - len(other.known)
    )
    return inside + outside >= _STILL_TELLING


# ------------------------------------------------------------------------------------------------------ weight


def _weight(one: _Candidate, ours: int, others: int) -> float:
    """The relevance weight in units of rarity, twice, so that a keyword of half of the liked papers has 2."""
    if not others:
        return 1.0
    here = (len(one.liked) + 0.5) / (ours + 1)
    there = (len(one.known) + 0.5) / (others + 1)
    odds = math.log(here / (1 - here)) - math.log(there / (1 - there))
    wanted = 2 * odds / -math.log(there)
    nearest = min(_SCALE, key=lambda step: abs(step - wanted))
    return min(nearest, 1.0) if _field(one) == "cat" else nearest
