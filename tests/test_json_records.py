"""Papers in JSON are read under whatever usual names they come, line by line, and nothing else is taken for one."""

from __future__ import annotations

import bz2
import gzip
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compression import decompressed
from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.json.records import JsonRecords
from digest.model import Links, Paper, Reject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SNAPSHOT: dict[str, Any] = {
    "id": "0704.0123",
    "submitter": "Ada Moor",
    "authors": "Ada Moor (1), Ben Sedge Jr. ((1) Fen College)",
    "title": "Tidal Clocks: How a\n  Snail Counts  the Moon",
    "comments": "12 pages, 3 figures",
    "journal-ref": "Mud 4 (2007) 1-12",
    "doi": "10.1000/MUD.4.1",
    "report-no": None,
    "categories": "q-bio.NC physics.ao-ph",
    "license": None,
    "abstract": "  Snails open early.\n  We ask why.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Moor", "Ada", "", "Fen College"], ["Sedge", "Ben", "Jr."], ["The Mud Group", "", ""]],
}
SNAPSHOT_PAPER = Paper(
    title="Tidal Clocks: How a Snail Counts the Moon",
    abstract="Snails open early. We ask why.",
    authors=("Ada Moor", "Ben Sedge Jr.", "The Mud Group"),
    categories=("q-bio.NC", "physics.ao-ph"),
    published=date(2007, 4, 2),
    version=2,
    links=Links(abstract="https://arxiv.org/abs/0704.0123", pdf="https://arxiv.org/pdf/0704.0123"),
    arxiv_id="0704.0123",
    doi="10.1000/mud.4.1",
)
PLAIN: dict[str, Any] = {
    "title": "On the Smell of Old Maps",
    "abstract": "We asked whether maps can be dated by what they exhale.",
    "authors": ["Cara Reed", "Dov Holm"],
    "url": "https://maps.example/smell",
}
PLAIN_PAPER = Paper(
    title="On the Smell of Old Maps",
    abstract="We asked whether maps can be dated by what they exhale.",
    authors=("Cara Reed", "Dov Holm"),
    links=Links(abstract="https://maps.example/smell"),
)
RECORDS = [SNAPSHOT, PLAIN]
PAPERS = [SNAPSHOT_PAPER, PLAIN_PAPER]


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def read(raw: bytes, as_of: date | None = None) -> list[Paper | Reject]:
    return list(JsonRecords().read(decompressed(io.BytesIO(raw)), DumpAbout(as_of=as_of)))


def papers_of(records: list[Paper | Reject]) -> list[Paper]:
    return [record for record in records if isinstance(record, Paper)]


def one(record: dict[str, Any]) -> Paper:
    [paper] = read(lines(record))
    assert isinstance(paper, Paper)
    return paper


def snapshot(**changes: Any) -> Paper:
    return one({**SNAPSHOT, **changes})


def plain(**changes: Any) -> Paper:
    return one({**PLAIN, **changes})


# ------------------------------------------------------------------------------------------------- their shapes

