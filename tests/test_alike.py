"""Which entries are nearly the same news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.edition.alike import group
from digest.model import Alike, ChangeKind, Entry, Match, Paper
from digest.renderers.view import entry_views
from tests.papers import LANTERN, TIDES, known, paper

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
#: some of what it says is what LANTERN says
LATER = (
    "We carry a decoding scheme with a small draft model over to speech, where the large model accepts syllables, "
    "and measure what forty volunteers in street noise understand of each answer, sentence after sentence, beside a "
    "system without drafting."
)


def entries(*papers: Paper) -> list[Entry]:
    return [
        Entry(
            paper=known(one, seq=number),
            kind=ChangeKind.NEW,
            at=NOW,
            score=9.0 - number,
            matches=(Match("decoding", "abstract", 1, 9.0 - number),),
            profile="p",
        )
        for number, one in enumerate(papers, 1)
    ]


def why(*papers: Paper) -> list[str]:
    return [one.alike.why if one.alike else "" for one in group(entries(*papers))]


def test_two_papers_of_one_group_on_one_thing_are_alike() -> None:
    authors = ("Mira Solberg", "Jun Okada", "Lea Brandt")
    first, second = paper("Lantern", authors=authors), paper("Syllables", LATER, authors=authors[:2])
    assert why(first, second) == ["", "by the same authors"]
    assert why(first, replace(second, authors=("Mira Solberg", "Ada Ray"))) == ["", ""], "one name may be a coincidence"
    assert why(first, replace(second, abstract=TIDES)) == ["", ""], "a group works on several things"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (6, range(6), "by the same authors"),
        (6, range(2), "by the same authors"),
        (4, range(6), "by the same authors and others"),
        (6, range(4, 10), "by some of the same authors"),
        (30, range(28, 60), ""),
        (30, range(20, 52), "by some of the same authors"),
    ],
)
def test_it_is_said_how_many_of_the_authors_are_the_same(first: int, second: range, said: str) -> None:
    """Two large collaborations share a name or two by chance."""
    papers = [
        paper(title, abstract, authors=tuple(f"Author {chr(97 + number)} {number}" for number in numbers))
        for title, abstract, numbers in (("Lantern", LANTERN, range(first)), ("Syllables", LATER, second))
    ]
    assert why(*papers) == ["", said]


@pytest.mark.parametrize(
    "name",
    [
        "SWE-bench",
        "GSM8K",
        "ImageNet",
        "MMLU",
        "CIFAR-10",
        "MS-COCO",
        "Creation-MMBench",
        "LLaMA-7B",
        "BI-RADS",
        "ÉPREUVE",
    ],
)
def test_a_name_is_spelled_as_no_word_is(name: str) -> None:
    assert why(paper(f"Drafting on {name}"), paper(f"Syllables: {name} Revisited", LATER)) == ["", f"also on {name}"]


@pytest.mark.parametrize(
    "name",
    [
        "Self-Supervised",
        "State-of-the-Art",
        "Text-to-Image",
        "Text-to-3D",
        "Fine-Tuning",
        "Two-Stage",
        "360-Degree",
        "2026",
        "500k",
        "1990s",
        "4-Bit",
        "LLMs",
        "MLLMs",
        "AI-Driven",
        "CLIP-Guided",
        "3DGS-Based",
    ],
)
def test_what_many_titles_have_is_no_name(name: str) -> None:
    assert why(paper(f"Drafting with {name}"), paper(f"Syllables: {name} Revisited", LATER)) == ["", ""]


def test_what_has_a_plural_is_no_name() -> None:
    """Of benchmarks there is one of each."""
    first, second = paper("Drafting for VQLM Agents"), paper("Syllables of VQLM Speech", LATER)
    assert why(first, second) == ["", "also on VQLM"]
    assert why(*(replace(one, abstract=f"{one.abstract} VQLMs are models.") for one in (first, second))) == ["", ""]


def test_in_a_title_of_capitals_no_name_stands_out() -> None:
    assert why(paper("DRAFTING AHEAD FOR FASTER SPEECH"), paper("SYLLABLES OF FASTER SPEECH", LATER)) == ["", ""]


def test_two_papers_on_one_benchmark_are_alike() -> None:
    first, second = paper("Drafting on SWE-bench"), paper("Syllables: What SWE-Bench Hears", LATER)
    assert why(first, second) == ["", "also on SWE-Bench"]
    assert why(first, replace(second, abstract=TIDES)) == ["", ""]


def test_a_name_that_all_have_tells_nothing() -> None:
    many = [paper(f"Number {n} on SWE-bench", abstract) for n, abstract in enumerate([LANTERN, LATER, TIDES, "X."])]
    assert why(*many) == ["", "", "", ""]


def test_much_the_same_words_are_alike() -> None:
    assert why(paper("Lantern"), paper("Candle", LANTERN.replace("translation", "speech"))) == [
        "",
        "in much the same words",
    ]
    assert why(paper("Lantern"), paper("Tides", TIDES)) == ["", ""]


def test_all_stand_below_the_best_and_none_is_lost() -> None:
    made = entries(paper("One"), paper("Tides", TIDES), paper("Two"), paper("Three"))
    grouped = group(made)
    best = Alike(made[0].paper.key, "in much the same words")
    assert [one.alike for one in grouped] == [None, None, best, best]
    assert [replace(one, alike=None) for one in grouped] == made


def test_a_view_has_the_others_below_the_best() -> None:
    made = group(entries(paper("One"), paper("Tides", TIDES), paper("Two")))
    first, second = entry_views(made, {})
    assert [(one.name, one.alike) for one in first.others] == [("Two", "in much the same words")]
    assert (second.name, second.others) == ("Tides", ())


def test_what_stands_below_a_paper_that_is_no_more_stands_alone() -> None:
    [lonely] = group(entries(paper("One"), paper("Two")))[1:]
    assert [one.name for one in entry_views([lonely], {})] == ["Two"]
