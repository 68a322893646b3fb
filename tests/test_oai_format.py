"""OAI-PMH answers are read in arXiv's two kinds of metadata and in Dublin Core."""

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
from digest.formats.oai import OaiPmh
from digest.model import Links, Paper, Reject
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
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<responseDate>2025-11-21T06:00:00Z</responseDate>
<request verb="ListRecords" metadataPrefix="arXiv">http://oai.fen.example/oai</request>
"""
TOKEN = """<resumptionToken cursor="0" completeListSize="2400" expirationDate="2025-11-22T00:00:00Z">fen|1001\
</resumptionToken>"""
ABSTRACT = """  Intertidal snails open twelve minutes before the tide.
  The delay follows the age of the moon.
"""


def record(metadata: str, identifier: str = "oai:arXiv.org:2511.04321", attributes: str = "") -> str:
    header = f"<identifier>{identifier}</identifier><datestamp>2025-11-20</datestamp><setSpec>cs:cs:LG</setSpec>"
    body = f"<metadata>{metadata}</metadata>" if metadata else ""
    return f"<record>\n<header{attributes}>{header}</header>\n{body}</record>\n"


def listing(*records: str, token: str = "", verb: str = "ListRecords") -> str:
    return f"{HEAD}<{verb}>\n{''.join(records)}{token}</{verb}>\n</OAI-PMH>\n"


ARXIV = f"""<arXiv xmlns="http://arxiv.org/OAI/arXiv/">
<id>2511.04321</id><created>2025-11-06</created><updated>2025-11-20</updated>
<authors><author><keyname>Moor</keyname><forenames>Ada</forenames><suffix>Jr</suffix><affiliation>Fen</affiliation>
</author><author><keyname>Sedge</keyname></author></authors>
<title>Tidal Clocks:
 How a Snail Counts the Moon</title><categories>cs.LG q-bio.NC</categories><comments>9 pages</comments>
<doi>10.5555/Fen.7</doi><abstract>{ABSTRACT}</abstract></arXiv>"""
RAW = f"""<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
<id>2511.04321</id><submitter>Ada Moor</submitter>
<version version="v1"><date>Thu, 6 Nov 2025 18:59:59 GMT</date><size>9kb</size></version>
<version version="v2"><date>Thu, 20 Nov 2025 10:00:00 GMT</date><size>9kb</size><source_type>D</source_type></version>
<title>Tidal Clocks: How a Snail Counts the Moon</title><authors>Ada Moor Jr (Fen College, Ely) and Sedge</authors>
<categories>cs.LG q-bio.NC</categories><doi>10.5555/Fen.7</doi><abstract>{ABSTRACT}</abstract></arXivRaw>"""
DUBLIN = f"""<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Tidal Clocks: How a Snail Counts the Moon</dc:title>
<dc:creator>Moor, Ada, Jr</dc:creator><dc:creator>Sedge</dc:creator><dc:type>text</dc:type>
<dc:subject>Computer Science - Machine Learning</dc:subject><dc:description>{ABSTRACT}</dc:description>
<dc:description>Comment: 9 pages</dc:description><dc:date>2025-11-06</dc:date><dc:date>2025-11-20</dc:date>
<dc:identifier>http://arxiv.org/abs/2511.04321</dc:identifier><dc:identifier>doi:10.5555/Fen.7</dc:identifier></oai_dc:dc>"""

PAPER = Paper(
    title="Tidal Clocks: How a Snail Counts the Moon",
    abstract="Intertidal snails open twelve minutes before the tide. The delay follows the age of the moon.",
    authors=("Ada Moor Jr", "Sedge"),
    categories=("cs.LG", "q-bio.NC"),
    published=date(2025, 11, 6),
    links=Links(abstract="https://arxiv.org/abs/2511.04321", pdf="https://arxiv.org/pdf/2511.04321"),
    arxiv_id="2511.04321",
    doi="10.5555/fen.7",
)
KINDS = {
    "arXiv": (ARXIV, PAPER),
    "arXivRaw": (RAW, replace(PAPER, version=2)),
    "oai_dc": (DUBLIN, replace(PAPER, categories=())),
}
LISTING = listing(record(ARXIV), record(ARXIV.replace("04321", "04322").replace("Tidal", "Solar")), token=TOKEN)
LISTED = [
    PAPER,
    replace(
        PAPER,
        title="Solar Clocks: How a Snail Counts the Moon",
        arxiv_id="2511.04322",
        links=Links(abstract="https://arxiv.org/abs/2511.04322", pdf="https://arxiv.org/pdf/2511.04322"),
    ),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["ListRecords", "GetRecord"])
def test_each_kind_gives_the_paper(kind: str, verb: str) -> None:
    metadata, paper = KINDS[kind]
    text = listing(record(metadata), verb=verb)
    assert OaiPmh().recognises(text.encode())
    assert read(OaiPmh(), text) == [paper]
    day = date(2025, 11, 21)
    assert read(OaiPmh(), text, DumpAbout(as_of=day)) == [replace(paper, listed=day)]