SHAPES: dict[str, Callable[[list[Any]], bytes]] = {
    "lines": lambda records: lines(*records),
    "lines with CRLF": lambda records: lines(*records).replace(b"\n", b"\r\n"),
    "lines with blank ones": lambda records: b"\n" + lines(*records).replace(b"\n", b"\n\n"),
    "lines without a last end": lambda records: lines(*records)[:-1],
    "lines with a mark": lambda records: b"\xef\xbb\xbf" + lines(*records),
    "lines in UTF-16": lambda records: lines(*records).decode().encode("utf-16"),
    "an array": lambda records: json.dumps(records).encode(),
    "an array, indented": lambda records: json.dumps(records, indent=2).encode(),
    "an array of lines": lambda records: b"[" + b",\n".join(json.dumps(it).encode() for it in records) + b"]",
    "an array in UTF-16": lambda records: json.dumps(records).encode("utf-16"),
    "papers": lambda records: json.dumps({"papers": records}).encode(),
    "papers after others": lambda records: json.dumps({"total": 2, "next": None, "papers": records}, indent=1).encode(),
    "results before others": lambda records: json.dumps({"results": records, "title": "Search", "n": {}}).encode(),
    "objects, indented": lambda records: b"\n".join(json.dumps(it, indent=1).encode() for it in records),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_papers(shape: str) -> None:
    raw = SHAPES[shape](RECORDS)
    assert read(raw) == PAPERS
    assert JsonRecords().recognises(raw)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_dump_is_recognised_by_its_beginning(shape: str) -> None:
    assert JsonRecords().recognises(SHAPES[shape](RECORDS * 200)[: 64 * 1024])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_record_without_title_costs_itself(shape: str) -> None:
    records = read(SHAPES[shape]([PLAIN, {**PLAIN, "title": " "}, 7, None, SNAPSHOT]))
    assert papers_of(records) == [PLAIN_PAPER, SNAPSHOT_PAPER]
    assert 1 <= len(records) - 2 <= 3


def test_a_reject_has_its_line() -> None:
    untitled = {**PLAIN, "title": None}
    [_, in_lines, _] = read(lines(PLAIN, untitled, PLAIN))
    [_, in_array, _] = read(json.dumps([PLAIN, untitled, PLAIN], indent=1).encode())
    assert isinstance(in_lines, Reject)
    assert isinstance(in_array, Reject)
    assert (in_lines.line, in_lines.reason, in_lines.cut) == (2, "it has no title", False)
    assert (in_array.line, in_array.reason) == (11, "it has no title")
    assert in_lines.excerpt.startswith('{"title":null,"abstract":"We asked')


def test_an_answer_without_papers_is_valid() -> None:
    assert read(b'{"papers": []}') == []
    assert read(b"[]") == []


# ---------------------------------------------------------------------------------------------------- snapshot


def test_every_fact_of_the_snapshot_is_read() -> None:
    assert one(SNAPSHOT) == SNAPSHOT_PAPER


@pytest.mark.parametrize("key", [key for key in SNAPSHOT if key != "title"])
def test_any_key_can_be_missing_null_or_of_another_type(key: str) -> None:
    values: list[Any] = [None, 7, [], {}, "?", [None], [{}], [[]]]
    for value in values:
        assert snapshot(**{key: value}).title == SNAPSHOT_PAPER.title
    assert one({name: value for name, value in SNAPSHOT.items() if name != key}).title == SNAPSHOT_PAPER.title


def test_comments_of_arxiv_are_no_number() -> None:
    assert snapshot(comments="12 pages").comments is None


def test_the_authors_in_one_string_stand_in_for_the_parsed_ones() -> None:
    assert snapshot(authors_parsed=[]).authors == ("Ada Moor", "Ben Sedge Jr.")


def test_old_ids_are_read() -> None:
    assert snapshot(id="hep-th/9901001").arxiv_id == "hep-th/9901001"
    assert snapshot(id="9901001").arxiv_id is None
    assert snapshot(id="9901001").links == Links()


@pytest.mark.parametrize(
    ("created", "day"),
    [
        ("Sat, 31 Mar 2007 23:59:59 GMT", date(2007, 3, 31)),
        ("Sat, 31 Mar 2007 23:59:59 -0500", date(2007, 4, 1)),
        ("Sat, 32 Mar 2007 23:59:59 GMT", None),
        ("Sat, 31 Foo 2007 23:59:59 GMT", None),
        ("2007-03-31", date(2007, 3, 31)),
        ("", None),
    ],
)
def test_the_first_version_s_day_is_the_paper_s(created: str, day: date | None) -> None:
    assert snapshot(versions=[{"version": "v1", "created": created}, {"version": "v2"}]).published == day


@pytest.mark.parametrize(
    ("abstract", "comments", "withdrawn"),
    [
        ("  This paper has been withdrawn by the author.\n", None, True),
        ("Snails open early.", "Withdrawn due to an error in Lemma 2", True),
        ("Snails open early.", "This paper has been withdrawn", True),
        ("We study cash withdrawn from machines.", "12 pages", False),
        ("Money was withdrawn.", "supersedes a withdrawn paper", False),
    ],
)
def test_a_withdrawn_paper_says_so(abstract: str, comments: str | None, withdrawn: bool) -> None:
    assert snapshot(abstract=abstract, comments=comments).withdrawn is withdrawn


def test_names_are_cleaned() -> None:
    found = snapshot(authors_parsed=[["Holm\x00", "Bjo\u0308rn", ""], ["  van  Dyk", "J.", ""], ["", "", ""]]).authors
    assert found == ("Björn Holm", "J. van Dyk")


# ------------------------------------------------------------------------------------------------ other records


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"authors": "Cara Reed, Dov Holm and Eli Marsh"}, "authors", ("Cara Reed", "Dov Holm", "Eli Marsh")),
        ({"authors": "Reed, Cara; Holm, Dov"}, "authors", ("Cara Reed", "Dov Holm")),
        ({"authors": ["Reed, Cara", "Holm, Dov"]}, "authors", ("Cara Reed", "Dov Holm")),
        ({"authors": ["Cara Reed", "Holm, Dov"]}, "authors", ("Cara Reed", "Holm, Dov")),
        (
            {"authors": [{"name": "Cara Reed"}, {"given": "Dov", "family": "Holm"}]},
            "authors",
            ("Cara Reed", "Dov Holm"),
        ),
        ({"authors": [{"author": {"display_name": "Cara Reed"}}]}, "authors", ("Cara Reed",)),
        ({"authors": [{"author": {"author": {"author": {}}}}]}, "authors", ()),
        ({"authors": None, "author": "Cara Reed"}, "authors", ("Cara Reed",)),
        ({"id": "2508.13426v3"}, "arxiv_id", "2508.13426"),
        ({"id": "2508.13426v3"}, "version", 3),
        ({"id": 2508.13426}, "arxiv_id", None),
        ({"id": "x1", "arxiv_id": "2508.13426"}, "arxiv_id", "2508.13426"),
        ({"pdf_url": "https://arxiv.org/pdf/2508.13426v2.pdf"}, "arxiv_id", "2508.13426"),
        ({"doi": "10.48550/arXiv.2508.13426"}, "arxiv_id", "2508.13426"),
        ({"doi": "10.48550/arXiv.2508.13426"}, "doi", None),
        ({"doi": "https://doi.org/10.1000/ABC"}, "doi", "10.1000/abc"),
        ({"date": "2025-08-19T23:30:00-05:00"}, "published", date(2025, 8, 20)),
        ({"published": "Tue, 19 Aug 2025 10:00:00 GMT"}, "published", date(2025, 8, 19)),
        ({"published": None, "created_at": "2025-08-19"}, "published", date(2025, 8, 19)),
        ({"published": 1755561600}, "published", None),
        ({"published": "2025"}, "published", None),
        ({"categories": ["cs.CV cs.AI", "cs.CV"]}, "categories", ("cs.CV", "cs.AI")),
        ({"tags": "Machine Learning, Smells"}, "categories", ("Machine Learning", "Smells")),
        ({"subjects": [{"term": "cs.LG"}, {"name": "Maps"}, 7]}, "categories", ("cs.LG", "Maps")),
        ({"votes": 0, "points": 4}, "upvotes", 0),
        ({"points": "12"}, "upvotes", 12),
        ({"upvotes": 12.0}, "upvotes", 12),
        ({"upvotes": 12.5}, "upvotes", None),
        ({"upvotes": 10**400}, "upvotes", None),
        ({"comments": 7}, "comments", 7),
        ({"comments": "7 pages"}, "comments", None),
        ({"comments": "seven", "num_comments": 3}, "comments", 3),
        ({"organization": {"name": "fen", "fullname": "Fen College"}}, "organization", "Fen College"),
        ({"organization": "Fen College"}, "organization", "Fen College"),
        ({"comment": "withdrawn"}, "withdrawn", True),
        ({"withdrawn": True}, "withdrawn", True),
        ({"abstract": None, "summary": "It smells."}, "abstract", "It smells."),
        ({"abstract": None, "description": "It smells."}, "abstract", "It smells."),
        ({"listed": "2025-08-20"}, "listed", date(2025, 8, 20)),
    ],
)
def test_usual_names_are_understood(changes: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(plain(**changes), field) == expected


def test_links_are_found_under_usual_names() -> None:
    found = plain(
        link="https://other.example",
        pdf_url="https://maps.example/a.pdf",
        github="https://github.com/reed/maps",
        homepage="https://maps.example",
    ).links
    assert found == Links(
        abstract="https://maps.example/smell",
        pdf="https://maps.example/a.pdf",
        code="https://github.com/reed/maps",
        project="https://maps.example",
    )
    assert plain(url="javascript:alert(1)", pdf={"url": 3}, code="reed/maps").links == Links()


def test_the_dump_s_day_is_the_listing_s() -> None:
    [first, second] = read(lines(*RECORDS), as_of=date(2026, 11, 20))
    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert first.listed == second.listed == date(2026, 11, 20)


def test_what_python_and_pandas_write_beside_json_is_taken() -> None:
    raw = lines({**PLAIN, "title": "Half \ud83d a pair"}, {**PLAIN, "doi": float("nan")})
    assert [paper.title for paper in papers_of(read(raw))] == ["Half a pair", PLAIN["title"]]
    assert papers_of(read(raw))[1].doi is None


def test_a_line_in_windows_1252_is_read_beside_others() -> None:
    odd = json.dumps({**PLAIN, "title": "Café Maps"}, ensure_ascii=False)
    raw = lines(PLAIN) + odd.encode("cp1252") + b"\n" + odd.encode() + b"\n"
    assert [paper.title for paper in papers_of(read(raw))] == [PLAIN["title"], "Café Maps", "Café Maps"]
    assert papers_of(read(f"[{odd}]".encode("cp1252")))[0].title == "Café Maps"


# ------------------------------------------------------------------------------------------ what is no listing


@pytest.mark.parametrize(
    "value",
    [
        {"title": "Not Found", "status": 404, "detail": "there is no such page"},
        {"title": "Error", "description": "Something went wrong", "status": 500},
        {"error": "bad request"},
        [{"name": "Ada Moor", "id": 3}, {"name": "Ben Sedge", "id": 4}],
        [{"title": "Shoes", "price": 3}],
        {"url": "http://export.arxiv.org/api", "status_code": 200, "body": "<feed></feed>"},
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Feed",
            "items": [{"title": "a", "url": "http://a.b"}],
        },
        [{"paper": {"id": "2611.04217", "title": "x"}, "title": "x", "summary": "y"}],
        [1, 2, 3],
        ["a", "b"],
        [[PLAIN]],
        {},
        [],
    ],
)
def test_other_json_is_not_recognised(value: Any) -> None:
    assert not JsonRecords().recognises(json.dumps(value).encode())


