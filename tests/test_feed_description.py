"""Descriptions of feeds are told apart: abstracts, teasers, citations and fields."""

from __future__ import annotations

import time
from datetime import date

import pytest

from digest.formats.feed.description import Description, describe

ABSTRACT = "Light moves the tidal clock of snails, and so does the moon."


@pytest.mark.parametrize(
    "body",
    [
        "<p>Publication date: 3 December 2026</p><p><b>Source:</b> Letters</p><p>Author(s): Ada Moor, Bo Reed</p>",
        "Author(s): Moor, Ada; Reed, Bo<br>Published: 2026-12-03",
        "Publication date: December 3, 2026 Source: Snail Letters, Volume 1 Authors: Ada Moor, Bo Reed",
    ],
)
def test_fields_are_no_abstract(body: str) -> None:
    assert describe([body]) == Description(authors=("Ada Moor", "Bo Reed"), published=date(2026, 12, 3))


@pytest.mark.parametrize(
    "body",
    [
        f"<p><img src='x'/></p><p><b>Authors:</b> Ada Moor</p><p>Upvotes: 1,052</p><p><b>Summary:</b> {ABSTRACT}</p>",
        f"Authors: Ada Moor\nUpvotes: 1052\nComments: 3\nAbstract: {ABSTRACT}",
        f"Authors: Ada Moor Upvotes: 1052 Summary: {ABSTRACT}",
    ],
)
def test_fields_before_an_abstract_are_read(body: str) -> None:
    found = describe([body])
    assert (found.abstract, found.authors, found.upvotes) == (ABSTRACT, ("Ada Moor",), 1052)


@pytest.mark.parametrize(
    "citation",
    [
        "Proc Snail. 2026 Jan 2. doi: 10.1000/s.1. Online ahead of print.",
        "Proc Snail Soc. 2026 Jan-Feb;12(3):1-9. doi: 10.1000/s.1. eCollection 2026.",
        "Snail Letters, Volume 1, Issue 2, Page 3-9, March 2026.",
        "Snail Letters, EarlyView.",
        "Volume 45, Issue 2, November 2026, Page 1-20",
        "Journal of Snails, Published online: 05 January 2026; doi:10.1000/s.1",
        "ABSTRACT",
        "",
    ],
)
def test_a_citation_gives_way_to_the_content(citation: str) -> None:
    assert describe([citation]).abstract == ""
    for content in (f"<div><p>{citation}</p><p><b>ABSTRACT</b></p><p>{ABSTRACT}</p><p>PMID:<a>1</a> | DOI:x</p></div>",
                    f"<h2>Abstract</h2>\n<p>{ABSTRACT}</p>", f"<p>{ABSTRACT}</p>"):  # fmt: skip
        assert describe([citation, content]).abstract == ABSTRACT


def test_what_follows_a_citation_is_kept() -> None:
    found = describe([f"Journal of Snails, Published online: 05 January 2026; doi:10.1000/s.1 {ABSTRACT}"])
    assert (found.abstract, found.doi) == (ABSTRACT, "10.1000/s.1")


def test_a_summary_beside_a_whole_article_stays() -> None:
    assert describe([ABSTRACT, "Long. " * 3000]).abstract == ABSTRACT
    assert describe(["Light moves…", ABSTRACT]).abstract == ABSTRACT
    assert describe([ABSTRACT, "Read it."]).abstract == ABSTRACT


@pytest.mark.parametrize(
    "text",
    [
        "BACKGROUND: Snails open. METHODS: We watched. Code: https://fen.example/",
        "Snails open early. Authors: none of us.",
        "Published work says little. 2026 was a year.",
        "Source: the sea. It is where snails are.",
    ],
)
def test_an_abstract_stays_as_it_is(text: str) -> None:
    assert describe([text]) == Description(abstract=text)


RUNS = [
    "<p>",
    "a. ",
    "Volume 1, ",
    "published online: ",
    ": ",
    "a:",
    "Authors: ",
    "10.1000/",
    "; ",
    ".",
    "(",
    "A",
    "\n",
    "&",
]


@pytest.mark.parametrize("run", [*RUNS, "Source: a\n", "abstract\n", "Authors: a\n"])
def test_time_is_linear(run: str) -> None:
    began = time.process_time()
    describe([run * 40_000, run * 40_000])
    assert time.process_time() - began < 5
