"""The words and phrases that papers share are found as they are most often written."""

from __future__ import annotations

import tracemalloc

import pytest

from digest.model import Paper
from digest.rank.phrases import Phrase, phrases


def found(*texts: str, least: int = 1) -> dict[str, Phrase]:
    papers = [Paper(title="", abstract=text) for text in texts]
    return {phrase.text: phrase for phrase in phrases(papers, least=least)}


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("a mixture of experts", ["mixture of experts", "experts"], ["of experts", "mixture of", "of"]),
        ("tides, mantle. Core", ["tides", "mantle", "core"], ["tides mantle", "mantle core"]),
        ("low-rank adaptation", ["low-rank", "low-rank adaptation"], ["rank", "low", "rank adaptation"]),
        ("We propose a tidal clock", ["tidal clock"], ["propose", "propose a tidal clock"]),
        ("oak elm ash fir yew", ["oak elm ash fir", "yew"], ["oak elm ash fir yew"]),
        ("in 2026 with C++ and GPT-4", ["C++", "GPT-4"], ["2026", "4"]),
        ("tidal tidal", ["tidal"], ["tidal tidal"]),
        ("", [], [""]),
    ],
)
def test_phrases_begin_and_end_with_words_that_say_something(text: str, there: list[str], absent: list[str]) -> None:
    texts = found(text).keys()
    assert set(there) <= texts
    assert texts.isdisjoint(absent)


def test_inflections_are_one_phrase_in_its_most_frequent_spelling() -> None:
    one = found("tidal clocks and tidal clocks", "a tidal clock", "Tidal-Clock")
    assert one["tidal clocks"].papers == {0, 1, 2}
    assert not {"tidal clock", "Tidal-Clock"} & one.keys()


def test_what_is_always_written_in_capitals_stays_so() -> None:
    texts = found("The KV cache of LLMs", "Clocks keep time in the KV cache").keys()
    assert {"KV cache", "LLMs", "clocks"} <= texts


def test_only_what_recurs_is_asked_for() -> None:
    assert set(found("tidal clock", "tidal wave", least=2)) == {"tidal"}


def test_what_never_recurs_takes_no_memory() -> None:
    papers = [Paper(title="", abstract=" ".join(f"word{paper}x{n}" for n in range(150))) for paper in range(200)]
    tracemalloc.start()
    try:
        assert phrases(papers, least=2) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * 2**20  # bytes; it was four times as many


def test_titles_are_told_apart() -> None:
    (phrase,) = [one for one in phrases([Paper(title="Tides", abstract="tides")], least=1) if one.text == "tides"]
    assert (phrase.papers, phrase.titles) == (frozenset({0}), frozenset({0}))


def test_papers_are_about_what_their_titles_have_or_what_comes_back() -> None:
    papers = [
        Paper(title=title, abstract=text) for title, text in (("Tides", ""), ("", "tides"), ("", "tides, a tide"))
    ]
    (phrase,) = phrases(papers, least=2)
    assert (phrase.papers, phrase.about) == (frozenset({0, 1, 2}), frozenset({0, 2}))
