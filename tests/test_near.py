"""What just missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digest.rank.score import KeywordRanker
from tests.test_score import known, profile

if TYPE_CHECKING:
    from digest.model import KnownPaper, Profile


def near(papers: list[KnownPaper], wanted: Profile) -> list[tuple[str, str]]:
    ranker = KeywordRanker()
    weighed = ranker.weigh(ranker.match(papers, [wanted]), {})
    return [(miss.ranked.paper.key, miss.why) for miss in ranker.near(weighed, wanted)]


def test_what_is_a_little_below_the_threshold_is_near() -> None:
    papers = [known("a", "Pruning"), known("b", abstract="pruning"), known("c", abstract="cache"), known("d", "x")]
    wanted = replace(profile("pruning", "cache ^0.5"), threshold=1.5)
    assert near(papers, wanted) == [("b", "0.50 below the threshold of 1.5")]


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
        ("a", "it has survey, which is excluded; it lacks benchmark, which is a must"),
        ("c", "it lacks benchmark, which is a must"),
    ]


def test_without_a_threshold_nothing_is_below_it() -> None:
    assert near([known("a", abstract="pruning")], replace(profile("pruning"), threshold=0.0)) == []