@pytest.mark.parametrize("raw", [b"", b"  \n", b"<html></html>", b"plain text\nof two lines", b"\x00\x01", b'"title"'])
def test_what_is_no_json_is_an_error(raw: bytes) -> None:
    assert not JsonRecords().recognises(raw)
    with pytest.raises(DumpError):
        read(raw)


@pytest.mark.parametrize("raw", [b'[{"a": 1}, {"a": 2}]', b'{"a": 1}\n{"a": 2}\n', b'{"name": "x"}', b"[1, 2]", b"{]"])
def test_json_without_papers_is_an_error(raw: bytes) -> None:
    with pytest.raises(DumpError, match=r"no record is a paper: it|it is not JSON"):
        list(read(raw))


def test_many_records_without_a_paper_are_given_up() -> None:
    stream = io.BytesIO(lines({"a": 1}) * 100_000)
    with pytest.raises(DumpError, match="it has no title"):
        list(JsonRecords().read(stream, DumpAbout()))
    assert stream.tell() < 700_000


# ---------------------------------------------------------------------------------------------- spoilt dumps


def test_one_bad_line_costs_itself() -> None:
    raw = lines(PLAIN) + b'{"title": "Lost", "abstr\n' + b"not JSON\n" + lines(SNAPSHOT)
    records = read(raw)
    assert papers_of(records) == PAPERS[::-1]
    assert [(it.line, it.reason, it.cut) for it in records if isinstance(it, Reject)] == [
        (2, "the line is not JSON", False),
        (3, "the line is not JSON", False),
    ]
    assert read(b"x" + lines(PLAIN, PLAIN, PLAIN))[1:] == [PLAIN_PAPER, PLAIN_PAPER]