@pytest.mark.parametrize("kind", KINDS)
def test_withdrawal_stands_in_the_comments_or_the_abstract(kind: str) -> None:
    metadata, _ = KINDS[kind]
    text = metadata.replace(ABSTRACT, "This paper has been withdrawn by the authors.")
    [paper] = papers_of(read(OaiPmh(), listing(record(text))))
    assert paper.withdrawn
    if "9 pages" in metadata:
        text = metadata.replace("9 pages", "Withdrawn, an error in section 2")
        [paper] = papers_of(read(OaiPmh(), listing(record(text))))
        assert paper.withdrawn


def test_old_ids_keep_their_archive() -> None:
    text = ARXIV.replace("<id>2511.04321", "<id>hep-th/9901999")
    [paper] = papers_of(read(OaiPmh(), listing(record(text, "oai:arXiv.org:hep-th/9901999"))))
    assert paper.arxiv_id == "hep-th/9901999"


def test_where_the_first_version_is_missing_its_day_is_not_known() -> None:
    text = RAW.replace('version="v1"', 'version="v0x"')
    [paper] = papers_of(read(OaiPmh(), listing(record(text))))
    assert (paper.published, paper.version) == (None, 2)


def test_another_repositorys_record_has_its_own_address() -> None:
    text = DUBLIN.replace("http://arxiv.org/abs/2511.04321", "https://fen.example/papers/7").replace(
        "2025-11-06", "2025"
    )
    [paper] = papers_of(read(OaiPmh(), listing(record(text, "oai:fen.example:7"))))
    assert paper.arxiv_id is None
    assert paper.links == Links(abstract="https://fen.example/papers/7")
    assert (paper.doi, paper.published) == ("10.5555/fen.7", date(2025, 11, 20))


def test_what_can_be_no_paper_is_a_reject_with_its_identifier() -> None:
    records = read(
        OaiPmh(),
        listing(
            record("", attributes=' status="deleted"'),
            record(""),
            record('<marc xmlns="http://fen.example/marc"/>'),
            record(ARXIV.replace("<title>", "<titel>").replace("</title>", "</titel>")),
            record(ARXIV),
            record(ARXIV.replace("</title>", "</titel>")),
            record(RAW),
        ),
    )
    rejects = rejects_of(records)
    assert [reject.excerpt for reject in rejects[:4]] == ["oai:arXiv.org:2511.04321"] * 4
    reasons = ["deleted by the repository", "no metadata", "<marc>; expected arXiv", "no title", "not well-formed"]
    assert all(reason in reject.reason for reason, reject in zip(reasons, rejects, strict=True))
    assert [reject.line for reject in rejects[:2]] == [6, 9]
    assert papers_of(records) == [PAPER, replace(PAPER, version=2)]


def test_nothing_new_is_no_error() -> None:
    text = f'{HEAD}<error code="noRecordsMatch">The combination gives an empty list.</error></OAI-PMH>'
    assert read(OaiPmh(), text) == []


def test_other_errors_are_told_with_code_and_text() -> None:
    text = f'{HEAD}<error code="badResumptionToken">The token\nhas expired.</error></OAI-PMH>'
    with pytest.raises(DumpError, match="badResumptionToken: The token has expired"):
        read(OaiPmh(), text)


@pytest.mark.parametrize("verb", ["Identify", "ListSets", "ListIdentifiers"])
def test_answers_to_other_questions_are_refused(verb: str) -> None:
    with pytest.raises(DumpError, match=f"answer to {verb}"):
        read(OaiPmh(), listing("<x/>", verb=verb))


def test_other_xml_is_neither_recognised_nor_read() -> None:
    assert not OaiPmh().recognises(b"<feed xmlns='http://www.w3.org/2005/Atom'/>")
    with pytest.raises(DumpError, match="<html> for <OAI-PMH>"):
        read(OaiPmh(), "<html><body><h1>Retry after 10 seconds</h1></body></html>")


# ------------------------------------------------------------------------------------------------- spoilt


@given(st.integers(0, len(LISTING) - 12))
def test_cuts_are_told(cut: int) -> None:
    assert_cuts_are_told(OaiPmh(), LISTING.encode(), cut)


@given(flipped(LISTING.encode()))
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(OaiPmh(), raw), LISTED)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_wrong_encodings_are_read(encoding: str) -> None:
    text = LISTING.replace("Sedge", "Sédge")
    assert [paper.authors[1] for paper in papers_of(read(OaiPmh(), text.encode(encoding)))] == ["Sédge", "Sédge"]


@pytest.mark.shared
def test_real_answers(shared_data: Path) -> None:
    papers: dict[str, Paper] = {}
    for path in sorted((shared_data / "oai").iterdir()):
        for exchange in json.loads(path.read_text("utf-8")):
            body = exchange["response"].encode()
            if exchange["status"] != 200:
                assert not OaiPmh().recognises(body)
                continue
            assert OaiPmh().recognises(body)
            if "ecord" in exchange["path"].split("verb=")[1][:11] and "ListR" in exchange["path"]:
                records = read(OaiPmh(), body)
                assert not any(isinstance(found, Reject) for found in records)
                papers |= {paper.arxiv_id or "": paper for paper in papers_of(records)}
                for cut in range(700, len(body) - 12, 199):
                    assert_cuts_are_told(OaiPmh(), body, cut)
    assert set(papers) == {"1412.8544", "hep-th/9504118"}
    assert papers["1412.8544"].doi == "10.4204/eptcs.172.11"
    assert papers["hep-th/9504118"].published == date(1995, 4, 24)
