"""What matches are worth."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import KeywordError
from digest.keywords import parse
from digest.model import KnownPaper, Match, Paper, RankedPaper
from digest.rank.score import KeywordRanker
from digest.rank.worth import Frequency, rarity, saturation
from tests.papers import profile

if TYPE_CHECKING:
    from digest.pipeline.protocols import Ranker

#: one paper in a hundred has it
COMMON = Frequency(papers=10, total=1000, to_seq=1)


def known(key: str, title: str = "", abstract: str = "", *, first_seq: int = 0, **more: Any) -> KnownPaper:
    return KnownPaper(key=key, paper=Paper(title=title, abstract=abstract, **more), aliases=(), first_seq=first_seq)


def own_score(ranked: RankedPaper) -> float:
    """Without what similar papers add."""
    return sum(match.contribution for match in ranked.matches if match.field != "similar")


def rank(
    papers: list[KnownPaper], *keywords: str, frequencies: dict[str, Frequency] | None = None
) -> list[RankedPaper]:
    ranker = KeywordRanker()
    wanted = profile(*keywords)
    by_id = {parse(text).pattern.id: frequency for text, frequency in (frequencies or {}).items()}
    return ranker.rank(ranker.weigh(ranker.match(papers, [wanted]), by_id), wanted)


def keys(ranked: list[RankedPaper]) -> list[str]:
    return [one.paper.key for one in ranked]


# ------------------------------------------------------------------------------------------------------------ rarity


@pytest.mark.parametrize(("papers", "total"), [(0, 0), (1, 100), (10, 1000), (123_456, 12_345_600)])
def test_one_paper_in_a_hundred_is_worth_one(papers: int, total: int) -> None:
    assert rarity(Frequency(papers, total, 0)) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("papers", "total", "expected"),
    [
        (9, 0, 0.5),  # p = 10 / 100: log10(10) / 2
        (0, 9_900, 2.0),  # p = 1 / 10000: log10(10000) / 2
        (1, 100, 1.0),  # p = 2 / 200
        (99, 0, 0.0),  # p = 1
        (500, 0, 0.0),  # counted wrongly: not below 0
    ],
)
def test_rarity(papers: int, total: int, expected: float) -> None:
    assert rarity(Frequency(papers, total, 0)) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_rarer_the_more(papers: int, others: int) -> None:
    total = papers + others
    assert rarity(Frequency(papers, total + 1, 0)) > rarity(Frequency(papers + 1, total + 1, 0)) >= 0


def test_saturation_begins_at_one_and_stays_below_its_bound() -> None:
    assert saturation(1) == 1.0
    assert saturation(2) == pytest.approx(1.375)  # 2.2 × 2 / 3.2
    assert saturation(3) == pytest.approx(1.5714285714)  # 2.2 × 3 / 4.2
    assert 2.19 < saturation(1000) < 2.2


# ------------------------------------------------------------------------------------------------------------- score


def test_the_promise() -> None:
    """Weight 1, one paper in a hundred, met once in an abstract: 1.0."""
    [one] = rank([known("a", abstract="About KV caches.")], "kv cache", frequencies={"kv cache": COMMON})
    assert one.score == pytest.approx(1.0, abs=1e-12)
    assert one.matches == (Match("kv cache", "abstract", 1, one.score),)


def test_what_was_never_counted_is_worth_one_too() -> None:
    assert rank([known("a", abstract="pruning")], "pruning")[0].score == 1.0


def test_a_score_taken_apart() -> None:
    paper = known(
        "a",
        "Pruning and quantization",
        "Pruning, pruning. Speculative decoding.",
        authors=("Song Han",),
        categories=("cs.LG",),
    )
    [one] = rank(
        [paper],
        "pruning",
        "quantiz* ^0.5",
        "speculative decoding ^3",
        'author:"Song Han" ^4',
        "cat:cs.* ^0.5",
        "unrelated",
        frequencies={"quantiz*": Frequency(9, 0, 1), "speculative decoding": Frequency(0, 9_900, 1)},
    )
    assert [(m.keyword, m.field, m.count, round(m.contribution, 6)) for m in one.matches] == [
        ("author: Song Han", "author", 1, 8.0),  # 4 × 1 × 2 × 1
        ("speculative decoding", "abstract", 1, 6.0),  # 3 × 2 × 1 × 1
        ("pruning", "title", 1, 0.846191),  # 1 × 1 × 2.2×4/(1.2+4), half of it the title's, in steps of 1/8192
        ("pruning", "abstract", 2, 0.846069),
        ("cat: cs.*", "cat", 1, 0.5),  # 0.5 × 1 × 1
        ("quantiz*", "title", 1, 0.34375),  # 0.5 × 0.5 × 2.2×2/(1.2+2)
    ]
    assert one.score == pytest.approx(16.536011)
    assert one.weight == 4 + 3 + 1 + 0.5 + 0.5


def test_a_word_of_a_long_text_says_less() -> None:
    """An abstract twice as long as usual; BM25's b is 0.75."""
    short, long = (
        known("a", abstract="pruning of nets"),
        known("b", abstract="pruning of nets" + " pruning of nets" * 2),
    )
    usual = rank([known("c", abstract="a b c d e f"), short, long], "nets")
    lengths = [0.25 + 0.75 * words / 6 for words in (3, 9)]
    own = {one.paper.key: own_score(one) for one in usual}
    assert own["a"] == pytest.approx(saturation(1 / lengths[0]), abs=1e-4)
    assert own["b"] == pytest.approx(saturation(3 / lengths[1]), abs=1e-4)


