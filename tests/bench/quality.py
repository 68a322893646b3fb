"""Ranking quality: MAP and nDCG@10 on the Cranfield abstracts, beside bm25s and scikit-learn's TF-IDF.

Each query becomes a profile: its words that are no stop words, and its pairs of adjacent ones, each a keyword of
weight 1. All systems get the same words (and the pairs too, where that helps them), stemmed alike, and the libraries
their usual settings. Relevance is binary, as the TREC form of the judgements has it: gain 1, discount 1/log2(rank + 1),
the ideal over min(10, relevant). Judgements go by a query's place in the file, not by its number. Average precision is
over the whole ranking; papers that score 0 are not retrieved; ties keep the collection's order.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import bm25s
import numpy as np
from rich.table import Table
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from digest.keywords import parse_profile
from digest.model import KnownPaper, Paper, Profile
from digest.rank.score import KeywordRanker
from digest.rank.worth import Frequency
from digest.terms import is_hyphen, stem, tokens, word
from tests.conftest import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from rich.console import Console
    from rich.status import Status

    Scores = npt.NDArray[np.float64]

_DEPTH = 10
_DISCOUNT = 1 / np.log2(np.arange(2, _DEPTH + 2))
_STOP_STEMS = {stem(one) for one in ENGLISH_STOP_WORDS}
_DRAWS = 10_000


def report(console: Console, status: Status) -> None:
    """Print the table, or say why there is none."""
    folder = SHARED / "cranfield"
    if not folder.is_dir():
        console.print(f"ranking quality is not measured: there is no Cranfield collection in {folder}")
        return
    papers, queries, relevant = _collection(folder)
    keywords = [_keywords(query) for query in queries]
    runs = _libraries(papers, keywords, status)
    libraries = {name: _measures(scores, relevant) for name, scores in runs.items()}
    status.update("measuring digest's ranking …")
    ours = _measures(_digest(papers, keywords), relevant)
    best = max(libraries, key=lambda name: libraries[name][:, 0].mean())
    table = Table(title=f"ranking quality, {len(papers):,} abstracts, {len(queries)} profiles", box=None)
    table.title_justify = "left"
    for heading in ("system", "nDCG@10", "MAP", "nDCG@10 ÷ best library", "95 %"):
        table.add_column(heading, justify="left" if heading == "system" else "right")
    for name, found in (libraries | {"digest": ours}).items():
        ndcg, precision = found.mean(0)
        reference = libraries[best].mean(0)[0]
        low, high = _interval((found - libraries[best])[:, 0]) / reference
        mark = " (the best)" if name == best else ""
        style = "" if name == "digest" else "dim"
        interval = "" if name == best else f"{low:+.1%} … {high:+.1%}"
        table.add_row(
            name + mark, f"{ndcg:.4f}", f"{precision:.4f}", f"{ndcg / reference - 1:+.1%}", interval, style=style
        )
    console.print(table)


def _interval(differences: Scores) -> Scores:
    """Where the mean of some differences lies in 95 of 100 draws of the queries (paired bootstrap)."""
    draws = np.random.default_rng(0).integers(0, len(differences), (_DRAWS, len(differences)))
    found: Scores = np.quantile(differences[draws].mean(1), [0.025, 0.975])
    return found


def _collection(folder: Path) -> tuple[list[Paper], list[str], list[set[int]]]:
    """The abstracts, the queries, and for each query the abstracts that answer it."""
    papers: list[Paper] = []
    places: dict[str, int] = {}
    for found in re.finditer(r"<doc>(.*?)</doc>", (folder / "cran.all.1400.xml").read_text(), re.DOTALL):
        number, title, text = (_element(found[1], name) for name in ("docno", "title", "text"))
        places[number] = len(papers)
        papers.append(Paper(title=title, abstract=text))
    whole = (folder / "cran.qry.xml").read_text()
    queries = [" ".join(query.split()) for query in re.findall(r"<title>(.*?)</title>", whole, re.DOTALL)]
    relevant: list[set[int]] = [set() for _ in queries]
    for line in (folder / "cranqrel.trec.txt").read_text().splitlines():
        query, _, number, grade = line.split()
        if int(grade) > 0 and number in places:
            relevant[int(query) - 1].add(places[number])
    return papers, queries, relevant


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def _keywords(query: str) -> tuple[list[str], list[str]]:
    """The words and the pairs of adjacent words of a query, as a reader would type them."""
    runs: list[list[str]] = [[]]
    for token in tokens(query):
        folded = "" if is_hyphen(token) else word(token)
        if len(folded) > 1 and folded not in ENGLISH_STOP_WORDS:
            runs[-1].append(folded)
        elif not is_hyphen(token):
            runs.append([])
    words = [one for run in runs for one in run]
    pairs = [f"{one} {other}" for run in runs for one, other in pairwise(run)]
    return _once(words), _once(pair for pair in pairs if len(set(_stems(pair))) == 2)


def _once(keywords: Iterable[str]) -> list[str]:
    """The first of those that are one after stemming."""
    first: dict[tuple[str, ...], str] = {}
    for keyword in keywords:
        first.setdefault(tuple(map(stem, keyword.split())), keyword)
    return list(first.values())


def _stems(text: str) -> list[str]:
    stemmed = (stem(word(token)) for token in tokens(text) if not is_hyphen(token) and word(token))
    return [one for one in stemmed if one not in _STOP_STEMS]


def _measures(scores: Scores, relevant: Sequence[set[int]]) -> Scores:
    """nDCG@10 and average precision of each query."""
    measured = []
    for row, wanted in zip(scores, relevant, strict=True):
        order = np.argsort(-row, kind="stable")
        gain = np.isin(order, list(wanted)) & (row[order] > 0)
        at = np.flatnonzero(gain)
        ndcg = (gain[:_DEPTH] * _DISCOUNT).sum() / _DISCOUNT[: min(_DEPTH, len(wanted))].sum()
        measured.append((ndcg, ((np.arange(len(at)) + 1) / (at + 1)).sum() / len(wanted)))
    return np.array(measured)


# ----------------------------------------------------------------------------------------------- the libraries


def _libraries(
    papers: Sequence[Paper], keywords: Sequence[tuple[list[str], list[str]]], status: Status
) -> dict[str, Scores]:
    words = [[stem(one) for one in of_query] for of_query, _ in keywords]
    both = [
        [*of_query, *(" ".join(map(stem, pair.split())) for pair in pairs)]
        for of_query, (_, pairs) in zip(words, keywords, strict=True)
    ]
    runs: dict[str, Scores] = {}
    for weight, named in ((1, "title and abstract"), (2, "title twice")):
        rows = [weight * _stems(paper.title) + _stems(paper.abstract) for paper in papers]
        wide = [[*row, *(f"{one} {other}" for one, other in pairwise(row))] for row in rows]
        for texts, queries, more in ((rows, words, ""), (wide, both, ", with pairs")):
            name = f"{named}{more}"
            status.update(f"measuring the libraries' ranking, {name} …")
            runs[f"bm25s, {name}"] = _bm25(texts, queries)
            runs[f"TF-IDF, {name}"] = _tf_idf(texts, queries, sublinear=False)
            runs[f"TF-IDF, {name}, sublinear"] = _tf_idf(texts, queries, sublinear=True)
    return runs


def _bm25(texts: Sequence[Sequence[str]], queries: Sequence[Sequence[str]]) -> Scores:
    index = bm25s.BM25()
    index.index(texts, show_progress=False)
    known = {one for row in texts for one in row}
    return np.array([index.get_scores([one for one in query if one in known]) for query in queries])


def _tf_idf(texts: Sequence[Sequence[str]], queries: Sequence[Sequence[str]], *, sublinear: bool) -> Scores:
    vectorizer = TfidfVectorizer(analyzer=lambda row: row, sublinear_tf=sublinear)
    matrix = vectorizer.fit_transform(texts)
    scores: Scores = (vectorizer.transform(queries) @ matrix.T).toarray()
    return scores


# --------------------------------------------------------------------------------------------------------- ours


def _digest(papers: Sequence[Paper], keywords: Sequence[tuple[list[str], list[str]]]) -> Scores:
    """What ``digest rank`` gives, with the collection as its history."""
    known = [KnownPaper(key=f"{number:05}", paper=paper, aliases=()) for number, paper in enumerate(papers)]
    ranker = KeywordRanker()
    profiles = [
        Profile(name=str(at), title="", keywords=parse_profile((*words, *pairs)))
        for at, (words, pairs) in enumerate(keywords)
    ]
    hits = ranker.match(known, profiles)
    counts = ranker.counts(hits)
    weighed = ranker.weigh(hits, {name: Frequency(count, len(papers), 1) for name, count in counts.items()})
    scores = np.zeros((len(profiles), len(papers)))
    for row, profile in zip(scores, profiles, strict=True):
        for ranked in ranker.rank(weighed, profile):
            row[int(ranked.paper.key)] = ranked.score
    return scores
