"""What stands behind an address is read when it changed; of dated listings none is missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from digest.dump import Dump
from digest.errors import FetchError
from digest.sources.feed import FeedSource
from digest.sources.http import HttpClient
from digest.sources.url import UrlSource, url_dump
from tests.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

FRIDAY = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Reader:
    """Reads what a source yields as ingest does, and remembers the validators."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def read(self, source: Any, now: datetime = FRIDAY) -> list[tuple[date | None, bytes]]:
        """The dumps' days and contents; for one that can't be opened what is said of it."""
        found = []
        for dump in source.dumps(dict(self.seen), now=now):
            assert isinstance(dump, Dump)
            try:
                with dump.open() as stream:
                    found.append((dump.about.as_of, stream.read()))
            except FetchError as error:
                found.append((dump.about.as_of, str(error).encode()))
                continue
            assert dump.validator
            self.seen[dump.name] = dump.validator
        return found


def url_source(server: Server, path: str, **options: Any) -> UrlSource:
    return UrlSource("list", http=server.client, url=server.url + path, **{"allow_private": True, **options})


# ------------------------------------------------------------------------------------------------------ one address


def test_a_listing_is_read_when_it_changed(server: Server) -> None:
    new = [Answer(body=body, headers={"ETag": f'"{body.decode()}"'}) for body in (b"one", b"two")]
    source = url_source(server, "/list")
    server.says("/list", new[0], Answer(status=304), new[1])
    reader = Reader()
    assert [reader.read(source) for _ in range(3)] == [[(None, b"one")], [], [(None, b"two")]]
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"one"', '"one"']
    assert list(reader.seen) == [f"{server.url}/list"]


def test_the_same_listing_without_a_condition_is_read_again(server: Server) -> None:
    """Its receipt says that it is stale."""
    server.says("/list", b"one")
    source, reader = url_source(server, "/list"), Reader()
    assert reader.read(source) == reader.read(source) == [(None, b"one")]


def test_what_is_not_there_is_said(server: Server) -> None:
    with pytest.raises(FetchError, match="404 Not Found; check the address"):
        Reader().read(url_source(server, "/list"))


def test_a_private_address_is_refused_unless_the_configuration_allows_it(server: Server) -> None:
    server.says("/list", b"one")
    with pytest.raises(FetchError, match="allow_private = true"):
        Reader().read(url_source(server, "/list", allow_private=False))


def test_a_feed_is_read_when_it_changed(server: Server) -> None:
    headers = {"Last-Modified": "Fri, 20 Nov 2026 06:00:00 GMT"}
    url = server.says("/feed.xml", Answer(body=b"<rss/>", headers=headers), Answer(status=304))
    source = FeedSource("feed", http=server.client, url=url, allow_private=True)
    reader = Reader()
    assert reader.read(source) == [(None, b"<rss/>")]
    assert reader.read(source, FRIDAY + DAY) == []
    assert server.asked[1].headers["if-modified-since"] == headers["Last-Modified"]


# ------------------------------------------------------------------------------------------------------------ dates


def days(server: Server, *dates: str) -> None:
    for day in dates:
        server.says(f"/{day}", day.encode())


def test_every_date_is_asked_for_once_it_is_there(server: Server) -> None:
    days(server, "2026-11-18", "2026-11-19", "2026-11-20")
    source, reader = url_source(server, "/{date}", lookback=3), Reader()
    assert reader.read(source) == [
        (date(2026, 11, 18), b"2026-11-18"),
        (date(2026, 11, 19), b"2026-11-19"),
        (date(2026, 11, 20), b"2026-11-20"),
    ]
    assert reader.read(source) == []
    assert server.paths[3:] == ["/2026-11-20"]  # today may still get longer


def test_a_listing_that_was_read_before_its_day_was_over_is_read_once_more(server: Server) -> None:
    server.says("/2026-11-20", b"morning", b"morning and evening")
    source, reader = url_source(server, "/{date}", lookback=2), Reader()
    assert reader.read(source) == [(FRIDAY.date(), b"morning")]
    server.says("/2026-11-21", b"saturday")
    saturday = [(FRIDAY.date(), b"morning and evening"), (FRIDAY.date() + DAY, b"saturday")]
    assert reader.read(source, FRIDAY + DAY) == saturday
    server.asked.clear()
    assert reader.read(source, FRIDAY + DAY) == []
    assert server.paths == ["/2026-11-21"]


def test_dates_missed_in_an_outage_are_asked_for_afterwards_oldest_first(server: Server) -> None:
    days(server, *(f"2026-11-{day:02}" for day in range(1, 21)))
    source, reader = url_source(server, "/{date}"), Reader()
    reader.read(source, datetime(2026, 11, 12, 6, tzinfo=UTC))
    server.asked.clear()
    found = reader.read(source, FRIDAY)
    assert [body for _, body in found] == [b"2026-11-%d" % day for day in range(13, 21)]
    assert server.paths == [f"/2026-11-{day}" for day in range(12, 21)]


def test_an_outage_longer_than_the_lookback_costs_what_lies_beyond_it(server: Server) -> None:
    days(server, *(f"2026-{month}-{day:02}" for month in (10, 11) for day in range(1, 31)))
    source, reader = url_source(server, "/{date}"), Reader()
    reader.read(source, datetime(2026, 10, 20, 6, tzinfo=UTC))
    server.asked.clear()
    reader.read(source, FRIDAY)
    assert server.paths == [f"/2026-11-{day:02}" for day in range(7, 21)]


