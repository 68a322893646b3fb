"""Which papers are most like each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.model import KnownPaper, Paper
from digest.rank.similar import likeness
from digest.rank.worth import SHARES


def papers(*abstracts: str) -> list[KnownPaper]:
    return [
        KnownPaper(key=f"title:{number}", paper=Paper(title="", abstract=text), aliases=())
        for number, text in enumerate(abstracts)
    ]


def neighbours(papers: list[KnownPaper]) -> list[list[tuple[int, float]]]:
    """For each paper those that it is most like, nearest first, with their shares."""
    found: list[list[tuple[int, float]]] = [[] for _ in papers]
    like = likeness(papers)
    for paper, other, share in zip(like.papers.tolist(), like.others.tolist(), like.shares.tolist(), strict=True):
        found[paper].append((other, share))
    return found


def test_those_that_share_rare_words_are_alike() -> None:
    found = neighbours(papers("lagoon tides", "lagoon barrier tides", "neural pruning", "pruned networks", "alone"))
    assert [[index for index, _ in like] for like in found] == [[1], [0], [3], [2], []]


def test_the_nearest_has_the_greatest_share() -> None:
    [like, *_] = neighbours(papers("lagoon tides sand", "lagoon tides sand", "lagoon mud", "river mud", "river silt"))
    (first, most), (second, less) = like
    assert (first, second) == (1, 2)
    assert most > less > 0


def test_what_all_have_makes_nothing_alike() -> None:
    texts = [f"we show word{number}" for number in range(30)]
    assert neighbours(papers(*texts)) == [[]] * 30


def test_there_are_at_most_three_and_of_equals_the_first_by_key() -> None:
    alike = papers(*["lagoon tides"] * 8, "other words", "more words")
    assert [index for index, _ in neighbours(alike)[7]] == [0, 1, 2]
    assert [index for index, _ in neighbours(alike[::-1])[2]] == [9, 8, 7]


def test_what_stands_between_words_makes_nothing_alike() -> None:
    assert neighbours(papers("Alpha beta. Gamma low-delta.", "Sand mud. River-silt.")) == [[], []]


def test_few_papers_and_empty_ones() -> None:
    assert neighbours([]) == []
    assert neighbours(papers("alone")) == [[]]
    assert neighbours(papers("", "")) == [[], []]


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6).map(" ".join), max_size=12))
def test_shares_are_exact_and_one_in_all(texts: list[str]) -> None:
    for index, like in enumerate(neighbours(papers(*texts))):
        assert index not in dict(like)
        assert abs(sum(share for _, share in like) - bool(like)) <= len(like) / 2 / SHARES
        assert all((share * SHARES).is_integer() and share > 0 for _, share in like)
