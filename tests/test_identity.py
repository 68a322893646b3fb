"""Records that are one paper without sharing an id, and those that are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from digest.diff import aliases, diff
from digest.model import ChangeKind, KnownPaper, Links, Paper
from tests.papers import LANTERN, TIDES

TODAY = date(2026, 11, 20)
TITLE = "Tidal clocks of estuarine snails under winter light"


def paper(title: str = TITLE, abstract: str = TIDES, *authors: str, link: str = "", **more: object) -> Paper:
    return Paper(title=title, abstract=abstract, authors=authors, links=Links(abstract=link or None), **more)  # type: ignore[arg-type]


def are_one(one: Paper, other: Paper) -> bool:
    """Whether two records are taken for one paper, in one dump and in two, in either order."""
    answers = set()
    for first, second in ((one, other), (other, one)):
        together = diff([first, second], {}, source="a", day=TODAY)
        answers.add(together.counts.new == 1)
        (update,) = diff([first], {}, source="a", day=TODAY).updates
        stored = replace(update.paper, first_seq=1)
        later = diff([second], index(stored), source="b", day=TODAY)
        answers.add(later.counts.new == 0)
    assert len(answers) == 1, answers
    return answers.pop()


def index(*papers: KnownPaper) -> dict[str, tuple[KnownPaper, ...]]:
    return {alias: (one,) for one in papers for alias in one.aliases}


ONE = [
    # a title that changed over one abstract
    (paper(), paper(f"{TITLE}: a field study of nine colonies")),
    (paper(), paper(f"{TITLE} - a field study")),
    (paper("Snails and moons of the northern coast"), paper("Snails & moons of the northern coast")),
    (paper(), paper(f"[Article] {TITLE}")),
    (paper(), paper(f"RETRACTED: {TITLE}")),
    # authors written otherwise
    (paper(TITLE, TIDES, "A. Moor Jr."), paper(TITLE, TIDES, "Ada Moor")),
    (paper(TITLE, TIDES, "Ada Moor", "Bo Reed"), paper(TITLE, TIDES, "Moor A", "Reed B")),
    (paper(TITLE, TIDES, "Erwin Schrödinger"), paper(TITLE, TIDES, "E. Schroedinger")),
    (paper(TITLE, TIDES, "Erwin Schrodinger"), paper(TITLE, TIDES, "Schroedinger Erwin")),
    (paper(TITLE, TIDES, "Xiaoming Wang"), paper(TITLE, TIDES, "Wang Xiaoming")),
    (paper(TITLE, TIDES, "ATLAS Collaboration"), paper(TITLE, TIDES, "G. Aad", "others")),
    (paper(TITLE, "", "Ada Moor"), paper(TITLE, TIDES, "Moor, A.")),
    # a teaser for an abstract
    (paper(TITLE, TIDES, "Ada Moor", "Bo Reed"), paper(TITLE, "Snails know more than we do.", "Ada Moor", "Bo Reed")),
    (paper(TITLE, TIDES), paper(TITLE, f"{TIDES.split('.')[0]}.")),
    (paper(TITLE, TIDES), paper(TITLE, f"{' '.join(TIDES.split()[:12])}…")),
    # what a feed calls its entry
    (paper("One name", "a", ids=("openreview:AbCdEf12",)), paper("Another name", "b", ids=("openreview:AbCdEf12",))),
]
TWO = [
    (paper(f"{TITLE}, Part I"), paper(f"{TITLE}, Part II", LANTERN)),
    (paper(f"{TITLE}: Part I", TIDES), paper(f"{TITLE}: Part II", TIDES)),
    (paper(TITLE, TIDES), paper(f"{TITLE}: a reply", LANTERN)),
    (paper(TITLE, TIDES, "Ada Moor"), paper(f"{TITLE}: a reply", TIDES, "Bo Reed")),
    (paper("Editorial", "", link="https://j.example/1"), paper("Editorial", "", link="https://j.example/2")),
    (
        paper("Editorial", "In this issue.", link="https://j.example/1"),
        paper("Editorial", "In this issue.", link="https://j.example/2"),
    ),
    (paper("Editorial", TIDES), paper("Editorial", LANTERN)),
    (paper("Editorial", "Short.", "Ada Moor"), paper("Editorial", TIDES, "Ada Moor")),
    (paper(TITLE, TIDES, "Ada Moor"), paper(TITLE, TIDES, "Lea Brandt")),
    (paper(TITLE, TIDES, "Ada Moor"), paper(TITLE, LANTERN, "Ada Moor")),
    (paper(TITLE, TIDES, "Ada Moor"), paper(TITLE, "A teaser of somebody.", "Lea Brandt")),
    (paper("BERT: pre-training of snails", TIDES), paper("BERT: fine-tuning of snails", LANTERN)),
    (paper(doi="10.1000/1"), paper(doi="10.1000/2")),
    (
        paper("A", "x", doi="10.1000/1", ids=("entry:https://j.example/1",)),
        paper("B", "y", doi="10.1000/2", ids=("entry:https://j.example/1",)),
    ),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_one_paper(one: Paper, other: Paper) -> None:
    assert are_one(one, other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_papers(one: Paper, other: Paper) -> None:
    assert not are_one(one, other)


def test_what_a_feed_calls_several_entries_alike_names_none() -> None:
    """Some feeds give every entry the id and link of the journal."""
    same = ("entry:https://j.example/",)
    records = [paper(f"Snail number {number} and its tide", f"It is {number}.", ids=same) for number in range(3)]
    assert diff(records, {}, source="a", day=TODAY).counts.new == 3


def test_a_corrected_title_is_the_one_that_is_shown() -> None:
    entry = ("entry:https://j.example/1",)
    for before, after in (("Tidal cloks of snails", "Tidal clocks of snails"), ("Tidal clocks", "Tidal cloks")):
        (update,) = diff([paper(before, ids=entry)], {}, source="a", day=TODAY).updates
        stored = replace(update.paper, first_seq=1)
        (again,) = diff([paper(after, ids=entry)], index(stored), source="a", day=TODAY).updates
        assert (again.kind, again.paper.paper.title) == (None, after)


def test_a_replacement_of_a_paper_not_known_is_no_news() -> None:
    record = paper(arxiv_id="1803.00003", version=7, replacement=True)
    result = diff([record], {}, source="a", day=TODAY)
    (update,) = result.updates
    assert (update.kind, result.counts.new, result.counts.revised) == (ChangeKind.REVISED, 0, 1)
    assert not update.paper.paper.replacement
    assert "replacement" not in update.paper.sources["a"]
    known = replace(update.paper, first_seq=1)
    assert diff([record], index(known), source="a", day=TODAY).counts.seen == 1


def test_ids_become_aliases_and_nothing_else() -> None:
    record = paper(ids=("pubmed:31234567", "entry:https://j.example/1"))
    assert aliases(record)[0] == "pubmed:31234567"
    assert aliases(record)[-1] == "entry:https://j.example/1"
    (update,) = diff([record], {}, source="a", day=TODAY).updates
    assert update.paper.paper.ids == ()
    assert "ids" not in update.paper.sources["a"]
