"""What scrapers and other APIs write as JSON is read: objects in records, wrapped values, large records."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from digest.formats.json.records import JsonRecords
from tests.spoilt import papers_of, read, survive

if TYPE_CHECKING:
    from digest.model import Paper


def scraped(**record: Any) -> Paper:
    [paper] = papers_of(read(JsonRecords(), json.dumps([record])))
    return paper


@pytest.mark.parametrize("name", ["details", "metadata", "info", "attributes", "content", "paper"])
def test_objects_in_a_record_are_read(name: str) -> None:
    inner = {"abstract": "They wake.", "arxiv_page_url": "https://arxiv.org/abs/2611.05005", "metadata": {"upvotes": 7},
             "github_links": ["https://github.com/fen/snail"]}  # fmt: skip
    record = {
        "title": "A Static World",
        "authors": [],
        "abstract": "",
        name: inner,
        "paper_url": "https://fen.example/1",
    }
    paper = scraped(**record)
    assert (paper.abstract, paper.arxiv_id, paper.upvotes) == ("They wake.", "2611.05005", 7)
    assert paper.links.code == "https://github.com/fen/snail"
    own = scraped(**{**record, "abstract": "Its own."})
    assert own.abstract == "Its own."


def test_values_may_be_wrapped_and_ids_may_be_numbers() -> None:
    paper = scraped(content={"title": {"value": "A Static World"}, "abstract": {"value": "They wake."}}, id="x",
                    url="https://openreview.net/forum?id=AbCdEf12")  # fmt: skip
    assert (paper.title, paper.abstract, paper.ids) == ("A Static World", "They wake.", ("openreview:AbCdEf12",))
    paper = scraped(title="A Static World", externalIds={"ArXiv": "2611.05005", "PubMed": "31234567", "CorpusId": 123})
    assert (paper.arxiv_id, set(paper.ids)) == ("2611.05005", {"pubmed:31234567", "s2:123"})
    paper = scraped(title=["A <i>Static</i> World"], DOI="10.1000/182", published={"date-parts": [[2026, 11, 17]]})
    assert (paper.title, paper.doi, paper.published) == ("A Static World", "10.1000/182", date(2026, 11, 17))


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("more", [{"abstract": "They wake."}, {"id": "2611.05005"}, {"authors": ["Ada Moor"]}])
def test_a_dump_whose_first_record_is_large_is_recognised(indent: int | None, more: dict[str, Any]) -> None:
    record = {"title": "A Static World", **more, "full_text": "word " * 30_000}
    for value in ([record], {"papers": [record]}, record):
        raw = json.dumps(value, indent=indent).encode()
        assert JsonRecords().recognises(raw[: 64 * 1024])
        assert len(papers_of(read(JsonRecords(), raw))) == 1
    assert not JsonRecords().recognises(b'[{"text": "' + b"word " * 13_000)


FIELDS = ["title", "abstract", "authors", "published", "doi", "url", "categories", "id", "comments"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("run", ["a", ";", ",", " and ", "<", "&", "{", "$", "/", "1", "\\"])
def test_no_run_of_letters_takes_long(field: str, run: str) -> None:
    began = time.process_time()
    survive(JsonRecords(), json.dumps([{"title": "T", "abstract": "x", field: run * 40_000}]).encode())
    assert time.process_time() - began < 5
