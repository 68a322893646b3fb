"""arXiv's feeds of before 2024 give version, category and a title without them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.formats.arxiv.rdf import ArxivRdf
from digest.model import Links, Paper
from tests.spoilt import assert_cuts_are_told, assert_none_is_invented, flipped, papers_of, read, rejects_of, survive

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://arxiv.org/"><title>cs.CL updates on arXiv.org</title><link>http://arxiv.org/</link>
<dc:date>2023-11-16T20:30:00-05:00</dc:date><items><rdf:Seq/></items></channel>
<item rdf:about="http://arxiv.org/abs/2311.08404"><title>Snails Open Early. (arXiv:2311.08404v1 [cs.CL])</title>
<link>http://arxiv.org/abs/2311.08404</link>
<description rdf:parseType="Literal">&lt;p&gt;Snails open $x^2$ early in spring.
&lt;/p&gt;</description>
<dc:creator> &lt;a href="http://arxiv.org/find/cs/1/au:+Moor_A"&gt;Ada Moor&lt;/a&gt;,
&lt;a href="x"&gt;Bo Reed&lt;/a&gt; (Fen)</dc:creator>
</item>
<item rdf:about="http://arxiv.org/abs/hep-th/9901001">
<title>Do Snails Sleep Under Stones? (arXiv:hep-th/9901001v3 [hep-th] UPDATED)</title>
<link>http://arxiv.org/abs/hep-th/9901001</link><description>&lt;p&gt;They do.&lt;/p&gt;</description></item>
<item rdf:about="http://arxiv.org/abs/2311.08406">
<title>How Snails Cross a Road at Night (Part 1). (arXiv:2311.08406v1 [stat.ML] CROSS LISTED)</title>
<link>http://arxiv.org/abs/2311.08406</link><description>x</description></item>
</rdf:RDF>
"""


def links(identifier: str) -> Links:
    return Links(abstract=f"https://arxiv.org/abs/{identifier}", pdf=f"https://arxiv.org/pdf/{identifier}")


DAY = date(2023, 11, 17)
PAPERS = [
    Paper(
        title="Snails Open Early",
        abstract="Snails open $x^2$ early in spring.",
        authors=("Ada Moor", "Bo Reed"),
        categories=("cs.CL",),
        listed=DAY,
        version=1,
        links=links("2311.08404"),
        arxiv_id="2311.08404",
    ),
    Paper(
        title="Do Snails Sleep Under Stones?",
        abstract="They do.",
        categories=("hep-th",),
        listed=DAY,
        version=3,
        links=links("hep-th/9901001"),
        arxiv_id="hep-th/9901001",
        replacement=True,
    ),
    Paper(
        title="How Snails Cross a Road at Night (Part 1)",
        abstract="x",
        categories=("stat.ML",),
        listed=DAY,
        version=1,
        links=links("2311.08406"),
        arxiv_id="2311.08406",
    ),
]


def test_a_feed_gives_its_papers() -> None:
    assert read(ArxivRdf(), FEED) == PAPERS


def test_it_is_recognised_by_its_channel() -> None:
    assert ArxivRdf().recognises(FEED.encode())
    assert not ArxivRdf().recognises(FEED.replace("<link>http://arxiv.org/<", "<link>http://fen.example/<").encode())
    assert not ArxivRdf().recognises(b"<rss/>")


@pytest.mark.parametrize("title", ["", "(arXiv:2311.08404v1 [cs.CL])"])
def test_an_item_without_title_is_a_reject(title: str) -> None:
    records = read(ArxivRdf(), FEED.replace("Snails Open Early. (arXiv:2311.08404v1 [cs.CL])", title))
    assert papers_of(records) == PAPERS[1:]
    assert [one.line for one in rejects_of(records)] == [6]


@given(st.integers(0, len(FEED) - 13))
@settings(deadline=None)
def test_cuts_are_told(cut: int) -> None:
    assert_cuts_are_told(ArxivRdf(), FEED.encode(), cut)


@given(flipped(FEED.encode()))
@settings(deadline=None)
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    # What is garbled in the brackets behind a title stays with it.
    found = [replace(one, title=one.title.partition("rXiv:")[0]) for one in papers_of(survive(ArxivRdf(), raw))]
    assert_none_is_invented([*found], PAPERS)