def test_a_line_of_a_megabyte_costs_itself() -> None:
    for size in (2**20 + 1, 5 * 2**20):
        raw = lines(PLAIN) + b'{"title": "' + b"x" * size + b'"}\n' + lines(SNAPSHOT)
        first, reject, last = read(raw)
        assert (first, last) == (PLAIN_PAPER, SNAPSHOT_PAPER)
        assert isinstance(reject, Reject)
        assert (reject.line, reject.cut) == (2, False)
        assert "longer than 1 MiB" in reject.reason


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 10_000_000,
        b'{"a":' * 2_000_000,
        b'[{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        lines(PLAIN, PLAIN) + b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
        b'{"a": "' + b"x" * 20_000_000,
        b'{"' + b'a": 1, "' * 3_000_000,
        b"[" + b" " * 20_000_000,
        b"[" + b"1" * 3_000_000 + b"]",
        b'[{"title": "x", "abstract": "' + b"\\" * 3_000_000,
    ],
    ids=range(9),
)
def test_hostile_json_is_refused_or_rejected(raw: bytes) -> None:
    JsonRecords().recognises(raw[: 64 * 1024])
    try:
        records = read(raw)
    except DumpError:
        return
    assert papers_of(records) in ([], [PLAIN_PAPER, PLAIN_PAPER])
    assert isinstance(records[-1], Reject)


