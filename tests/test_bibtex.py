"""A BibTeX library gives its papers, whoever exported it, and each broken entry costs itself."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.bibtex.format import BibTex
from digest.formats.ris import Ris
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

LIBRARY = r"""% Encoding: UTF-8
@string{fen = "Journal of the Fen"}
@comment{nothing of interest}

@article{moor2026,
  title = {{Tidal Clocks}: How a {S}nail Counts {\'a} la carte},
  author = {Moor, Ada and N{\"o}llenburg, Ben and {Sand and Silt Group} and others},
  journal = fen # { (online)},
  date = {2026-11-17},
  doi = {10.1000/182},
  url = {https://fen.example/a\_b},
  abstract = "Snails open early. We ask why they count to $n^2$ and
     close late.",
}

@misc(sedge2026,
  title = "On the Smell of Old Maps", author = {Ben Sedge},
  year = 2026, month = nov, day = 3,
  eprint = {2611.04218v2}, archivePrefix = {arXiv}, primaryClass = {cs.LG}
)
"""
PAPERS = [
    Paper(
        title="Tidal Clocks: How a Snail Counts á la carte",
        abstract="Snails open early. We ask why they count to n² and close late.",
        authors=("Ada Moor", "Ben Nöllenburg", "Sand and Silt Group"),
        published=date(2026, 11, 17),
        links=Links(abstract="https://fen.example/a_b"),
        doi="10.1000/182",
    ),
    Paper(
        title="On the Smell of Old Maps",
        authors=("Ben Sedge",),
        categories=("cs.LG",),
        published=date(2026, 11, 3),
        version=2,
        links=Links(abstract="https://arxiv.org/abs/2611.04218", pdf="https://arxiv.org/pdf/2611.04218"),
        arxiv_id="2611.04218",
    ),
]


def one(fields: str, kind: str = "article") -> Paper:
    (paper,) = papers_of(read(BibTex(), f"@{kind}{{key, title = {{Tides}}, {fields}}}"))
    return paper


def test_every_fact_of_a_library_is_read() -> None:
    assert read(BibTex(), LIBRARY) == PAPERS


def test_it_is_recognised_by_content() -> None:
    for text in (
        LIBRARY,
        "@Article{a,}",
        "\ufeff  @inproceedings {a,",
        "Automatically made\n\n@book(a,",
        "@string{a={b}}",
    ):
        assert BibTex().recognises(text.encode())
    for text in (
        "", "@ada wrote this", "at@article{x", "<html>\n@article{a,", '{"bib": "@article{a,"}', "a\n" * 30 + "@misc{",
        "\\documentclass{article}",
    ):  # fmt: skip
        assert not BibTex().recognises(text.encode())
    assert not BibTex().recognises(b"\0\1\2@article{")


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("eprint = {2611.04218}, eprinttype = {arxiv}", "2611.04218"),
        ("eprint = {hep-th/9901001}", "hep-th/9901001"),
        ("journal = {arXiv preprint arXiv:2611.04218v3}", "2611.04218"),
        ("journal = {CoRR}, volume = {abs/2611.04218}", "2611.04218"),
        ("url = {http://arxiv.org/abs/2611.04218v1}", "2611.04218"),
        ("doi = {10.48550/arXiv.2611.04218}", "2611.04218"),
        ("note = {arXiv:2611.04218 [cs.LG]}", "2611.04218"),
        ("eprint = {2611.04218}, eprinttype = {pubmed}", None),
        ("eprint = {12345}, year = 2611", None),
    ],
)
def test_an_arxiv_id_is_found_where_tools_put_it(fields: str, found: str | None) -> None:
    assert one(fields).arxiv_id == found


@pytest.mark.parametrize(
    "written", ["10.1007/978-3-030-58452-8_14", r"10.1007/978-3-030-58452-8\_14", r"10.1007/978-3-030-58452-8{\_}14",
                r"{10.1007/978-3-030-58452-8\_14}", r"https://doi.org/10.1007/978-3-030-58452-8\_14"]
)  # fmt: skip
def test_a_doi_is_that_of_the_same_paper_in_ris(written: str) -> None:
    (same,) = papers_of(read(Ris(), "TY  - JOUR\nTI  - Tides\nDO  - 10.1007/978-3-030-58452-8_14\nER  - \n"))
    assert one(f"doi = {{{written}}}") == same


@pytest.mark.parametrize(
    "written", [r"\url{https://fen.example/a_b}", r"{\url{https://fen.example/a\_b}}", r"\url {https://fen.example/a{\_}b}",
                r"Online at \url{https://fen.example/a_b}, accessed today"]
)  # fmt: skip
def test_an_address_is_taken_out_of_its_macro(written: str) -> None:
    assert one(f"url = {{{written}}}").links.abstract == "https://fen.example/a_b"
    assert one(f"doi = {{10.1000/182}}, pdf = {{{written}}}").links.pdf == "https://fen.example/a_b"


def test_an_address_and_an_id_have_neither_braces_nor_escapes() -> None:
    assert one(r"url = {https://fen.example/a{\_}b\%20c}").links.abstract == "https://fen.example/a_b%20c"
    assert one("eprint = {{2611.04218}}, archiveprefix = {{arXiv}}").arxiv_id == "2611.04218"
    assert one(r"eprint = {hep{-}th/9901001}").arxiv_id == "hep-th/9901001"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("Ada Moor and Ben Sedge", ("Ada Moor", "Ben Sedge")),
        ("Moor, Ada AND van den Berg, Cees", ("Ada Moor", "Cees van den Berg")),
        ("Moor, Jr., Ada", ("Ada Moor Jr.",)),
        ("{Fen and Heath} and\n  Moor, A.~B.", ("Fen and Heath", "A. B. Moor")),
        (r"{\L}uk, Zo{\"e} and others", ("Zoë Łuk",)),
        ("Alexandra Sand", ("Alexandra Sand",)),
        ("{Google, Inc.} and Moor, Ada", ("Google, Inc.", "Ada Moor")),
        ("{{Google, Inc.}}", ("Google, Inc.",)),
        ("{Moor}, {Ada} and {S}edge, {Ben}", ("Ada Moor", "Ben Sedge")),
        (r"{\'E}clair, Z{\'e} and {M\"uck, Inc.}", ("Zé Éclair", "Mück, Inc.")),
        ("Moorland, Georg T., Reedbank, Bella, Fenwick, Cy", ("Georg T. Moorland", "Bella Reedbank", "Cy Fenwick")),
        ("Ada Moor, Bo Reed, Cy Sedge", ("Ada Moor", "Bo Reed", "Cy Sedge")),
        ("Moor, Ada; Reed, Bo; Sedge, Cy", ("Ada Moor", "Bo Reed", "Cy Sedge")),
        ("family=Haan, given=Nella, prefix=de, useprefix=true and Reed, Bo", ("Nella de Haan", "Bo Reed")),
        ('given={Nella}, family="Haan", suffix=Jr.', ("Nella Haan Jr.",)),
        (r"Blagojevi\ifmmode \acute{c}\else \'{c}\fi{}, M. and Reed, Bo", ("M. Blagojević", "Bo Reed")),
        (r"Kov\'acs, Zolt\'an and M&uuml;ller, K.", ("Zoltán Kovács", "K. Müller")),
        ("Wei Wang 0001 and Bo Reed", ("Wei Wang", "Bo Reed")),
        ("Garcia Lopez, Maria Elena", ("Maria Elena Garcia Lopez",)),
        ("Moor A and Reed BC", ("A Moor", "BC Reed")),
        ("Bo XU", ("Bo XU",)),
        ("{ATLAS Collaboration} and : and Moor, G.", ("ATLAS Collaboration", "G. Moor")),
        ("\n and Moor,\t Ada  and\n\n and Ben Sedge and ", ("Ada Moor", "Ben Sedge")),
        ("", ()),
    ],
)
def test_names_are_put_in_order(names: str, found: tuple[str, ...]) -> None:
    assert one(f"author = {{{names}}}").authors == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("date = {2026-11-17}", date(2026, 11, 17)),
        ("year = {2026}, month = 11, day = 17", date(2026, 11, 17)),
        ('year = "2026", month = Nov, day = {7}', date(2026, 11, 7)),
        ("year = 2026", None),
        ("year = 2026, month = nov", None),
        ("date = {2026-11}", None),
        ("year = 2026, month = 13, day = 40", None),
        ("date = {2026-11-17/2026-11-19}", date(2026, 11, 17)),
        ("date = {17 Nov 2026}", date(2026, 11, 17)),
        ('year = 2026, month = "17~" # nov', date(2026, 11, 17)),
        ('year = 2026, month = nov # "~17"', date(2026, 11, 17)),
        ('year = 2026, month = "3~" # nov', date(2026, 11, 3)),
        ("year = 2026, month = {November}, day = 17", date(2026, 11, 17)),
        ("year = 2026, month = {Sept.}, day = {17}", date(2026, 9, 17)),
        ("year = 2026, month = {November 17}", date(2026, 11, 17)),
        ("year = 2026, month = {11~3}", None),
        ("year = 2026, month = {Spring}, day = 1", None),
    ],
)
def test_a_day_is_never_invented(fields: str, found: date | None) -> None:
    assert one(fields).published == found


def test_strings_are_put_together_and_cannot_grow_without_end() -> None:
    text = '@string{a = "tide "}\n@string{b = a # {and } # "time"}\n@misc{k, title = b # { wait}}'
    assert [paper.title for paper in papers_of(read(BibTex(), text))] == ["tide and time wait"]
    doubling = "@string{a0 = {tide }}\n" + "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))
    (paper,) = papers_of(read(BibTex(), f"{doubling}@misc{{k, title = a59}}"))
    assert len(paper.title) <= 1 << 20


def test_names_that_stand_for_gigabytes_take_little_memory() -> None:
    strings = "@string{s0 = {tide }}\n"
    strings += "".join(f"@string{{s{n} = {' # '.join([f's{n - 1}'] * 8)}}}\n" for n in range(1, 5))
    hostile = f"{strings}@misc{{k, title = {' # '.join(['s4'] * 9000)}}}"
    tracemalloc.start()
    try:
        (paper,) = papers_of(read(BibTex(), hostile))
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    assert len(paper.title) <= 1 << 20


def test_a_library_whose_names_stand_for_too_much_is_refused() -> None:
    strings = "@string{a0 = {tide }}\n" + "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 20))
    entries = "".join(f"@misc{{k{n}, title = a19, abstract = a19}}\n" for n in range(300))
    with pytest.raises(DumpError, match="expand to more than"):
        read(BibTex(), strings + entries)
    grown = strings + "".join(f"@string{{b{n} = a19 # a19}}\n" for n in range(300))
    with pytest.raises(DumpError, match="expand to more than"):
        read(BibTex(), f"{grown}@misc{{k, title = {{Tides}}}}")


def test_a_key_or_field_that_stands_twice_loses_no_paper() -> None:
    text = "@misc{k, title = {One}}\n@misc{k, title = {Two}}\n@misc{l, title = {Three}, title = {Four}}"
    assert [paper.title for paper in papers_of(read(BibTex(), text))] == ["One", "Two", "Three"]


def test_one_broken_entry_costs_itself_and_is_told_with_its_line() -> None:
    text = "@misc{a, title = {One}}\n\n@misc{b, title = {Two\n@misc{c title = {Three}}\n"
    text += "@misc{d, title = {Four}}\n@misc{e, year = 1}\n"
    records = read(BibTex(), text)
    assert [paper.title for paper in papers_of(records)] == ["One", "Four"]
    assert [(reject.line, reject.reason.split(":")[0], reject.cut) for reject in rejects_of(records)] == [
        (3, "it is no whole entry", False),
        (4, "it is no whole entry", False),
        (6, "it has no title", False),
    ]


def test_a_missing_comma_joins_no_two_fields() -> None:
    text = "@misc{a,\n title = {One}\n author = {Moor, Ada}}\n@misc{b, title = {E = mc}, url = http://fen.example/?a=b}"
    records = read(BibTex(), text)
    assert [paper.title for paper in papers_of(records)] == ["E = mc"]
    reasons = [(reject.line, reject.reason) for reject in rejects_of(records)]
    assert reasons == [(2, "a comma or bracket may be missing at its field 'title'")]
    swallowed = "@misc{a, title = {One, author = {Moor, Ada}}}\n"
    assert [reject.line for reject in rejects_of(read(BibTex(), swallowed))] == [1]


def test_a_title_has_no_line_that_begins_like_a_field() -> None:
    garbled = LIBRARY.replace("Clocks}:", "Clocks:").replace("author = {Moor", "author = Moor", 1)
    records = read(BibTex(), garbled)
    assert papers_of(records) == PAPERS[1:]
    assert len(rejects_of(records)) == 1
    assert papers_of(read(BibTex(), "@misc{a, title = {Entropy, Volume = Area}}"))


def test_an_abstract_may_speak_of_fields() -> None:
    assert one('abstract = {We set x = "3", date = {today}. }').abstract == 'We set x = "3", date = today.'
    (reject,) = rejects_of(read(BibTex(), "@misc{a, title = {One}, abstract = {Two,\n  author = {Moor, Ada}}}"))
    assert reject.reason == "a comma or bracket may be missing at its field 'abstract'"


def test_what_is_no_library_is_refused() -> None:
    with pytest.raises(DumpError, match="no entry"):
        read(BibTex(), "% nothing here\n")
    with pytest.raises(DumpError, match="binary"):
        read(BibTex(), b"@article{\0}")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_and_line_ends_are_read(encoding: str) -> None:
    text = "@misc{a,\r\n title = {Über Tides},\r\n}\r\n"
    assert [paper.title for paper in papers_of(read(BibTex(), text.encode(encoding)))] == ["Über Tides"]
    assert BibTex().recognises(text.encode(encoding))


def test_the_listing_s_day_is_the_dump_s() -> None:
    day = date(2026, 11, 20)
    assert {paper.listed for paper in papers_of(read(BibTex(), LIBRARY, DumpAbout(as_of=day)))} == {day}


# ------------------------------------------------------------------------------------- what tools write


@pytest.mark.parametrize(
    "entry",
    [
        "@['JournalArticle', 'Conference']{Moor2026, title = {Tides}}",
        "@Journal Article{Moor2026, title = {Tides}}",
        "@in-proceedings{Moor2026, title = {Tides}}",
        "@mvlexicon{Moor2026, title = {Tides}}",
        "@article{\n  title = {Tides}\n}",
        "@article{, title = {Tides}}",
        "@article { title={Tides} }",
    ],
)
def test_an_odd_entry_is_a_record(entry: str) -> None:
    for text in (entry, f"{entry}\n@misc{{b, title = {{Tides}}}}", "% a header\n" * 40 + entry):
        assert {record.title for record in papers_of(read(BibTex(), text))} == {"Tides"}
        assert not rejects_of(read(BibTex(), text))
        assert BibTex().recognises(text.encode()) or ", title" in entry[:12]
    line = "\n" * 6
    assert [one.line for one in rejects_of(read(BibTex(), f"{line}{entry.replace('title', 'note')}"))] == [7]


@pytest.mark.parametrize(
    "text", ["@dataclass(frozen=True)\nclass A: pass\n", "@media print { a { color: red } }\n", "mail me @home {x}\n",
             "# Cite us\n" + "We say more of it.\n" * 30 + "@mvlexicon{a, title = {x}}"]
)  # fmt: skip
def test_other_texts_are_no_library(text: str) -> None:
    assert not BibTex().recognises(text.encode())


@pytest.mark.parametrize(
    ("title", "found"),
    [
        (r"$\less$i$\greater$Snail$\less$/i$\greater$s 10$\less$sup$\greater$-3$\less$/sup$\greater$", "Snails 10⁻³"),
        (r"Shells of <i>Helix</i> in H<sub>2</sub>O &amp; CO<inf>2</inf>", "Shells of Helix in H₂O & CO₂"),
        (r"Snails {\&}amp\mathsemicolon Moons \&amp; {$<$}i{$>$}more{$<$}/i{$>$}", "Snails & Moons & more"),
        (r"Snails {\textless}i{\textgreater}Helix{\textless}/i{\textgreater} {$<$}5{\%}", "Snails Helix <5%"),
        (r"Learning the <video> element for $a<b$", "Learning the <video> element for a<b"),
        (r"Snails with a \$\textbackslash ensuremath\{\textbackslash theta\}\$ {{Term}}", "Snails with a θ Term"),
        (r"An \${{N}}\$-Pond \$\{{\textbackslash}mathit\{\vphantom{\}}K\vphantom{\{}\}\}\_\{24\}\$", "An N-Pond K₂₄"),
        (r"\${\textbackslash}beta{\textasciicircum}2\$ and \$5", "β² and $5"),
        (r"R\&D costs \$5 and \$10", "R&D costs $5 and $10"),
    ],
)  # fmt: skip
def test_what_a_tool_escaped_is_read_as_it_was_meant(title: str, found: str) -> None:
    (paper,) = papers_of(read(BibTex(), f"@misc{{key, title = {{{title}}}, abstract = {{{title}}}}}"))
    assert (paper.title, paper.abstract) == (found, found)


def test_an_arxiv_id_of_mendeley_and_several_addresses_are_read() -> None:
    assert one("arxivId = {2611.04218}").arxiv_id == "2611.04218"
    paper = one("url = {https://fen.example/1 https://doi.org/10.1000/182}")
    assert (paper.links.abstract, paper.doi) == ("https://fen.example/1", "10.1000/182")


# ------------------------------------------------------------------------------------------------- spoilt

FIRST = LIBRARY.index("@article") + 2
SECOND = LIBRARY.index("@misc")


@given(st.integers(FIRST, len(LIBRARY) - 3).filter(lambda cut: not SECOND - 3 <= cut <= SECOND))
def test_cuts_are_told(cut: int) -> None:
    """All but those between two entries, which nobody can tell."""
    assert_cuts_are_told(BibTex(), LIBRARY.encode(), cut)


@given(flipped(LIBRARY.encode()))
@settings(deadline=None)
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(BibTex(), raw), PAPERS)


@given(st.text(alphabet='@{}()"#=,\\ \nabtile%', max_size=200))
@settings(deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    survive(BibTex(), f"@misc{{{text}".encode())
    survive(BibTex(), f"@string{{a={{x}}}}\n@misc{{k, title={text}".encode())


@pytest.mark.parametrize(
    "hostile",
    ["@misc{k, title={" + "{" * 100_000, "@a{" * 20_000, "\n@misc{" * 20_000, "@misc{k," + "t={x}," * 20_000,
     "@misc{k,title=" + "#" * 100_000 + "}", "@misc{k,author={" + " and " * 40_000 + "}}",
     "@misc{k,title={" + "\\" * 100_000 + "}}", "@misc{k,title={T},abstract={" + "\n" * 20_000 + "}}",
     "@misc{k,title={T},author={Moor" + " " * 60_000 + "Ada}}", "@misc{k,title={T},author={" + "\n" * 60_000 + "}}",
     "@misc{k,title={T},author={" + " and" * 100_000 + "}}",
     "@string{s={a and }}@misc{k,title={T},author=s" + "#s" * 60_000 + "}",
     "@string{s={ }}@misc{k,title={T},author={Moor}" + "#s" * 60_000 + "}",
     "@\n@misc{a,}\n" * 20_000 + "@misc{k,title={" + "x" * 16_000_000 + "}}\n",
     "@misc{k,title={T},url={" + r"\url{" * 60_000 + "x" + "}" * 60_000 + "}}",
     "@misc{k,title={T},url={" + r"\url{" + "a{}" * 60_000 + "}}", r"@misc{k,title={T},url={\url" + " " * 60_000 + "}}",
     "@string{s={\n}}@misc{k,title={T},abstract={x}" + "#s" * 60_000 + "}",
     "@[" * 60_000, "@a " * 60_000, "\n@a b" * 60_000,
     "@misc{\n" * 60_000,
     *(f"@misc{{k,title={{T}},{field}={{" + run * 40_000 + "}}"
       for field in ("author", "abstract", "url", "month", "year", "doi", "eprint", "journal")
       for run in ("a", ",", ";", " and ", "~", "$", "\\textbackslash \\$", "family=", "<", "&", "/", "1", " "))],
)  # fmt: skip
def test_hostile_libraries_take_bounded_time(hostile: str) -> None:
    began = time.perf_counter()
    records = survive(BibTex(), hostile.encode())
    assert time.perf_counter() - began < 20
    assert all(isinstance(record, Paper | Reject) for record in records)
