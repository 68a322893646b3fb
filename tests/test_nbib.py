"""PubMed's files give their papers."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.nbib import Nbib
from digest.formats.ris import Ris
from digest.model import Links, Paper
from tests.spoilt import assert_cuts_are_told, assert_none_is_invented, flipped, papers_of, read, rejects_of, survive

FILE = """
PMID- 31234567
OWN - NLM
STAT- MEDLINE
TI  - A study of <i>snails</i> in spring: a randomised
      trial of two hedges.
LID - 10.1000/Fen.182 [doi]
AB  - BACKGROUND: Snails open early. METHODS: We watched
      them for a year.
FAU - Moor, Ada
AU  - Moor A
AD  - Fen College, Ely.
FAU - Reed, Bo Jr
AU  - Reed B Jr
CN  - Fen Study Group
DP  - 2026 May 1
AID - S0001-2345(26)00001-2 [pii]
AID - 10.1000/Fen.182 [doi]
SO  - Snail J. 2026 May 1.

PMID- 31234568
TI  - [Another study.]
AU  - Sedge CD
AU  - Moor A
DP  - 2026 May
DEP - 20260503
SO  - Snail J. 2026 May.
"""
PAPERS = [
    Paper(
        title="A study of snails in spring: a randomised trial of two hedges",
        abstract="BACKGROUND: Snails open early. METHODS: We watched them for a year.",
        authors=("Ada Moor", "Bo Jr Reed", "Fen Study Group"),
        published=date(2026, 5, 1),
        links=Links(abstract="https://pubmed.ncbi.nlm.nih.gov/31234567/"),
        doi="10.1000/fen.182",
        ids=("pubmed:31234567",),
    ),
    Paper(
        title="Another study",
        authors=("CD Sedge", "A Moor"),
        published=date(2026, 5, 3),
        links=Links(abstract="https://pubmed.ncbi.nlm.nih.gov/31234568/"),
        ids=("pubmed:31234568",),
    ),
]


def test_every_fact_of_a_file_is_read() -> None:
    assert read(Nbib(), FILE) == PAPERS
    assert read(Nbib(), FILE.replace("\n", "\r\n")) == PAPERS
    assert {paper.listed for paper in papers_of(read(Nbib(), FILE, DumpAbout(as_of=date(2026, 11, 20))))} == {
        date(2026, 11, 20)
    }


def test_it_is_recognised_by_content() -> None:
    assert Nbib().recognises(FILE.encode())
    assert not Ris().recognises(FILE.encode())
    for text in ("", "PMID: 31234567", "<html>\nPMID- 3", "TY  - JOUR\nTI  - x\n", "We cite PMID- 31234567 here."):
        assert not Nbib().recognises(text.encode())


def test_a_record_without_title_and_one_without_beginning_are_rejects() -> None:
    text = "TI  - Lost.\nAB  - x\n" + FILE.replace("TI  - [Another study.]\n", "")
    records = read(Nbib(), text)
    assert papers_of(records) == PAPERS[:1]
    assert [(one.line, one.reason.split(":")[0]) for one in rejects_of(records)] == [
        (1, "it belongs to no record"),
        (23, "it has no title"),
    ]


def test_what_is_no_such_file_is_refused() -> None:
    with pytest.raises(DumpError, match="no record"):
        read(Nbib(), "nothing here\n")


SECOND = FILE.index("PMID- 31234568")


@given(st.integers(SECOND + 16, len(FILE) - 30))
def test_cuts_are_told(cut: int) -> None:
    """All but those behind a line end, which look like the end of a file."""
    if FILE[cut - 1] != "\n":
        assert_cuts_are_told(Nbib(), FILE.encode(), cut)


@given(flipped(FILE.encode()))
@settings(deadline=None)
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(Nbib(), raw), PAPERS)


@pytest.mark.parametrize("tag", ["TI", "AB", "AU", "FAU", "DP", "AID", "PMID"])
@pytest.mark.parametrize("run", ["a", ";", ",", " and ", "<", "&", "10.1/", "1", "\n      ", "\nTI  - "])
def test_no_run_of_letters_takes_long(tag: str, run: str) -> None:
    began = time.process_time()
    survive(Nbib(), f"PMID- 1\n{tag.ljust(4)}- {run * 40_000}\n".encode())
    assert time.process_time() - began < 5
