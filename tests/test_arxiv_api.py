"""The arXiv API's answers are read: papers, errors, and nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.arxiv.api import ArxivAtom
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

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/fEnLaNd</id>
  <title>arXiv Query: search_query=snail&amp;start=0</title>
  <updated>2025-11-21T00:00:00Z</updated>
  <opensearch:itemsPerPage>10</opensearch:itemsPerPage>
  <opensearch:totalResults>2</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
"""
FIRST = """  <entry>
    <id>http://arxiv.org/abs/2511.04321v2</id>
    <title>Tidal Clocks:
  How a Snail  Counts the Moon</title>
    <updated>2025-11-20T10:00:00Z</updated>
    <link href="https://arxiv.org/abs/2511.04321v2" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/2511.04321v2" rel="related" type="application/pdf" title="pdf"/>
    <summary>  Intertidal snails open twelve minutes before the tide (p &lt; 0.01).
The delay follows the age of the moon.</summary>
    <category term="q-bio.NC" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <published>2025-11-06T18:59:59Z</published>
    <arxiv:comment>9 pages</arxiv:comment>
    <arxiv:doi>10.5555/Fen.2025.7</arxiv:doi>
    <arxiv:primary_category term="cs.LG"/>
    <author><name>Ada Moor</name><arxiv:affiliation>Fen College</arxiv:affiliation></author>
    <author><name>Jörg Sedge</name></author>
  </entry>
"""
SECOND = """  <entry>
    <id>http://arxiv.org/abs/hep-th/9901999v1</id>
    <title>On the Smell of Old Maps</title>
    <summary>This paper has been withdrawn by the authors.</summary>
    <published>1999-01-31T00:00:00Z</published>
    <author><name>B. Reed</name></author>
  </entry>
"""
ANSWER = f"{HEAD}{FIRST}{SECOND}</feed>\n"
PAPERS = [
    Paper(
        title="Tidal Clocks: How a Snail Counts the Moon",
        abstract="Intertidal snails open twelve minutes before the tide (p < 0.01). "
        "The delay follows the age of the moon.",
        authors=("Ada Moor", "Jörg Sedge"),
        categories=("cs.LG", "q-bio.NC"),
        published=date(2025, 11, 6),
        version=2,
        links=Links(abstract="https://arxiv.org/abs/2511.04321", pdf="https://arxiv.org/pdf/2511.04321"),
        arxiv_id="2511.04321",
        doi="10.5555/fen.2025.7",
    ),
    Paper(
        title="On the Smell of Old Maps",
        abstract="This paper has been withdrawn by the authors.",
        authors=("B. Reed",),
        published=date(1999, 1, 31),
        version=1,
        links=Links(abstract="https://arxiv.org/abs/hep-th/9901999", pdf="https://arxiv.org/pdf/hep-th/9901999"),
        arxiv_id="hep-th/9901999",
        withdrawn=True,
    ),
]


def test_entries_are_papers() -> None:
    assert read(ArxivAtom(), ANSWER) == PAPERS


def test_they_are_listed_on_the_day_that_the_answer_was_taken() -> None:
    day = date(2025, 11, 21)
    assert read(ArxivAtom(), ANSWER, DumpAbout(as_of=day)) == [replace(paper, listed=day) for paper in PAPERS]


def test_a_comment_may_say_that_it_is_withdrawn() -> None:
    [first, _] = papers_of(read(ArxivAtom(), ANSWER.replace("9 pages", "Withdrawn: a crucial error")))
    assert first.withdrawn


def test_an_error_is_one() -> None:
    error = """<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_fen</id><title>Error</title>
    <summary>incorrect id format for fen</summary></entry></feed>"""
    with pytest.raises(DumpError, match="incorrect id format for fen"):
        read(ArxivAtom(), HEAD + error)


def test_no_results_are_no_error() -> None:
    none = HEAD.replace(">2<", ">0<") + "</feed>"
    assert read(ArxivAtom(), none) == []
    assert ArxivAtom().recognises(none.encode())


def test_a_page_that_lacks_its_results_is_an_error() -> None:
    with pytest.raises(DumpError, match="2 results, but sent none"):
        read(ArxivAtom(), HEAD + "</feed>")
    assert read(ArxivAtom(), HEAD.replace(">0</opensearch:startIndex", ">2</opensearch:startIndex") + "</feed>") == []


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("http://arxiv.org/abs/2511.04321v2</id>", "http://fen.example/7</id>", "id is none of arXiv's"),
        ("Tidal Clocks:\n  How a Snail  Counts the Moon", " ", "no title"),
        ("</summary>", "</sum>", "not well-formed"),
    ],
)
def test_a_bad_entry_costs_itself_only(before: str, after: str, reason: str) -> None:
    records = read(ArxivAtom(), ANSWER.replace(before, after, 1))
    assert papers_of(records) == PAPERS[1:]
    [reject] = rejects_of(records)
    assert reason in reject.reason
    assert (reject.line, reject.cut) == (9, False)


def test_it_is_recognised_and_other_feeds_are_not() -> None:
    form = ArxivAtom()
    assert form.recognises(ANSWER.encode())
    assert form.recognises(ANSWER.encode()[:700])
    other = ANSWER.replace("arxiv.org/api/", "fen.example/").replace("arXiv Query", "Fen")
    assert not form.recognises(other.encode())
    assert not form.recognises(b"<rss version='2.0'><channel/></rss>")
    assert not form.recognises(b"[]")


@given(st.integers(0, len(ANSWER) - 10))
def test_cuts_are_told(cut: int) -> None:
    assert_cuts_are_told(ArxivAtom(), ANSWER.encode(), cut)


@given(flipped(ANSWER.encode()))
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(ArxivAtom(), raw), PAPERS)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "latin-1", "utf-8-sig"])
def test_wrong_encodings_are_read(encoding: str) -> None:
    assert read(ArxivAtom(), ANSWER.encode(encoding)) == PAPERS


@given(st.binary(max_size=500))
def test_random_bytes_give_nothing(raw: bytes) -> None:
    assert survive(ArxivAtom(), raw) == []
    assert survive(ArxivAtom(), HEAD.encode() + raw) is not None


@pytest.mark.shared
def test_real_answers(shared_data: Path) -> None:
    numbers = {}
    for path in sorted((shared_data / "arxiv-api").iterdir()):
        body = json.loads(path.read_text("utf-8"))["body"].encode()
        assert ArxivAtom().recognises(body[: 64 * 1024])
        if b"/api/errors" in body:
            with pytest.raises(DumpError, match="incorrect id format for abc"):
                read(ArxivAtom(), body)
            continue
        records = read(ArxivAtom(), body)
        assert rejects_of(records) == []
        assert all(paper.published and paper.authors and paper.categories for paper in papers_of(records))
        numbers[path.name] = len(records)
        assert len(records) == body.count(b"<entry>")
    assert max(numbers.values()) == 100


@pytest.mark.shared
def test_real_answers_survive_spoiling(shared_data: Path) -> None:
    body = json.loads((shared_data / "arxiv-api" / "q_testing_s0_m10_bc5a6c384fe9.json").read_text("utf-8"))["body"]
    raw = body.encode()
    for cut in range(1500, len(raw) - 10, 997):
        assert_cuts_are_told(ArxivAtom(), raw, cut)
        assert len(survive(ArxivAtom(), raw[:cut] + b"\xff\x00<" + raw[cut + 3 :])) >= 9