def test_the_words_of_a_phrase_in_one_sentence_are_worth_half() -> None:
    papers = [
        known("a", abstract="A kv store with a cache"),
        known("b", abstract="Of a cache. And of a kv store"),
        known("c", "A cache", "of a kv store"),
        known("d", abstract="A cache of keys, and no more"),
    ]
    [one] = rank(papers, "kv cache", frequencies={"kv cache": Frequency(0, 9_900, 1)})
    assert (one.paper.key, [(match.field, match.count) for match in one.matches]) == ("a", [("apart", 1)])
    assert one.score == pytest.approx(2.0 * 0.5, abs=0.1)
    for keyword in ('"kv cache"', "kv cach*", "title: kv cache"):
        assert rank(papers, keyword) == []


def test_the_more_sentences_have_the_words_of_a_phrase_the_more_they_are_worth() -> None:
    papers = [
        known("a", abstract="A kv store has a cache. The cache of a kv store. Nothing"),
        known("b", "A cache for kv stores", "nothing at all here"),
    ]
    first, second = rank(papers, "kv cache")
    assert [(match.field, match.count) for match in (*first.matches, *second.matches)] == [("apart", 2), ("apart", 1)]
    assert first.score >= second.score > 0.6, "a title counts as two"


def test_a_phrase_of_common_words_is_as_rare_as_it_is_itself() -> None:
    often = Frequency(300, 1000, 1)
    [one] = rank(
        [known("a", abstract="A reasoning model")],
        "reasoning model",
        frequencies={"reasoning model": COMMON, "reasoning": often, "model": often},
    )
    assert one.score == 1.0


def test_words_that_often_meet_by_chance_say_nothing_apart() -> None:
    often = Frequency(300, 1000, 1)
    papers = [known("a", abstract="A kv store with a cache")]
    assert rank(papers, "kv cache", frequencies={"kv": often, "cache": often}) == []


_ON_TIDES = "lagoon tides and a barrier of sand"


def test_what_similar_papers_have_counts_but_brings_no_paper_in() -> None:
    papers = [
        known("a", abstract=f"{_ON_TIDES} pruning", published=date(2025, 1, 1)),
        known("b", abstract="pruning of neural networks, not of trees", published=date(2025, 1, 2)),
        known("c", abstract=f"{_ON_TIDES} pruning"),
        known("d", abstract=_ON_TIDES),
    ]
    first, second, third = rank(papers, "pruning")
    assert [one.paper.key for one in (first, second, third)] == ["a", "c", "b"]
    assert [(match.field, match.count) for match in first.matches] == [("abstract", 1), ("similar", 1)]
    assert first.weight == third.weight == 1
    assert own_score(first) < first.score
    assert own_score(third) == third.score


def test_names_are_not_borrowed_from_similar_papers() -> None:
    papers = [known("a", abstract=_ON_TIDES, authors=("Song Han",)), known("b", abstract=f"{_ON_TIDES} again")]
    assert [one.paper.key for one in rank(papers, "author:Han")] == ["a"]


def test_signs_look_at_the_paper_itself() -> None:
    papers = [known("a", abstract=f"{_ON_TIDES} survey"), known("b", abstract=_ON_TIDES)]
    assert keys(rank(papers, "lagoon", "-survey")) == ["b"]
    assert keys(rank(papers, "lagoon", "+survey")) == ["a"]


def test_matches_of_equal_worth_go_by_keyword() -> None:
    [one] = rank([known("a", abstract="pruning caches")], "pruning", "cache")
    assert [match.keyword for match in one.matches] == ["cache", "pruning"]


def test_the_best_comes_first() -> None:
    papers = [known("a", abstract="pruning"), known("b", "Pruning"), known("c", "Pruning", "pruning"), known("d", "x")]
    assert keys(rank(papers, "pruning")) == ["c", "b", "a"]