def test_a_date_without_a_listing_is_no_error_and_is_asked_for_again(server: Server) -> None:
    days(server, "2026-11-18", "2026-11-20")
    source, reader = url_source(server, "/{date}", lookback=3), Reader()
    assert [body for _, body in reader.read(source)] == [b"2026-11-18", b"2026-11-20"]
    days(server, "2026-11-19")
    assert reader.read(source) == [(date(2026, 11, 19), b"2026-11-19")]


def test_an_address_at_which_nothing_ever_was_is_an_error(server: Server) -> None:
    with pytest.raises(FetchError, match=r"none of the last 14 listings exists; .*404"):
        Reader().read(url_source(server, "/{date}"))


def test_a_weekend_is_quiet_and_a_week_without_listings_is_an_error(server: Server) -> None:
    days(server, *(f"2026-11-{day:02}" for day in range(7, 21)))
    source, reader = url_source(server, "/{date}"), Reader()
    reader.read(source)
    assert reader.read(source, FRIDAY + 3 * DAY) == []
    assert reader.read(source, FRIDAY + 6 * DAY) == []
    with pytest.raises(FetchError, match="none of the last 7 listings exists"):
        reader.read(source, FRIDAY + 7 * DAY)


def test_a_date_that_cannot_be_had_does_not_hold_up_the_others(server: Server) -> None:
    days(server, "2026-11-18", "2026-11-20")
    server.says("/2026-11-19", *[Answer(status=500)] * 4, b"mended")
    source, reader = url_source(server, "/{date}", lookback=3), Reader()
    first, second, third = reader.read(source)
    assert (first[1], third[1]) == (b"2026-11-18", b"2026-11-20")
    assert b"/2026-11-19 answered 500" in second[1]
    assert reader.read(source) == [(date(2026, 11, 19), b"mended")]


def test_a_server_that_is_down_is_asked_for_two_dates_only(server: Server) -> None:
    for day in range(7, 21):
        server.says(f"/2026-11-{day:02}", Answer(status=503))
    days(server, "2026-11-07")
    source, reader = url_source(server, "/{date}"), Reader()
    with pytest.raises(FetchError, match="2026-11-09 answered 503"):
        reader.read(source)
    assert list(reader.seen) == [f"{server.url}/2026-11-07"]
    assert set(server.paths) == {"/2026-11-07", "/2026-11-08", "/2026-11-09"}


def test_dates_are_written_as_the_address_wants_them(server: Server) -> None:
    server.says("/2026/11/20.txt?day=20261120&{x}", b"found")
    server.says("/2026/11/20.txt?day=20261120&%7Bx%7D", b"found")
    source = url_source(server, "/{date:%Y/%m/%d}.txt?day={date:%Y%m%d}&{x}", lookback=1)
    assert Reader().read(source) == [(FRIDAY.date(), b"found")]


def test_a_listing_of_several_days_is_asked_for_once_and_dates_nothing(server: Server) -> None:
    server.says("/2026-W46", b"last week")
    server.says("/2026-W47", b"this week", b"this week")
    source, reader = url_source(server, "/{date:%G-W%V}", lookback=7), Reader()
    assert reader.read(source) == [(None, b"last week"), (None, b"this week")]
    assert reader.read(source, FRIDAY + DAY) == []
    assert server.paths == ["/2026-W46", "/2026-W47", "/2026-W47"]


# ------------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "url is missing"),
        ({"url": " "}, "url is missing"),
        ({"url": "file:///etc/passwd"}, "begins with http"),
        ({"url": "papers.example/{date}"}, "begins with http"),
        ({"url": 7}, "expected a text"),
        ({"url": "https://papers.example", "lookback": 0}, "from 1 to 366"),
        ({"url": "https://papers.example", "lookback": "7"}, "whole number"),
        ({"url": "https://papers.example", "lookback": True}, "whole number"),
        ({"url": "https://papers.example", "allow_private": "false"}, "true or false"),
    ],
)
def test_a_wrong_option_is_said_at_once(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        UrlSource("list", http=HttpClient(), **options)


@pytest.mark.parametrize("url", ["", "feed.xml", "ftp://papers.example/feed"])
def test_a_feed_needs_an_address(url: str) -> None:
    with pytest.raises(ValueError, match="url is"):
        FeedSource("feed", http=HttpClient(), url=url)


# ------------------------------------------------------------------------------------------ named on the command line


def test_a_named_address_is_fetched_when_it_is_opened(server: Server) -> None:
    dump = url_dump(server.says("/list", b"one"), date(2026, 11, 20))
    assert server.asked == []
    assert (dump.name, dump.about.as_of, dump.validator) == (f"{server.url}/list", date(2026, 11, 20), None)
    for http in (None, server.client):
        with url_dump(dump.name, None, http).open() as stream:
            assert stream.read() == b"one"


def test_a_named_address_that_leads_to_nothing_says_so(server: Server) -> None:
    with pytest.raises(FetchError, match="404"):
        url_dump(f"{server.url}/nothing", None).open()


def test_a_named_address_is_asked_several_times(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    """Without a word about each attempt: what did not help is in the error."""
    with pytest.raises(FetchError, match="answered 503"):
        url_dump(server.says("/list", Answer(status=503)), None, server.client).open()
    assert len(server.asked) == 4
    assert capfd.readouterr() == ("", "")
