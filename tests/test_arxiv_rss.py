"""A day of arXiv's announcements is read alike from both of its feeds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.arxiv.rss import ArxivRss
from digest.model import Links, Paper
from tests.spoilt import (
    assert_cuts_are_told,
    assert_none_is_invented,
    flipped,
    papers_of,
    read,
    rejects_of,
    survive,
)

if TYPE_CHECKING:
    from pathlib import Path

RSS_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">
  <channel>
    <title>cs.AI updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/cs.AI</link>
    <description>cs.AI updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/cs.AI" rel="self" type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>Fri, 21 Nov 2025 05:00:03 +0000</lastBuildDate>
    <pubDate>Fri, 21 Nov 2025 00:00:00 -0500</pubDate>
    <skipDays><day>Sunday</day><day>Saturday</day></skipDays>
"""
RSS_ITEMS = """    <item>
      <title>Tidal Clocks: How a Snail Counts the Moon</title>
      <link>https://arxiv.org/abs/2511.04321</link>
      <description>arXiv:2511.04321v1 Announce Type: new\x20
Abstract: Intertidal snails open twelve minutes before the tide, even in a tank without one.</description>
      <guid isPermaLink="false">oai:arXiv.org:2511.04321v1</guid>
      <category>cs.AI</category>
      <category>q-bio.NC</category>
      <pubDate>Fri, 21 Nov 2025 00:00:00 -0500</pubDate>
      <arxiv:announce_type>new</arxiv:announce_type>
      <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
      <dc:creator>Ada Moor (Fen College, Ely), Andr\\'e Sedge, N. M\\"oller (1 and 2)</dc:creator>
    </item>
    <item>
      <title>A Census of Forty Dams</title>
      <link>https://arxiv.org/abs/2404.00777</link>
      <description>arXiv:2404.00777v3 Announce Type: replace-cross\x20
Abstract: Beaver dams are often described as heaps, which our pictures of forty of them do not bear out.</description>
      <guid isPermaLink="false">oai:arXiv.org:2404.00777v3</guid>
      <category>cs.CV</category>
      <category>cs.AI</category>
      <pubDate>Fri, 21 Nov 2025 00:00:00 -0500</pubDate>
      <arxiv:announce_type>replace-cross</arxiv:announce_type>
      <arxiv:DOI>10.5555/Dams.40</arxiv:DOI>
      <dc:creator>B. Reed</dc:creator>
    </item>
"""
RSS = f"{RSS_HEAD}{RSS_ITEMS}  </channel>\n</rss>\n"

ATOM_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/cs.AI</id>
  <title>cs.AI updates on arXiv.org</title>
  <updated>2025-11-21T05:00:03.123456+00:00</updated>
  <link href="http://rss.arxiv.org/atom/cs.AI" rel="self" type="application/atom+xml"/>
