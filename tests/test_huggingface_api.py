"""An answer of the Daily Papers API gives its papers, whatever it leaves out."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.huggingface.api import HuggingFaceApi
from digest.model import Links, Paper, Reject

if TYPE_CHECKING:
    from pathlib import Path

FULL: dict[str, Any] = {
    "paper": {
        "id": "2611.04217",
        "authors": [
            {"_id": "1", "name": "Ada Moor", "hidden": False, "user": {"fullname": "somebody else", "user": "ada"}},
            {"_id": "2", "name": "Ben Sedge", "hidden": True},
        ],
        "publishedAt": "2026-11-17T00:00:00.000Z",
        "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
        "title": "Tidal Clocks:\n  How a Snail Counts",
        "summary": "Snails open early.\nWe ask why.",
        "upvotes": 31,
        "githubRepo": "https://github.com/moor/tides",
        "projectPage": "https://tides.example/clock",
        "ai_keywords": ["snail"],
        "organization": {"name": "fen", "fullname": "Fen College"},
    },
    "publishedAt": "2026-11-16T19:00:00.000Z",
    "title": "Tidal Clocks: How a Snail Counts",
    "numComments": 4,
}
PAPER = Paper(
    title="Tidal Clocks: How a Snail Counts",
    abstract="Snails open early. We ask why.",
    authors=("Ada Moor", "Ben Sedge"),
    organization="Fen College",
    published=date(2026, 11, 17),
    listed=date(2026, 11, 20),
    upvotes=31,
    comments=4,
    links=Links(
        abstract="https://arxiv.org/abs/2611.04217",
        pdf="https://arxiv.org/pdf/2611.04217",
        code="https://github.com/moor/tides",
        project="https://tides.example/clock",
    ),
    arxiv_id="2611.04217",
)
BARE: dict[str, Any] = {"paper": {"id": "2611.04218", "title": "On the Smell of Old Maps"}}
BARE_PAPER = Paper(
    title="On the Smell of Old Maps",
    links=Links(abstract="https://arxiv.org/abs/2611.04218", pdf="https://arxiv.org/pdf/2611.04218"),
    arxiv_id="2611.04218",
)


def read(answer: Any, as_of: date | None = None) -> list[Paper | Reject]:
    raw = answer if isinstance(answer, bytes) else json.dumps(answer, indent=1).encode()
    return list(HuggingFaceApi().read(io.BytesIO(raw), DumpAbout(as_of=as_of)))


def with_paper(**changes: Any) -> Paper:
    """The full record's paper with other values in it."""
    [paper] = read([{**FULL, "paper": {**FULL["paper"], **changes}}])
    assert isinstance(paper, Paper)
    return paper


def test_every_fact_of_a_record_is_read() -> None:
    assert read([FULL, BARE]) == [PAPER, BARE_PAPER]


def test_it_is_recognised_by_content() -> None:
    for raw in (json.dumps([FULL]).encode(), json.dumps([FULL], indent=1).encode(), b"[]", b" [ ]\n", b'{"error":"x"}'):
        assert HuggingFaceApi().recognises(raw)
    assert HuggingFaceApi().recognises(json.dumps([FULL] * 200).encode()[: 64 * 1024])
    for raw in (
        b"",
        b"[1]",
        b"{}",
        b'[{"title": "x", "abstract": "y"}]',
        b"<html>",
        b'{"error": ',
        b"[]]",
        b"\xff\xfe[",
    ):
        assert not HuggingFaceApi().recognises(raw)


@pytest.mark.parametrize("key", [key for key in FULL["paper"] if key != "title"])
def test_any_key_can_be_missing(key: str) -> None:
    inner = {name: value for name, value in FULL["paper"].items() if name != key}
    [paper] = read([{"paper": inner, "title": "Tidal Clocks: How a Snail Counts"}])
    assert isinstance(paper, Paper)
    assert paper.title == PAPER.title


def test_the_outer_title_and_summary_stand_in() -> None:
    record = {
        "paper": {"id": "2611.04217"},
        "title": "Tidal Clocks",
        "summary": "Early.",
        "organization": {"name": "fen"},
    }
    [paper] = read([record])
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.organization) == ("Tidal Clocks", "Early.", "fen")


def test_the_outer_day_is_not_taken_for_the_paper_s() -> None:
    [paper] = read([{**FULL, "paper": {"id": "2611.04217", "title": "Tidal Clocks"}}])
    assert isinstance(paper, Paper)
    assert paper.published is None


