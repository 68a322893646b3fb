"""A harvest goes on where it stood, whatever happened in between."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from digest.errors import FetchError
from digest.sources.http import HttpClient
from digest.sources.oai import OaiSource
from tests.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)
LIST = "/oai?verb=ListRecords&metadataPrefix=arXiv"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def answer(inside: str, day: str = "2026-11-20") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{day}T06:15:01Z</responseDate><request>http://papers.example/oai</request>{inside}</OAI-PMH>"
    ).encode()


def page(*records: str, token: str | None = None, day: str = "2026-11-20") -> bytes:
    listed = "".join(f"<record><header><identifier>{one}</identifier></header></record>\n" for one in records)
    resume = "" if token is None else f'<resumptionToken cursor="0">{token}</resumptionToken>'
    return answer(f"<ListRecords>{listed}{resume}</ListRecords>", day)


def error(code: str, text: str = "") -> bytes:
    return answer(f'<error code="{code}">{text}</error>')


def resumed(token: str) -> str:
    return f"/oai?verb=ListRecords&resumptionToken={quote(token, safe='')}"


class Reader:
    """Reads a harvest as ingest does, as far as it comes."""

    def __init__(self, server: Server, **options: Any) -> None:
        self.source = OaiSource("oai", http=server.client, url=f"{server.url}/oai", allow_private=True, **options)
        self.seen: dict[str, str] = {}

    def read(self, now: datetime = NOW, *, most: int = 100) -> list[str]:
        found: list[str] = []
        for number, dump in enumerate(self.source.dumps(dict(self.seen), now=now), 1):
            with dump.open() as stream:
                found += [part.split(b"<")[0].decode() for part in stream.read().split(b"<identifier>")[1:]]
            self.seen[dump.name] = dump.validator or ""
            if number == most:  # killed
                break
        return found

    @property
    def progress(self) -> Any:
        [validator] = self.seen.values()
        return json.loads(validator)


def test_the_first_harvest_begins_some_days_back_and_the_next_where_it_ended(server: Server) -> None:
    server.says(f"{LIST}&set=cs&from=2026-11-06", page("a", "b"))
    server.says(f"{LIST}&set=cs&from=2026-11-20", page("b", "c", day="2026-11-23"))
    reader = Reader(server, set="cs")
    assert reader.read() == ["a", "b"]
    assert list(reader.seen) == [f"{server.url}{LIST}&set=cs"]
    assert reader.progress == {"from": "2026-11-20"}
    assert reader.read(NOW + timedelta(days=3)) == ["b", "c"]
    assert reader.progress == {"from": "2026-11-23"}


def test_the_repositorys_own_date_counts_but_never_the_future(server: Server) -> None:
    """A clock that is ahead over there must not skip what comes tomorrow."""
    server.says(f"{LIST}&from=2026-11-06", page("a", day="2026-11-19"), page("a", day="2031-01-01"))
    for ends in ("2026-11-19", "2026-11-20"):
        reader = Reader(server)
        reader.read()
        assert reader.progress == {"from": ends}


@pytest.mark.parametrize("since", ["2026-11-15", date(2026, 11, 15), datetime(2026, 11, 15, 8, tzinfo=UTC)])
def test_the_first_harvest_can_begin_at_a_date(server: Server, since: Any) -> None:
    server.says(f"{LIST}&from=2026-11-15", page("a"))
    assert Reader(server, since=since).read() == ["a"]


def test_pages_follow_each_other_by_their_tokens(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a", "b", token="x/y z|1"))
    server.says(resumed("x/y z|1"), page("c", token="2"))
    server.says(resumed("2"), page("d", token=""))
    assert Reader(server).read() == ["a", "b", "c", "d"]
    assert len(server.asked) == 3


def test_a_harvest_that_was_stopped_goes_on_with_its_token(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a", token="1", day="2026-11-19"))
    server.says(resumed("1"), page("b", token="2", day="2026-11-21"))
    server.says(resumed("2"), page("c", day="2026-11-21"))
    reader = Reader(server)
    assert reader.read(most=1) == ["a"]
    assert reader.progress == {"from": "2026-11-06", "token": "1", "asked": "2026-11-19"}
    assert reader.read(NOW + timedelta(days=1)) == ["b", "c"]
    assert reader.progress == {"from": "2026-11-19"}  # what came after the first page was asked for is still to come


@pytest.mark.parametrize("refusal", [error("badResumptionToken", "expired"), Answer(status=400), Answer(status=404)])
def test_an_expired_token_begins_again_where_the_harvest_was_complete(server: Server, refusal: Any) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a", token="1"), page("a", "b", token="2"))
    server.says(resumed("1"), refusal)
    server.says(resumed("2"), page("c"))
    reader = Reader(server)
    assert reader.read() == ["a", "a", "b", "c"]
    assert reader.progress == {"from": "2026-11-20"}


def test_tokens_that_always_expire_are_given_up(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a", token="1"))
    server.says(resumed("1"), error("badResumptionToken"))
    reader = Reader(server)
    with pytest.raises(FetchError, match="rejects its own resumption tokens"):
        reader.read()
    assert len(server.asked) == 6
    assert reader.progress["from"] == "2026-11-06"


def test_a_token_that_leads_back_to_itself_is_given_up(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a", token="1"))
    server.says(resumed("1"), page("b", token="1"))
    with pytest.raises(FetchError, match="same page again and again"):
        Reader(server).read()
    assert len(server.asked) == 3


def test_a_long_harvest_is_done_in_stretches(server: Server) -> None:
    server.says(f"{LIST}&from=2026-09-01&until=2026-10-01", page("a", token="1"))
    server.says(resumed("1"), page("b"), error("badResumptionToken"))
    server.says(f"{LIST}&from=2026-10-02&until=2026-11-01", error("noRecordsMatch"))
    server.says(f"{LIST}&from=2026-11-02", page("c"))
    reader = Reader(server, since="2026-09-01")
    assert reader.read(most=2) == ["a", "b"]
    assert reader.progress == {"from": "2026-10-02"}
    assert reader.read() == ["c"]
    assert reader.progress == {"from": "2026-11-20"}


def test_nothing_new_is_no_error(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", error("noRecordsMatch", "nothing"))
    assert Reader(server).read() == []


@pytest.mark.parametrize(
    ("code", "remedy"),
    [("badArgument", "check url, set and since"), ("cannotDisseminateFormat", "oai_dc"), ("x", "next run")],
)
def test_the_repositorys_error_is_said_with_its_words(server: Server, code: str, remedy: str) -> None:
    server.says(f"{LIST}&from=2026-11-06", error(code, "no tides here"))
    with pytest.raises(FetchError, match=f"{code}: no tides here; .*{remedy}"):
        Reader(server).read()


def test_busy_is_waited_for(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", Answer(status=503, headers={"Retry-After": "0"}), page("a"))
    assert Reader(server).read() == ["a"]


def test_an_error_in_the_middle_leaves_what_was_read(server: Server) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a", token="1"))
    server.says(resumed("1"), *[Answer(status=500)] * 4, page("b"))
    reader = Reader(server)
    with pytest.raises(FetchError, match="500"):
        reader.read()
    assert reader.read() == ["b"]


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-60], lambda raw: raw[: raw.index(b"<resumption") + 20]])
def test_a_page_that_was_cut_is_read_and_asked_for_again(server: Server, spoil: Any) -> None:
    """What stands is read, and the harvest is not taken for complete for want of a token."""
    server.says(f"{LIST}&from=2026-11-06", spoil(page("a", "b", token="1")), page("a", "b", "c"))
    reader = Reader(server)
    with pytest.raises(FetchError, match="sent an incomplete page"):
        reader.read()
    assert reader.progress == {"from": "2026-11-06"}
    assert reader.read() == ["a", "b", "c"]


def test_a_spoilt_record_does_not_hide_the_token(server: Server) -> None:
    spoilt = page("a", "b", "c", token="1").replace(b"<identifier>b", b"<identifier><b & b")
    server.says(f"{LIST}&from=2026-11-06", spoilt)
    server.says(resumed("1"), page("d"))
    assert Reader(server).read()[-1] == "d"


@pytest.mark.parametrize("body", [b"<html><title>Moved</title></html>", b"", b"{}", b"<rss/>"])
def test_what_is_no_oai_is_said(server: Server, body: bytes) -> None:
    server.says(f"{LIST}&from=2026-11-06", body)
    with pytest.raises(FetchError, match=r"did not answer with OAI-PMH.*check url"):
        Reader(server).read()


@pytest.mark.parametrize("validator", ["", "x", "[]", "{}", '{"from": 7}', '{"from": "soon"}'])
def test_a_validator_of_something_else_begins_anew(server: Server, validator: str) -> None:
    server.says(f"{LIST}&from=2026-11-06", page("a"))
    reader = Reader(server)
    reader.seen = {f"{server.url}{LIST}": validator}
    assert reader.read() == ["a"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"url": "oaipmh.arxiv.org"}, "begins with http"),
        ({"url": "https://papers.example/oai?verb=Identify"}, "without a question mark"),
        ({"since": "yesterday"}, "expected a date such as"),
        ({"since": 2026}, "expected a date"),
        ({"since": []}, "expected a date"),
        ({"set": 7}, "set is 7"),
        ({"prefix": None}, "prefix is None"),
        ({"lookback": -1}, "whole number"),
        ({"allow_private": "no"}, "true or false"),
    ],
)
def test_a_wrong_option_is_said_at_once(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        OaiSource("oai", http=HttpClient(), **options)