@pytest.mark.parametrize("shape", ["lines", "an array", "an array, indented", "papers after others"])
def test_a_cut_dump_gives_the_papers_before_the_cut(shape: str) -> None:
    raw = SHAPES[shape]([PLAIN, SNAPSHOT, PLAIN])
    whole = [PLAIN_PAPER, SNAPSHOT_PAPER, PLAIN_PAPER]
    for end in range(1, len(raw.rstrip())):
        records = read(raw[:end])
        assert papers_of(records) == whole[: len(papers_of(records))]
        rejects = [record for record in records if isinstance(record, Reject)]
        at_a_line_s_end = raw[:end].endswith((b"}\n", b"}")) and shape == "lines"
        assert [it.cut for it in rejects] == ([] if at_a_line_s_end and not rejects else [True])


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("shape", ["lines", "an array"])
def test_a_cut_archive_gives_the_papers_before_the_cut(pack: Callable[[bytes], bytes], shape: str) -> None:
    records = [{**PLAIN, "abstract": f"{number} {number**199:x}"} for number in range(8000)]
    packed = pack(SHAPES[shape](records))
    found = read(packed[: len(packed) // 2])
    *papers, last = found
    assert len(papers) > 1000
    assert [paper.abstract for paper in papers_of(found)] == [record["abstract"] for record in records[: len(papers)]]
    assert isinstance(last, Reject)
    assert last.cut
    assert last.reason.endswith("archive is cut short")


@given(st.data())
@settings(max_examples=300)
def test_no_spoilt_dump_does_worse_than_a_reject(data: st.DataObject) -> None:
    raw = bytearray(SHAPES[data.draw(st.sampled_from(list(SHAPES)))](RECORDS))
    for _ in range(data.draw(st.integers(0, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    JsonRecords().recognises(bytes(raw))
    try:
        records = read(bytes(raw))
    except DumpError:
        return
    assert len(papers_of(records)) <= 3


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("name"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*SNAPSHOT, *PLAIN, "published", "upvotes", "doi", "organization"]), _values))
@settings(max_examples=300)
def test_any_values_give_a_paper_or_a_reject(record: dict[str, Any]) -> None:
    try:
        [found] = read(lines(record))
    except DumpError:
        return
    assert isinstance(found, Reject) or found.title


# -------------------------------------------------------------------------------------------------- real dumps


@pytest.mark.shared
def test_the_real_day_is_read_whole(shared_data: Path) -> None:
    raw = (shared_data / "jsonl" / "2025-03-19.jsonl").read_bytes()
    assert JsonRecords().recognises(raw[: 64 * 1024])
    papers = papers_of(read(raw))
    assert len(papers) == len(read(raw)) == 172
    assert all(paper.abstract and paper.authors and paper.categories and paper.arxiv_id for paper in papers)
    assert all(paper.comments is None and not paper.withdrawn for paper in papers)
    assert papers_of(read(raw.decode().encode("utf-16"))) == papers
    for end in range(0, len(raw), 9973):
        records = read(raw[:end]) if end else []
        found = papers_of(records)
        assert found == papers[: len(found)]


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["arxiv-api", "oai", "hostile", "hf-api"])
def test_real_json_of_other_kinds_is_not_recognised(shared_data: Path, folder: str) -> None:
    for path in (shared_data / folder).glob("*.json"):
        assert not JsonRecords().recognises(path.read_bytes()[: 64 * 1024])
