"""A query is read page by page until what is known, and a gap is never taken for the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.errors import FetchError
from digest.sources.arxiv import ArxivSource
from digest.sources.http import HttpClient
from tests.server import Answer, Asked, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def atom(numbers: range, total: int) -> bytes:
    """Papers by their number: each was submitted an hour after the one before."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2601.{number:05}v1</id><title>Tidal Lock {number}</title>"
        f"<published>{begin + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}</published></entry>"
        for number in numbers
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>'
        f'<o:totalResults xmlns:o="http://a9.com/-/spec/opensearch/1.1/">{total}</o:totalResults>{entries}</feed>'
    ).encode()


class Api:
    """An API with so many papers, the newest of the greatest number."""

    def __init__(self, server: Server, papers: int) -> None:
        self.papers = papers
        self.answers: dict[int, Callable[[bytes], Answer]] = {}
        for start in range(0, 3000, 100):
            server.says(f"/api/query?{query(start)}", self.answer)
            server.says(f"/api/query?{query(start, 50)}", self.answer)

    def answer(self, asked: Asked) -> Answer:
        given = parse_qs(urlsplit(asked.path).query)
        start, size = int(given["start"][0]), int(given["max_results"][0])
        newest = self.papers - start
        body = atom(range(newest - 1, max(-1, newest - 1 - size), -1), self.papers)
        answer = self.answers.get(start)
        return answer(body) if answer else Answer(body=body)


def query(start: int, size: int = 100) -> str:
    return f"search_query=cat%3Acs.LG&start={start}&max_results={size}&sortBy=submittedDate&sortOrder=descending"


def source(server: Server, **options: Any) -> ArxivSource:
    options = {"query": "cat:cs.LG", "base": server.url, "feeds": server.url, "allow_private": True, **options}
    return ArxivSource("arxiv", http=server.client, **options)


class Reader:
    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def read(self, source: ArxivSource) -> list[int]:
        """The numbers of the papers, in the order in which they were read."""
        found: list[int] = []
        for dump in source.dumps(dict(self.seen), now=NOW):
            with dump.open() as stream:
                found += [int(part.split(b"<")[0]) for part in stream.read().split(b"Tidal Lock ")[1:]]
            self.seen[dump.name] = dump.validator or ""
        return found


def starts(server: Server) -> list[int]:
    return [int(parse_qs(urlsplit(path).query)["start"][0]) for path in server.paths]


def test_all_pages_are_read_and_the_oldest_first(server: Server) -> None:
    Api(server, 250)
    found = Reader().read(source(server))
    assert sorted(found) == list(range(250))
    assert found[0] == 49
    assert starts(server) == [0, 100, 200]


def test_the_next_time_is_only_asked_for_what_came_since(server: Server) -> None:
    api, reader = Api(server, 950), Reader()
    reader.read(source(server))
    server.asked.clear()
    api.papers = 1100
    found = reader.read(source(server))
    assert starts(server) == [0, 100]
    assert set(range(950, 1100)) <= set(found)


def test_no_more_than_the_limit_is_asked_for(server: Server) -> None:
    Api(server, 2000)
    assert sorted(Reader().read(source(server, limit=250))) == list(range(1750, 2000))
    assert server.paths[-1].endswith(query(200, 50))


def test_papers_that_the_limit_leaves_out_are_no_secret(server: Server) -> None:
    api, reader = Api(server, 500), Reader()
    reader.read(source(server, limit=200))
    api.papers = 900
    with pytest.raises(FetchError, match="more than 200 papers since it was last read; raise limit"):
        reader.read(source(server, limit=200))
    server.asked.clear()
    assert set(range(500, 900)) <= set(reader.read(source(server)))


def test_what_came_before_an_error_stands_and_nothing_is_skipped_the_next_time(server: Server) -> None:
    api, reader = Api(server, 100), Reader()
    reader.read(source(server))
    api.papers = 500
    api.answers[200] = lambda _: Answer(status=500)
    with pytest.raises(FetchError, match="answered 500"):
        reader.read(source(server))
    api.answers.clear()
    assert set(range(100, 500)) <= set(reader.read(source(server)))


def test_a_page_that_was_cut_short_is_read_again_the_next_time(server: Server) -> None:
    api, reader = Api(server, 100), Reader()
    reader.read(source(server))
    api.papers = 300
    api.answers[100] = lambda body: Answer(body=body[: len(body) // 2])
    reader.read(source(server))
    api.answers.clear()
    assert set(range(100, 300)) <= set(reader.read(source(server)))


def test_a_page_that_comes_empty_by_mistake_is_asked_for_again(server: Server) -> None:
    api = Api(server, 250)
    mistakes = [atom(range(0), 250)] * 2
    api.answers[100] = lambda body: Answer(body=mistakes.pop() if mistakes else body)
    assert sorted(Reader().read(source(server))) == list(range(250))
    api.answers[100] = lambda _: Answer(body=atom(range(0), 250))
    with pytest.raises(FetchError, match="was empty"):
        Reader().read(source(server))


def test_a_query_that_finds_nothing_is_for_the_format_to_judge(server: Server) -> None:
    Api(server, 0)
    [dump] = source(server).dumps({}, now=NOW)
    assert dump.name == f"{server.url}/api/query?{query(0)}"
    assert len(server.asked) == 1


@pytest.mark.parametrize("body", [b"<html><body>busy</body></html>", b"", b"<feed", b"\xff\xfe\0"])
def test_what_is_no_atom_is_for_the_format_to_judge_and_moves_nothing(server: Server, body: bytes) -> None:
    api, reader = Api(server, 100), Reader()
    reader.read(source(server))
    before = dict(reader.seen)
    api.answers[0] = lambda _: Answer(body=body)
    reader.read(source(server))
    assert reader.seen == before


# ------------------------------------------------------------------------------------------------------- categories


def test_categories_are_read_by_their_feed(server: Server) -> None:
    server.says("/atom/cs.LG+quant-ph", Answer(body=b"<feed/>", headers={"ETag": '"1"'}), Answer(status=304))
    announced = source(server, query="", categories=["cs.LG", "quant-ph"])
    [dump] = announced.dumps({}, now=NOW)
    assert (dump.name, dump.about.as_of) == (f"{server.url}/atom/cs.LG+quant-ph", None)
    assert list(announced.dumps({dump.name: dump.validator or ""}, now=NOW)) == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"query": ""}, "set either query"),
        ({"query": " "}, "set either query"),
        ({"categories": ["cs.LG"]}, "but not both"),
        ({"query": "", "categories": "cs.LG"}, "expected a list"),
        ({"query": "", "categories": [7]}, "expected a list"),
        ({"query": "", "categories": ["cs.LG", "../x"]}, "is not an arXiv category"),
        ({"limit": 0}, "from 1 to 30000"),
        ({"base": "export.arxiv.org"}, "base is"),
        ({"feeds": ""}, "feeds is missing"),
        ({"allow_private": 1}, "true or false"),
    ],
)
def test_a_wrong_option_is_said_at_once(server: Server, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        source(server, **options)


def test_without_options_it_is_arxivs_own_addresses() -> None:
    assert ArxivSource("arxiv", http=HttpClient(), categories=("cs.LG", "astro-ph.GA", "math")).name == "arxiv"