def test_ties_go_by_date_then_by_key() -> None:
    papers = [
        known("e", "pruning"),
        known("d", "pruning", listed=date(2025, 3, 1)),
        known("c", "pruning", published=date(2025, 3, 2), listed=date(2025, 3, 9)),
        known("b", "pruning", published=date(2025, 3, 3)),
        known("a", "pruning", published=date(2025, 3, 2)),
    ]
    assert keys(rank(papers, "pruning")) == ["b", "a", "c", "d", "e"]


def test_papers_with_the_same_contributions_tie_whatever_their_order() -> None:
    # 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 where the sum is taken step by step
    first = ("one ^0.1", "two ^0.2", "three ^0.3")
    scores = {rank([known("a", abstract="one two three")], *order)[0].score for order in (first, first[::-1])}
    assert len(scores) == 1


def test_what_is_excluded_is_out() -> None:
    papers = [known("a", "Pruning: a survey"), known("b", "Pruning"), known("c", "Pruning", authors=("Ada Ray",))]
    assert keys(rank(papers, "pruning", "-survey", "-author:Ray")) == ["b"]


def test_an_exclude_is_no_match() -> None:
    [one] = rank([known("a", "Pruning")], "pruning", "-survey")
    assert [match.keyword for match in one.matches] == ["pruning"]


def test_every_must_must_be_there_and_counts() -> None:
    papers = [known("a", "Pruning benchmark"), known("b", "Pruning"), known("c", "Benchmark cache pruning")]
    ranked = rank(papers, "pruning", "+benchmark", "+cache")
    assert keys(ranked) == ["c"]
    longer = 0.25 + 0.75 * 3 / 2  # three words, where two are usual
    assert own_score(ranked[0]) == pytest.approx(3 * saturation(2 / longer), abs=3 / 8192)
    assert ranked[0].weight == 3


def test_a_must_alone_is_a_profile() -> None:
    assert keys(rank([known("a", "Benchmark"), known("b", "x")], "+benchmark")) == ["a"]


def test_what_everybody_has_adds_nothing_to_the_score_and_is_still_asked_for() -> None:
    [one] = rank([known("a", "Pruning")], "pruning", frequencies={"pruning": Frequency(99, 0, 1)})
    assert (one.score, one.weight, len(one.matches)) == (0, 1, 1)


def test_a_common_phrase_reaches_a_threshold_of_one() -> None:
    """Rarity decides the order, never whether a paper is for a reader."""
    papers = [known(str(number), abstract="A large language model") for number in range(40)]
    ranker, wanted = KeywordRanker(), replace(profile("large language model"), threshold=1.0, limit=50)
    weighed = ranker.weigh(ranker.match(papers, [wanted]), {"larg languag model": Frequency(900, 1_000, 1)})
    assert len(dict(ranker.best(weighed, [wanted], {one.key for one in papers}))[wanted]) == 40


def test_each_keyword_counts_once_and_apart_by_half() -> None:
    papers = [
        known("a", "Pruning of caches", "Pruning, and more pruning"),
        known("b", "KV cache", "The kv cache"),
        known("c", abstract="A kv store with a cache"),
    ]
    found = {one.paper.key: one.weight for one in rank(papers, "pruning ^2", "kv cache", "cache ^0.5")}
    assert found == {"a": 2.5, "b": 1.5, "c": 1.0}


def test_feedback_moves_the_order_and_not_the_threshold() -> None:
    wanted = profile("pruning")
    less = replace(wanted, keywords=(replace(wanted.keywords[0], tuned=0.5),))
    papers, ranker = [known("a", "Pruning")], KeywordRanker()
    weighed = ranker.weigh(ranker.match(papers, [wanted]), {})
    [before], [after] = ranker.rank(weighed, wanted), ranker.rank(weighed, less)
    assert (after.score, after.weight) == (before.score / 2, before.weight)


def test_keywords_of_one_meaning_count_once() -> None:
    [one] = rank([known("a", abstract="pruning")], "pruning", "prune ^2")
    assert (one.score, len(one.matches)) == (2.0, 1)


def test_wrong_keywords_are_an_error() -> None:
    with pytest.raises(KeywordError):
        rank([], "titel:x")


# -------------------------------------------------------------------------------------------------- for the pipeline


def test_the_ranker_is_what_the_pipeline_asks_for() -> None:
    ranker: Ranker = KeywordRanker()
    hits = ranker.match([], [])
    assert (hits.papers, dict(hits.found)) == ((), {})


