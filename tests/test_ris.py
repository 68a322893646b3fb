"""A RIS file gives its papers, whoever exported it, and each broken record costs itself."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import DumpError
from digest.formats.arxiv.api import ArxivAtom
from digest.formats.bibtex.format import BibTex
from digest.formats.huggingface.page_text import PageText
from digest.formats.ris import Ris
from digest.model import Links, Paper
from digest.text import clean
from tests.papers import LANTERN, TIDES
from tests.spoilt import (
    assert_cuts_are_told,
    assert_none_is_invented,
    flipped,
    papers_of,
    read,
    rejects_of,
    survive,
)

FILE = """Provider: Fen Library

TY  - JOUR
TI  - Tidal Clocks: How a Snail Counts
AU  - Moor, Ada
AU  - Sedge, Ben, Jr.
AB  - Snails open early. We ask why
they count and close late.
DA  - 2026/11/17/
DO  - 10.1000/182
UR  - https://fen.example/clocks
L1  - https://fen.example/clocks.pdf
ER  -

TY  - UNPB
T1  - On the Smell of Old Maps
A1  - Reed, Cora
N2  - Old maps smell of glue, of lamps and of the hands that folded them; we say why, and for how long.
PY  - 2026
JO  - arXiv:2611.04218v2 [cs.LG]
ER  -
"""
PAPERS = [
    Paper(
        title="Tidal Clocks: How a Snail Counts",
        abstract="Snails open early. We ask why they count and close late.",
        authors=("Ada Moor", "Ben Sedge Jr."),
        published=date(2026, 11, 17),
        links=Links(abstract="https://fen.example/clocks", pdf="https://fen.example/clocks.pdf"),
        doi="10.1000/182",
    ),
    Paper(
        title="On the Smell of Old Maps",
        abstract="Old maps smell of glue, of lamps and of the hands that folded them; we say why, and for how long.",
        authors=("Cora Reed",),
        version=2,
        links=Links(abstract="https://arxiv.org/abs/2611.04218", pdf="https://arxiv.org/pdf/2611.04218"),
        arxiv_id="2611.04218",
    ),
]


def test_every_fact_of_a_file_is_read() -> None:
    assert read(Ris(), FILE) == PAPERS


def test_it_is_recognised_by_content_and_nobody_else_takes_it() -> None:
    for text in (FILE, "TY  - JOUR\r\nER  - ", "\ufeffTY  - CONF\n", FILE.replace("\n", "\r")):
        assert Ris().recognises(text.encode())
    for text in (
        "",
        "TY is a tag",
        "TY  -\n",
        "<p>\nTY  - JOUR\n",
        "a\n" * 30 + "TY  - JOUR\n",
        "TI  - Tides\nER  - \n",
    ):
        assert not Ris().recognises(text.encode())
    long = f"TY  - JOUR\nTI  - A long title of a paper\nAB  - {LANTERN} {TIDES}\nER  - \n\n" * 4
    for form in (PageText(), BibTex(), ArxivAtom()):
        assert not form.recognises(FILE.encode())
        assert not form.recognises(long.encode())


def test_a_record_whose_end_is_missing_is_not_joined_to_the_next() -> None:
    assert papers_of(read(Ris(), FILE.replace("ER  -\n", "", 1))) == PAPERS
    assert papers_of(read(Ris(), FILE.replace("ER  -\n", ""))) == PAPERS


def test_one_broken_record_costs_itself_and_is_told_with_its_line() -> None:
    lost = FILE.replace("TY  - JOUR\n", "")
    records = read(Ris(), lost)
    assert papers_of(records) == PAPERS[1:]
    assert [(reject.line, reject.reason) for reject in rejects_of(records)] == [
        (3, "it stands in no record: the line TY  - is missing")
    ]
    untitled = read(Ris(), FILE.replace("TI  -", "XX  -"))
    assert [(reject.line, reject.reason) for reject in rejects_of(untitled)] == [(3, "it has no title")]
    joined = read(Ris(), FILE.replace("ER  -\n\nTY  - UNPB\nT1", "TI"))
    assert [reject.reason for reject in rejects_of(joined)] == ["it has two titles: the end of a record is missing"]


@pytest.mark.parametrize(
    "line", ["AI - based methods", "GP  - x of them", "CT - scans", "ER - positive ones", "ID -", "TY - x"]
)
def test_a_line_of_an_abstract_is_no_tag(line: str) -> None:
    (paper,) = papers_of(
        read(Ris(), f"TY  - JOUR\nTI  - Tides\nAB  - We ask for\n{line}\nthat count.\nDO  - 10.1/a\nER  - \n")
    )
    assert paper.abstract == clean(f"We ask for {line} that count.")


@pytest.mark.parametrize(
    ("lines", "title", "author", "abstract"),
    [
        ("TI  - Tides\nZZ  - a\nAU  - Moor, Ada\nZZ  - b\nAB  - We. Do.\nZZ  - c", "Tides", "Ada Moor", "We. Do."),
        ("TI  - Tides of\nAI - driven fens\nAU  - Moor, Ada\nAI - mine", "Tides of AI - driven fens", "Ada Moor", ""),
        ("TI  - Tides\nAU - Moor, Ada\nAB - They are (early.)\nPY - 2026", "Tides", "Ada Moor", "They are (early.)"),
        ("AB  -\nTI - Tides\nAU - Moor, Ada", "Tides", "Ada Moor", ""),
    ],
)  # fmt: skip
def test_tags_that_nobody_knows_or_that_are_ill_spelt(lines: str, title: str, author: str, abstract: str) -> None:
    (paper,) = papers_of(read(Ris(), f"TY  - JOUR\n{lines}\nER  - \n"))
    assert (paper.title, paper.authors, paper.abstract) == (title, (author,), abstract)


def test_lines_between_two_records_are_told_once() -> None:
    stray = FILE.replace("ER  -\n\n", "ER  -\n\nand close late, as was said\nmore of it\n\n2.\n") + "\nthe end\n"
    records = read(Ris(), stray)
    assert papers_of(records) == PAPERS
    assert [(reject.line, reject.reason, reject.excerpt, reject.cut) for reject in rejects_of(records)] == [
        (15, "it stands in no record", "and close late, as was said", False),
        (27, "it stands in no record", "the end", False),
    ]
    assert read(Ris(), "Fen Library\n\n" + FILE.replace("TY  -", "17.\nTY  -")) == PAPERS


def test_a_file_that_leaves_out_a_space_is_read() -> None:
    assert papers_of(read(Ris(), FILE.replace("  -", " -"))) == PAPERS
    mixed = FILE.replace("TY  - UNPB", "TY - UNPB").replace("ER  -\n", "ER -\n", 1)
    assert papers_of(read(Ris(), mixed)) == PAPERS
    assert papers_of(read(Ris(), mixed.replace("ER -\n", ""))) == PAPERS


def test_lines_that_have_become_one_give_no_garbled_paper() -> None:
    records = read(Ris(), FILE.replace("Maps\nA1", "Maps A1"))
    assert papers_of(records) == PAPERS[:1]
    assert [reject.reason for reject in rejects_of(records)] == ["two of its lines have become one"]


def test_what_is_no_file_of_records_is_refused() -> None:
    with pytest.raises(DumpError, match="no record"):
        read(Ris(), "Dear all,\nno tags here\n")
    with pytest.raises(DumpError, match="binary"):
        read(Ris(), b"TY  - JOUR\0")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_and_line_ends_are_read(encoding: str) -> None:
    text = "TY  - JOUR\r\nTI  - Über Tides\r\nER  - \r\n"
    assert [paper.title for paper in papers_of(read(Ris(), text.encode(encoding)))] == ["Über Tides"]


# ------------------------------------------------------------------------------------------------- spoilt

FIRST = FILE.index("TY  -") + 5
SECOND = FILE.index("ER  -\n\nTY")


@given(st.integers(FIRST, FILE.rindex("ER")).filter(lambda cut: not SECOND + 2 < cut <= SECOND + 11))
def test_cuts_are_told(cut: int) -> None:
    """All but those between two records, which nobody can tell."""
    assert_cuts_are_told(Ris(), FILE.encode(), cut)


@given(flipped(FILE.encode()))
@settings(deadline=None)
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(Ris(), raw), PAPERS)


@given(
    st.lists(
        st.sampled_from(["TY  - JOUR", "TI  - Tides", "AU  - Moor, Ada", "ER  - ", "ER", "  -", "", "x", "DA  - 9/9/9"])
    )
)
def test_no_order_of_lines_breaks_it(lines: list[str]) -> None:
    survive(Ris(), "\n".join(lines).encode())


@pytest.mark.parametrize(
    "hostile",
    ["TI  - T\nAB  - x\n" + "a line of the abstract\n" * 300_000, "TI  - T\n" + "AB  - x\n" * 100_000,
     "TI  - T\nAU  - " + "Moor, " * 100_000 + "\n", "TI  - T\n" + "\n" * 300_000, "TI  - T\nDO  - " + "x\n" * 300_000],
)  # fmt: skip
def test_hostile_files_take_bounded_time(hostile: str) -> None:
    began = time.perf_counter()
    assert len(survive(Ris(), f"TY  - JOUR\n{hostile}ER  - \n".encode())) == 1
    assert time.perf_counter() - began < 20


# ------------------------------------------------------------------------------------------- what tools write


def only(lines: str, kind: str = "JOUR") -> Paper:
    [paper] = papers_of(read(Ris(), f"TY  - {kind}\nTI  - Tides\n{lines}ER  - \n"))
    return paper


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ("AU  - Moor, Ada; Reed, Bo; Sedge, Cy\n", ("Ada Moor", "Bo Reed", "Cy Sedge")),
        ("A1  - Moor, Ada\nAU  - Reed, Bo\n", ("Ada Moor", "Bo Reed")),
        ("AU  - Moor, Ada\nAU  - Reed, Bo\nA1  - Moor, Ada\nA1  - Reed, Bo\n", ("Ada Moor", "Bo Reed")),
        ("AU  - Moor A\nAU  - Reed BC\n", ("A Moor", "BC Reed")),
        ("AU  - Sand and Silt Group\n", ("Sand and Silt Group",)),
        ("AU  - :\n", ()),
    ],
)
def test_authors_are_read_as_tools_write_them(lines: str, authors: tuple[str, ...]) -> None:
    assert only(lines).authors == authors


@pytest.mark.parametrize(
    "date_line", ["DA  - 2026/11/17/", "Y1  - 17 Nov 2026", "PY  - 2026/Nov/17", "DA  - 17.11.2026"]
)
def test_dates_are_read_as_tools_write_them(date_line: str) -> None:
    assert only(f"{date_line}\n").published == date(2026, 11, 17)


def test_markup_is_no_text() -> None:
    text = "TY  - JOUR\nTI  - <i>Tidal</i> CO<inf>2</inf> &amp;amp; more\nAB  - &lt;3% of H<sub>2</sub>O.\nER  - \n"
    [paper] = papers_of(read(Ris(), text))
    assert (paper.title, paper.abstract) == ("Tidal CO₂ & more", "<3% of H₂O.")


@pytest.mark.parametrize("remark", ["Record #2 of 9\nProvider: Fen & Sons\nContent: text/plain\n\n", "2.\n", "<2>\n"])
def test_remarks_between_records_are_no_rejects(remark: str) -> None:
    record = "TY  - JOUR\nTI  - Tides\nER  - \n\n"
    assert [type(one).__name__ for one in read(Ris(), record + remark + record)] == ["Paper", "Paper"]
    assert [type(one).__name__ for one in read(Ris(), record + "Some words\n" + record)] == ["Paper", "Reject", "Paper"]


@pytest.mark.parametrize("kind", ["Journal Article", "JOUR", "Conference Paper", "Report"])
def test_a_type_may_be_words(kind: str) -> None:
    assert only("", kind).title == "Tides"
    assert Ris().recognises(f"TY  - {kind}\nTI  - Tides\nER  - \n".encode())


def test_one_line_may_have_two_addresses() -> None:
    for between in (" ", "; ", ";"):
        paper = only(f"UR  - https://fen.example/1;a=2{between}https://doi.org/10.1000/182\n")
        assert (paper.links.abstract, paper.doi) == ("https://fen.example/1;a=2", "10.1000/182")


@pytest.mark.parametrize("tag", ["TI", "AB", "AU", "UR", "DO", "DA", "PY", "N1", "JO", "XX"])
@pytest.mark.parametrize("run", ["a", ";", ",", " and ", "<", "&", "-", "/", "1", "TY  - "])
def test_no_run_of_letters_takes_long(tag: str, run: str) -> None:
    began = time.process_time()
    survive(Ris(), f"TY  - JOUR\n{tag}  - {run * 40_000}\nER  - \n".encode())
    assert time.process_time() - began < 5