def test_the_listing_s_day_is_the_record_s_else_the_dump_s() -> None:
    day = date(2026, 11, 21)
    listed = [paper.listed for paper in read([FULL, BARE], as_of=day) if isinstance(paper, Paper)]
    assert listed == [date(2026, 11, 20), day]


def test_an_id_that_is_not_arxiv_s_leads_to_the_paper_s_page() -> None:
    paper = with_paper(id="tides-1")
    assert (paper.arxiv_id, paper.links.abstract) == (None, "https://huggingface.co/papers/tides-1")
    assert with_paper(id='"><script>').links.abstract is None


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"upvotes": -1}, "upvotes", None),
        ({"upvotes": True}, "upvotes", None),
        ({"upvotes": 10**12}, "upvotes", None),
        ({"upvotes": 0}, "upvotes", 0),
        ({"publishedAt": "soon"}, "published", None),
        ({"publishedAt": 20261117}, "published", None),
        ({"authors": None}, "authors", ()),
        ({"authors": [None, {"name": ""}, {"name": 3}, "Ada Moor"]}, "authors", ("Ada Moor",)),
        ({"summary": None}, "abstract", ""),
    ],
)
def test_what_makes_no_sense_is_not_known(changes: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(with_paper(**changes), field) == expected


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    links = with_paper(githubRepo="javascript:alert(1)", projectPage="").links
    assert (links.code, links.project) == (None, None)


def test_an_empty_answer_is_valid() -> None:
    assert read([]) == []


def test_the_api_s_error_is_an_error() -> None:
    with pytest.raises(DumpError, match="Invalid date: 2026-13-01"):
        read({"error": "Invalid date: 2026-13-01"})


def test_a_record_without_title_is_a_reject_with_its_line() -> None:
    records = read([BARE, {"paper": {"id": "2611.04217", "title": " "}}, "text", BARE])
    assert [record for record in records if isinstance(record, Paper)] == [BARE_PAPER, BARE_PAPER]
    rejects = [(record.line, record.reason, record.cut) for record in records if isinstance(record, Reject)]
    assert rejects == [(8, "it has no title", False), (14, "it is no object", False)]


@pytest.mark.parametrize("answer", [[{"paper": {}}], [1, 2], {"papers": 1}, b"no JSON", b"", b"[" * 100_000, b"[{}]"])
def test_what_has_no_paper_is_no_such_answer(answer: Any) -> None:
    try:
        records = read(answer)
    except DumpError:
        return
    assert [type(record) for record in records] == [Reject]


def test_a_cut_answer_gives_the_papers_before_the_cut() -> None:
    raw = json.dumps([FULL, BARE, FULL], indent=1).encode()
    for end in range(1, len(raw) - 1, 7):
        records = read(raw[:end])
        assert [record for record in records if isinstance(record, Paper)] == [PAPER, BARE_PAPER, PAPER][
            : len(records) - 1
        ]
        assert isinstance(records[-1], Reject)
        assert records[-1].cut


@given(st.data())
@settings(max_examples=300)
def test_no_spoilt_answer_does_worse_than_a_reject(data: st.DataObject) -> None:
    raw = bytearray(json.dumps([FULL, BARE]).encode(data.draw(st.sampled_from(["utf-8", "utf-16", "utf-32"]))))
    for _ in range(data.draw(st.integers(0, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    HuggingFaceApi().recognises(bytes(raw))
    try:
        records = read(bytes(raw))
    except DumpError:
        return
    assert len([record for record in records if isinstance(record, Paper)]) <= 2


@pytest.mark.shared
def test_the_real_answer_is_read_whole(shared_data: Path) -> None:
    raw = (shared_data / "hf-api" / "daily_papers.json").read_bytes()
    assert HuggingFaceApi().recognises(raw)
    found = read(raw)
    papers = [record for record in found if isinstance(record, Paper)]
    assert len(papers) == len(found) == 5
    assert all(
        paper.abstract and paper.authors and paper.published and paper.listed and paper.arxiv_id for paper in papers
    )
    assert [paper.upvotes for paper in papers] == [3, 4, 2, 314, 108]
    assert [paper.comments for paper in papers] == [1, 1, 1, 3, 2]
    assert [paper.organization is None for paper in papers] == [False, False, False, False, True]
    assert papers[0].published == date(2026, 7, 29)
    for end in range(0, len(raw) - 2, 211):
        try:
            part = [record for record in read(raw[:end]) if isinstance(record, Paper)]
        except DumpError:
            continue
        assert part == papers[: len(part)]