def test_several_profiles_are_matched_at_once() -> None:
    ranker = KeywordRanker()
    papers = [known("a", "Pruning"), known("b", "KV cache")]
    profiles = [profile("pruning"), profile("kv cache", "-pruning")]
    weighed = ranker.weigh(ranker.match(papers, profiles), {})
    assert [keys(ranker.rank(weighed, one)) for one in profiles] == [["a"], ["b"]]


def test_patterns_are_shared_with_the_words_of_phrases_and_those_of_excludes_are_among_them() -> None:
    profiles = [profile("diffusion model", "-survey"), profile("Diffusion models ^2", "kv cache")]
    assert KeywordRanker().patterns(profiles) == {
        *("diffusion model|diffusionmodel", "survey", "kv cach|kvcach"),
        *("diffusion", "model", "kv", "cach"),
    }


def test_counts_are_of_papers_and_hold_what_none_has() -> None:
    ranker = KeywordRanker()
    papers = [
        known("a", "Pruning", "pruning, pruning", first_seq=1),
        known("b", "Pruning", first_seq=2),
        known("c", "KV cache", first_seq=3),
    ]
    hits = ranker.match(papers, [profile("pruning", "kv cache", "-survey")])
    words = {"kv": 1, "cach": 1}
    assert ranker.counts(hits) == {"prune": 2, "kv cach|kvcach": 1, "survey": 0} | words
    assert ranker.counts(hits, after_seq=1) == {"prune": 1, "kv cach|kvcach": 1, "survey": 0} | words
    assert ranker.counts(hits, after_seq=3) == dict.fromkeys(("prune", "kv cach|kvcach", "survey", "kv", "cach"), 0)


# -------------------------------------------------------------------------------------------------------- properties

_WORDS = ["pruning", "cache", "low", "rank", "survey"]
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join)
_PAPERS = st.lists(st.tuples(_TEXTS, _TEXTS), max_size=5).map(
    lambda texts: [known(str(number), title, abstract) for number, (title, abstract) in enumerate(texts)]
)
_KEYWORDS = st.lists(
    st.builds(
        "{}{} ^{}".format,
        st.sampled_from(["", "+", "title:"]),
        st.sampled_from([*_WORDS, "low rank", "surv*", '"low"']),
        st.floats(0.001, 1000),
    ),
    min_size=1,
    max_size=5,
)
_FREQUENCIES = st.dictionaries(
    st.sampled_from(_WORDS),
    st.builds(lambda papers, others: Frequency(papers, papers + others, 1), st.integers(0, 999), st.integers(0, 10**6)),
)


@given(_PAPERS, _KEYWORDS, _FREQUENCIES)
def test_the_contributions_sum_to_the_score(
    papers: list[KnownPaper], keywords: list[str], frequencies: dict[str, Frequency]
) -> None:
    for one in rank(papers, *keywords, frequencies=frequencies):
        contributions = [match.contribution for match in one.matches]
        assert one.score == math.fsum(contributions) == sum(contributions) == sum(contributions[::-1]) > 0
        assert contributions == sorted(contributions, reverse=True)
        assert all(match.count >= 1 for match in one.matches)


@given(_PAPERS, _KEYWORDS, _FREQUENCIES)
def test_unrelated_keywords_change_nothing(
    papers: list[KnownPaper], keywords: list[str], frequencies: dict[str, Frequency]
) -> None:
    alone = rank(papers, *keywords, frequencies=frequencies)
    assert rank(papers, *keywords, "tokamak ^7", "author:Ray", "-plasma", frequencies=frequencies) == alone


@given(_PAPERS, _KEYWORDS)
def test_the_order_of_papers_and_keywords_changes_nothing(papers: list[KnownPaper], keywords: list[str]) -> None:
    backwards = rank(papers[::-1], *keywords[::-1])
    assert [(one.paper.key, one.score) for one in backwards] == [
        (one.paper.key, one.score) for one in rank(papers, *keywords)
    ]


# ----------------------------------------------------------------------------------------------------- related words


def test_related_words_count_in_the_order_and_for_nothing_else() -> None:
    papers = [
        known("has", abstract="An operation of snails."),
        known("related", abstract="An operator of snails."),
        known("neither", abstract="About snails."),
    ]
    both = rank(papers, "operation", "snail", frequencies={"operation": COMMON, "snail": COMMON})
    assert {one.paper.key: one.weight for one in both} == {"has": 2.0, "related": 1.0, "neither": 1.0}
    given = {
        (one.paper.key, match.field): match.contribution
        for one in both
        for match in one.matches
        if match.keyword == "operation"
    }
    assert 0 < given["related", "related"] < given["has", "abstract"]
    assert keys(rank(papers, "operation")) == ["has"]
    assert keys(rank(papers, "snail", "+operation")) == ["has"]
    assert {*keys(rank(papers, "snail", "-operation"))} == {"neither", "related"}
