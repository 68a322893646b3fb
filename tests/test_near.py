"""What just missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from digest.model import RankedPaper
from digest.rank.near import below, most_like, parted
from digest.rank.score import KeywordRanker
from tests.papers import profile
from tests.test_score import known

if TYPE_CHECKING:
    from digest.model import KnownPaper, Profile


def near(papers: list[KnownPaper], wanted: Profile) -> list[tuple[str, str]]:
    ranker = KeywordRanker()
    weighed = ranker.weigh(ranker.match(papers, [wanted]), {})
    return [(miss.ranked.paper.key, miss.why) for miss in ranker.near(weighed, wanted, {one.key for one in papers})]


def test_what_is_a_little_below_the_threshold_is_near() -> None:
    papers = [known("a", "Pruning"), known("b", abstract="pruning it"), known("c", abstract="its cache")]
    wanted = replace(profile("pruning", "cache ^0.5"), threshold=1.25)
    assert near(papers, wanted) == [("b", "1.00 by its own keywords, 0.25 below the threshold of 1.25")]


def test_what_stands_over_the_limit_is_near() -> None:
    papers = [known(key, "Pruning") for key in "abc"]
    assert near(papers, replace(profile("pruning"), limit=2)) == [("c", "number 3, where the limit is 2")]


def test_what_a_sign_shuts_out_is_near_with_every_reason() -> None:
    papers = [
        known("a", "Pruning: a survey"),
        known("b", "Pruning benchmark"),
        known("c", "Pruning"),
        known("d", abstract="a survey"),
    ]
    assert near(papers, profile("pruning", "+benchmark", "-survey")) == [
        ("c", "it lacks benchmark, which is a must"),
        ("a", "it has survey, which is excluded; it lacks benchmark, which is a must"),
    ]


def test_without_a_threshold_nothing_is_below_it() -> None:
    assert near([known("a", abstract="pruning")], replace(profile("pruning"), threshold=0.0)) == []


def ranked(key: str, own: float, of_others: float = 0.0) -> RankedPaper:
    return RankedPaper(known(key), own + of_others, (), own=own)


def test_only_what_reaches_the_threshold_takes_a_place() -> None:
    ranking = [ranked("a", 3), ranked("b", 0.8, 2), ranked("c", 1, 1), ranked("d", 1), ranked("e", 0.2)]
    sent, missed = parted(ranking, replace(profile("x"), limit=2))
    assert [one.paper.key for one in sent] == ["a", "c"]
    assert [(one.ranked.paper.key, one.why) for one in missed] == [
        ("b", "0.80 by its own keywords, 0.20 below the threshold of 1"),
        ("d", "number 3, where the limit is 2"),
        ("e", "0.80 below the threshold of 1"),
    ]


@pytest.mark.parametrize(
    ("own", "score", "threshold", "said"),
    [
        (1.0, 1.0, 1.25, "0.25 below the threshold of 1.25"),
        (0.775, 2.25, 1.0, "0.78 by its own keywords, 0.22 below the threshold of 1"),
        (1.409, 1.409, 1.41, "0.001 below the threshold of 1.41"),
        (1.409, 1.5, 1.41, "1.409 by its own keywords, 0.001 below the threshold of 1.41"),
        (1.4142, 1.4142, 1.4142135, "0.00001 below the threshold of 1.4142135"),
        (1 - 2**-23, 1.0, 1.0, "0.9999999 by its own keywords, 0.0000001 below the threshold of 1"),
    ],
)
def test_what_is_below_is_so_in_what_is_shown(own: float, score: float, threshold: float, said: str) -> None:
    assert below(RankedPaper(known("a"), score, (), own=own), threshold) == said


def test_what_a_sign_shuts_out_may_be_over_the_limit_too() -> None:
    papers = [known("a", "Pruning, cache"), known("b", "Pruning: a survey"), known("c", "Pruning, cache: a survey +")]
    wanted = profile("pruning", "cache ^9", "-survey")
    assert near(papers, replace(wanted, limit=2)) == [
        ("c", "it has survey, which is excluded"),
        ("b", "it has survey, which is excluded"),
    ]
    over = "it has survey, which is excluded; without that it would be over the limit of 1"
    assert dict(near(papers, replace(wanted, limit=1)))["b"] == over


def test_the_papers_most_like_one_are_named_nearest_first() -> None:
    papers = [known("a", "Lagoon tides sand"), known("b", "Lagoon tides"), known("c", "Lagoon mud"), known("d", "Bee")]
    papers += [known(f"e{n}", f"Hive{n}") for n in range(9)]
    ranker = KeywordRanker()
    like = most_like(ranker.weigh(ranker.match(papers, [profile("lagoon")]), {}))
    assert like["a"] == ("b", "c")
    assert "d" not in like
