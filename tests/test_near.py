"""What just missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from digest.model import RankedPaper
from digest.rank.near import below, parted
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
    assert near(papers, wanted) == [(key, "1 of the 1.25 that the threshold asks for") for key in "ab"]


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
    return RankedPaper(known(key), own + of_others, (), weight=own)


def test_only_what_reaches_the_threshold_takes_a_place() -> None:
    ranking = [ranked("a", 3), ranked("b", 0.8, 2), ranked("c", 1, 1), ranked("d", 1), ranked("e", 0.2)]
    sent, missed = parted(ranking, replace(profile("x"), limit=2))
    assert [one.paper.key for one in sent] == ["a", "c"]
    assert [(one.ranked.paper.key, one.why) for one in missed] == [
        ("b", "0.8 of the 1 that the threshold asks for"),
        ("d", "number 3, where the limit is 2"),
        ("e", "0.2 of the 1 that the threshold asks for"),
    ]


@pytest.mark.parametrize(
    ("weight", "threshold", "said"),
    [
        (1.0, 1.25, "1 of the 1.25 that the threshold asks for"),
        (0.5, 2.0, "0.5 of the 2 that the threshold asks for"),
    ],
)
def test_what_is_below_is_said_in_weights(weight: float, threshold: float, said: str) -> None:
    assert below(weight, threshold) == said
