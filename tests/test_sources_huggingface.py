"""Daily Papers are asked for by date, week, month, or as they trend."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from digest.sources.http import HttpClient
from digest.sources.huggingface import HuggingFaceSource
from tests.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.dump import Dump

NOW = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)
API = "/api/daily_papers?"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def papers(number: int, mark: str = "") -> bytes:
    return json.dumps([{"paper": {"title": f"Tidal Lock {mark}{one}"}} for one in range(number)]).encode()


def source(server: Server, **options: Any) -> HuggingFaceSource:
    return HuggingFaceSource("daily", http=server.client, base=f"{server.url}/", allow_private=True, **options)


def seen_of(dumps: list[Dump]) -> dict[str, str]:
    return {dump.name: dump.validator or "" for dump in dumps}


def test_each_date_is_asked_for_and_today_until_it_is_past(server: Server) -> None:
    for day in ("18", "19", "20", "21"):
        server.says(f"{API}date=2026-11-{day}&limit=100", papers(3, day))
    daily = source(server, lookback=3)
    dumps = list(daily.dumps({}, now=NOW))
    assert [dump.about.as_of for dump in dumps] == [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]
    assert dumps[0].name == f"{server.url}{API}date=2026-11-18&limit=100"
    server.asked.clear()
    again = list(daily.dumps(seen_of(dumps), now=NOW + timedelta(days=1)))
    assert [dump.about.as_of for dump in again] == [date(2026, 11, 21)]
    assert server.paths == [f"{API}date=2026-11-{day}&limit=100" for day in (20, 21)]


@pytest.mark.parametrize(
    ("listing", "queries"),
    [("week", ["week=2026-W46", "week=2026-W47"]), ("month", ["month=2026-11"]), ("trending", ["sort=trending"])],
)
def test_other_listings(server: Server, listing: str, queries: list[str]) -> None:
    for query in queries:
        server.says(f"{API}{query}&limit=100", papers(3, query))
    dumps = list(source(server, listing=listing, lookback=7).dumps({}, now=NOW))
    assert [dump.name for dump in dumps] == [f"{server.url}{API}{query}&limit=100" for query in queries]
    assert {dump.about.as_of for dump in dumps} == {None}


def test_what_trends_is_read_when_it_changed(server: Server) -> None:
    server.says(f"{API}sort=trending&limit=100", Answer(body=papers(2), headers={"ETag": '"1"'}), Answer(status=304))
    trending = source(server, listing="trending")
    seen = seen_of(list(trending.dumps({}, now=NOW)))
    assert list(trending.dumps(seen, now=NOW)) == []


def test_a_long_listing_comes_in_pages_and_its_first_page_is_read_last(server: Server) -> None:
    """So it is known as read only when all of it was."""
    path = f"{API}month=2026-11&limit=100"
    server.says(path, papers(100, "a"))
    server.says(f"{path}&p=1", papers(97, "b"))
    server.says(f"{path}&p=2", papers(4, "c"))
    dumps = list(source(server, listing="month", lookback=1).dumps({}, now=NOW))
    assert [dump.name.removeprefix(server.url) for dump in dumps] == [f"{path}&p=2", f"{path}&p=1", path]


def test_a_server_that_does_not_know_pages_is_asked_twice(server: Server) -> None:
    path = f"{API}date=2026-11-20&limit=100"
    server.says(path, papers(100))
    server.says(f"{path}&p=1", papers(100))
    assert len(list(source(server, lookback=1).dumps({}, now=NOW))) == 1
    assert len(server.asked) == 2


@pytest.mark.parametrize("body", [b"[]", b"{}", b"<html>", b"[" * 5000, b""])
def test_what_is_no_list_of_papers_has_one_page_and_is_for_the_format_to_judge(server: Server, body: bytes) -> None:
    server.says(f"{API}date=2026-11-20&limit=100", body)
    [dump] = source(server, lookback=1).dumps({}, now=NOW)
    with dump.open() as stream:
        assert stream.read() == body
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"listing": "year"}, "'year'; expected one of date, week, month, trending"),
        ({"listing": 7}, "expected one of"),
        ({"lookback": 400}, "from 1 to 366"),
        ({"base": "huggingface.co"}, "base is 'huggingface.co'"),
    ],
)
def test_a_wrong_option_is_said_at_once(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        HuggingFaceSource("daily", http=HttpClient(), **options)