"""
ATOM_ITEMS = re.sub(
    r"<category>(.*)</category>",
    r'<category term="\1"/>',
    re.sub(r"<link>(.*)</link>", r'<link href="\1" rel="alternate" type="text/html"/>', RSS_ITEMS)
    .replace("item>", "entry>")
    .replace("description>", "summary>")
    .replace('guid isPermaLink="false">', "id>")
    .replace("guid>", "id>")
    .replace("pubDate>Fri, 21 Nov 2025 00:00:00 -0500</pubDate", "published>2025-11-21T00:00:00-05:00</published"),
)
FEED = f"{ATOM_HEAD}{ATOM_ITEMS}</feed>"

PAPERS = [
    Paper(
        title="Tidal Clocks: How a Snail Counts the Moon",
        abstract="Intertidal snails open twelve minutes before the tide, even in a tank without one.",
        authors=("Ada Moor", "Andr\\'e Sedge", 'N. M\\"oller'),
        categories=("cs.AI", "q-bio.NC"),
        listed=date(2025, 11, 21),
        version=1,
        links=Links(abstract="https://arxiv.org/abs/2511.04321", pdf="https://arxiv.org/pdf/2511.04321"),
        arxiv_id="2511.04321",
    ),
    Paper(
        title="A Census of Forty Dams",
        abstract="Beaver dams are often described as heaps, which our pictures of forty of them do not bear out.",
        authors=("B. Reed",),
        categories=("cs.CV", "cs.AI"),
        listed=date(2025, 11, 21),
        version=3,
        links=Links(abstract="https://arxiv.org/abs/2404.00777", pdf="https://arxiv.org/pdf/2404.00777"),
        arxiv_id="2404.00777",
        doi="10.5555/dams.40",
        replacement=True,
    ),
]


@pytest.fixture(params=["rss", "atom"])
def feed(request: pytest.FixtureRequest) -> str:
    return {"rss": RSS, "atom": FEED}[request.param]


def test_both_feeds_give_the_same_papers(feed: str) -> None:
    assert read(ArxivRss(), feed) == PAPERS


def test_each_is_recognised_and_other_feeds_are_not(feed: str) -> None:
    form = ArxivRss()
    assert form.recognises(feed.encode())
    assert form.recognises(feed.encode()[:900])
    other = re.sub(r"\s*<arxiv:announce_type>.*", "", feed).replace("rss.arxiv.org", "fen.example")
    assert not form.recognises(other.encode())
    assert not form.recognises(b"{}")


@pytest.mark.parametrize("kind", ["new", "cross", "replace", "replace-cross", "something-else"])
def test_all_that_is_announced_is_a_paper(feed: str, kind: str) -> None:
    papers = papers_of(read(ArxivRss(), feed.replace("replace-cross", kind)))
    assert papers == [PAPERS[0], replace(PAPERS[1], replacement=kind.startswith("replace"))]


def test_the_text_tells_the_version_where_the_id_does_not(feed: str) -> None:
    papers = papers_of(read(ArxivRss(), feed.replace("oai:arXiv.org:2404.00777v3", "urn:uuid:1")))
    assert papers == PAPERS


def test_a_feed_without_a_day_is_listed_when_it_was_taken(feed: str) -> None:
    without = re.sub(r"<(pubDate|lastBuildDate|updated)>.*</\1>", "", feed)
    assert {paper.listed for paper in papers_of(read(ArxivRss(), without))} == {None}
    day = date(2025, 11, 22)
    assert {paper.listed for paper in papers_of(read(ArxivRss(), without, DumpAbout(as_of=day)))} == {day}


@pytest.mark.parametrize("empty", [f"{RSS_HEAD}</channel></rss>", f"{ATOM_HEAD}</feed>"])
def test_a_weekend_is_no_error(empty: str) -> None:
    assert read(ArxivRss(), empty) == []
    assert ArxivRss().recognises(empty.encode())


def test_withdrawal_is_recognised(feed: str) -> None:
    text = feed.replace("Abstract: Beaver", "Abstract: This paper has been withdrawn by the author. Beaver")
    assert [paper.withdrawn for paper in papers_of(read(ArxivRss(), text))] == [False, True]


@pytest.mark.parametrize(
    ("pattern", "by", "reason"),
    [
        (r"2511\.04321", "2511.4321x", "no id of arXiv's"),
        ("Tidal Clocks.*(?=</title>)", " ", "no title"),
        ("even in a tank", "even <in a tank", "not well-formed"),
    ],
)
def test_a_bad_item_costs_itself_only(feed: str, pattern: str, by: str, reason: str) -> None:
    records = read(ArxivRss(), re.sub(pattern, by, feed))
    assert papers_of(records) == PAPERS[1:]
    [reject] = rejects_of(records)
    assert reason in reject.reason


def test_another_xml_is_refused() -> None:
    with pytest.raises(DumpError, match="<opml> for <rss> or <feed>"):
        read(ArxivRss(), "<opml><item/></opml>")


@given(st.integers(0, 10_000), st.sampled_from([RSS, FEED]))
def test_cuts_are_told(cut: int, text: str) -> None:
    raw = text.encode()
    assert_cuts_are_told(ArxivRss(), raw, cut % (len(raw) - 8))


@given(st.one_of(flipped(RSS.encode()), flipped(FEED.encode())))
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    # A letter of the prefix that is lost leaves the prefix in the abstract.
    kept = [*PAPERS, *(replace(paper, abstract="arXiv: Announce Type: " + paper.abstract) for paper in PAPERS)]
    assert_none_is_invented(survive(ArxivRss(), raw), kept)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_wrong_encodings_are_read(feed: str, encoding: str) -> None:
    accented = feed.replace("B. Reed", "Bé Reed")
    assert papers_of(read(ArxivRss(), accented.encode(encoding))) == [
        PAPERS[0],
        replace(PAPERS[1], authors=("Bé Reed",)),
    ]


@pytest.mark.shared
def test_a_real_day(shared_data: Path) -> None:
    raw = (shared_data / "arxiv-rss" / "cs.AI-2025-08-20.xml").read_bytes()
    assert ArxivRss().recognises(raw[: 64 * 1024])
    papers = papers_of(read(ArxivRss(), raw))
    assert len(papers) == raw.count(b"<entry>") == len(read(ArxivRss(), raw))
    assert {paper.listed for paper in papers} == {date(2025, 8, 20)}
    assert {paper.version for paper in papers} == {1}
    assert all(paper.arxiv_id and paper.authors and paper.categories for paper in papers)
    assert not any("Announce" in paper.abstract or paper.abstract.startswith("Abstract") for paper in papers)
    for cut in range(900, len(raw) - 8, 499):
        assert_cuts_are_told(ArxivRss(), raw, cut)
