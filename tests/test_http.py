"""The client asks politely, believes nobody, and ends in time."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from digest.errors import FetchError
from digest.sources.addresses import refusal
from digest.sources.http import Fetched, HttpClient, StatusError
from digest.sources.pace import Pace
from digest.sources.redact import shown
from tests.server import Answer, Asked, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST = b'[{"title": "A Survey of Tidal Locks"}]'


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Slept:
    """A clock that goes on while somebody sleeps, and remembers how long they did."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def clock(self) -> float:
        return time.monotonic() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def no_waiting(_seconds: float) -> None:
    """As many attempts as always, without the waits between them."""


def fetch(url: str, validator: str | None = None, **options: Any) -> Fetched | None:
    with HttpClient(**{"sleep": no_waiting, **options}) as client:
        return client.get(url, validator=validator, allow_private=True)


def body(url: str, **options: Any) -> bytes:
    fetched = fetch(url, **options)
    assert fetched is not None
    with fetched.open() as stream:
        return stream.read()


# ---------------------------------------------------------------------------------------------------- conditions


def test_an_answer_comes_with_what_is_known_of_it(server: Server) -> None:
    headers = {"Last-Modified": "Fri, 20 Nov 2026 06:15:00 GMT", "ETag": '"a1"'}
    fetched = fetch(server.says("/list", Answer(body=LIST, headers=headers)))
    assert fetched is not None
    assert fetched.modified == datetime(2026, 11, 20, 6, 15, tzinfo=UTC)
    dump = fetched.dump()
    assert (dump.name, dump.validator, dump.about.as_of) == (f"{server.url}/list", fetched.validator, None)
    for _ in range(2):
        with dump.open() as stream:
            assert stream.read() == LIST


def test_it_says_who_asks(server: Server) -> None:
    body(server.says("/list", LIST), contact="https://papers.example")
    [asked] = server.asked
    assert asked.headers["user-agent"].startswith("digest/")
    assert "https://papers.example" in asked.headers["user-agent"]
    assert "if-none-match" not in asked.headers
    assert asked.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("etag", ['"a1"', 'W/"a1"', "no-quotes", '"sp ace, comma"', '"caf\xe9"', '"\\""'])
def test_validators_go_back_verbatim(server: Server, etag: str) -> None:
    modified = "Fri, 20 Nov 2026 06:15:00 GMT "
    headers = {"ETag": etag, "Last-Modified": modified.strip()}
    url = server.says("/list", Answer(body=LIST, headers=headers), Answer(status=304, headers=headers))
    first = fetch(url)
    assert first is not None
    assert fetch(url, first.validator) is None
    assert server.asked[1].headers["if-none-match"] == etag
    assert server.asked[1].headers["if-modified-since"] == modified.strip()


def test_a_changed_listing_comes_whole_with_its_new_validator(server: Server) -> None:
    url = server.says(
        "/list", Answer(body=LIST, headers={"ETag": '"1"'}), Answer(body=LIST + b"\n", headers={"ETag": '"2"'})
    )
    first = fetch(url)
    assert first is not None
    second = fetch(url, first.validator)
    assert second is not None
    assert json.loads(second.validator)["etag"] == '"2"'
    assert second.body.size == len(LIST) + 1


def test_not_modified_without_a_condition_is_an_error(server: Server) -> None:
    with pytest.raises(StatusError, match="304"):
        fetch(server.says("/list", Answer(status=304)))


@pytest.mark.parametrize("validator", ["", "12-345", "[1]", '{"etag": 7}', "null", "{"])
def test_a_validator_of_something_else_makes_no_condition(server: Server, validator: str) -> None:
    assert fetch(server.says("/list", LIST), validator) is not None
    assert "if-none-match" not in server.asked[0].headers


# -------------------------------------------------------------------------------------------------------- retries


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(server: Server, status: int) -> None:
    assert body(server.says("/list", Answer(status=status), Answer(status=status), LIST)) == LIST
    assert len(server.asked) == 3


def test_what_does_not_pass_is_given_up(server: Server) -> None:
    with pytest.raises(StatusError, match="503 Service Unavailable; the next run tries again") as caught:
        fetch(server.says("/list", Answer(status=503)))
    assert len(server.asked) == 4
    assert caught.value.status == 503
    assert server.url in str(caught.value)


def test_the_waits_between_attempts_grow(server: Server) -> None:
    slept = Slept()
    with pytest.raises(StatusError, match="answered 503"):
        fetch(server.says("/list", Answer(status=503)), clock=slept.clock, sleep=slept.sleep, jitter=lambda: 0.5)
    assert slept.slept == [1.5, 2.5, 4.5]


def test_no_attempt_is_waited_for_longer_than_a_request_may_take(server: Server) -> None:
    slept = Slept()
    with pytest.raises(StatusError, match="answered 503"):
        fetch(server.says("/list", Answer(status=503)), clock=slept.clock, sleep=slept.sleep, request_seconds=3)
    assert len(slept.slept) == 1
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_waited_for(server: Server, status: int) -> None:
    slept = Slept()
    url = server.says("/list", Answer(status=status, headers={"Retry-After": "20"}), LIST)
    assert body(url, clock=slept.clock, sleep=slept.sleep) == LIST
    assert slept.slept == [pytest.approx(20, abs=1)]


def test_retry_after_as_a_date_is_compared_with_the_servers_own_clock(server: Server) -> None:
    """The two clocks need not agree."""

    def busy(_: Asked) -> Answer:
        headers = {"Date": "Fri, 20 Nov 1998 06:15:00 GMT", "Retry-After": "Fri, 20 Nov 1998 06:15:40 GMT"}
        return Answer(status=503, headers=headers)

    slept = Slept()
    url = server.says("/list", busy, LIST)
    assert body(url, clock=slept.clock, sleep=slept.sleep) == LIST
    assert slept.slept == [pytest.approx(40, abs=1)]


def test_retry_after_holds_for_the_whole_host(server: Server) -> None:
    slept = Slept()
    busy = server.says("/busy", Answer(status=503, headers={"Retry-After": "9"}))
    with HttpClient(clock=slept.clock, sleep=slept.sleep, request_seconds=20) as client:
        with pytest.raises(FetchError, match="asks to wait 9 s"):
            client.get(busy, allow_private=True)
        assert sum(slept.slept) == pytest.approx(18, abs=1)
        client.get(server.says("/list", LIST), allow_private=True)
    assert sum(slept.slept) == pytest.approx(27, abs=1)


def test_a_server_that_asks_to_wait_too_long_is_left_alone(server: Server) -> None:
    slept = Slept()
    url = server.says("/list", Answer(status=429, headers={"Retry-After": "86400"}))
    with pytest.raises(FetchError, match="asks to wait 86400 s; the next run tries again"):
        fetch(url, clock=slept.clock, sleep=slept.sleep)
    assert slept.slept == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("value", ["soon", "-5", "1.5", ""])
def test_a_senseless_retry_after_is_as_none(server: Server, value: str) -> None:
    url = server.says("/list", Answer(status=503, headers={"Retry-After": value}), LIST)
    assert body(url) == LIST


def test_a_server_that_is_not_there_is_said() -> None:
    with Server() as gone:
        url = gone.says("/list", LIST)
    with pytest.raises(FetchError, match="refused; check the address and the network"):
        fetch(url)


def test_a_name_that_does_not_exist_is_said() -> None:
    with pytest.raises(FetchError, match=r"the host no-such-host\.invalid cannot be found"):
        fetch("https://no-such-host.invalid/list")


# --------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(404, "check the address"), (403, "blocks programs"), (400, "source's options"), (204, "browser"), (599, "next")],
)
def test_an_error_is_a_sentence_and_never_a_dump(server: Server, status: int, remedy: str) -> None:
    page = b"" if status == 204 else b"<html><title>Daily Papers</title>A Survey of Tidal Locks</html>"
    with pytest.raises(StatusError, match=remedy) as caught:
        fetch(server.says("/list", Answer(status=status, body=page, headers={"Content-Type": "text/html"})))
    assert str(caught.value).startswith(f"{server.url}/list answered {status}")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://papers.example/list", "papers.example", "http://", "https://[::1", "//x/y"]
)
def test_only_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(FetchError, match=r"only http|not a web address"):
        fetch(url)


def test_a_password_in_the_address_is_used_and_not_shown(server: Server) -> None:
    server.says("/list", LIST)
    fetched = fetch(f"http://ada:secret@127.0.0.1:{server.port}/list")
    assert fetched is not None
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    assert fetched.dump().name == f"{server.url}/list"
    with pytest.raises(FetchError) as caught:
        fetch(f"http://ada:secret@127.0.0.1:{server.port}/nothing")
    assert "secret" not in str(caught.value)
    assert shown("https://papers.example/@ada?at=x@y") == "https://papers.example/@ada?at=x@y"


# ------------------------------------------------------------------------------------------------------ redirects


def to(place: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": place})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Server, status: int) -> None:
    server.says("/list", LIST)
    fetched = fetch(server.says("/old", to("/list", status)))
    assert fetched is not None
    assert fetched.url == f"{server.url}/old"  # the name stays, wherever the server keeps the thing today


def test_five_redirects_are_followed_and_no_more(server: Server) -> None:
    for number in range(6):
        server.says(f"/{number}", to(f"/{number + 1}"))
    server.says("/6", LIST)
    assert body(f"{server.url}/1") == LIST
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetch(f"{server.url}/0")


def test_a_loop_ends(server: Server) -> None:
    with pytest.raises(FetchError, match="more than 5 times"):
        fetch(server.says("/list", to("/list")))
    assert len(server.asked) == 6


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/list", "gopher://127.0.0.1/"])
def test_a_redirect_to_no_web_address_is_refused(server: Server, place: str) -> None:
    with pytest.raises(FetchError, match="only http"):
        fetch(server.says("/list", to(place)))


@pytest.mark.parametrize("place", ["http://127.0.0.2:{}/", "http://[::ffff:127.0.0.2]:{}/", "http://2130706434:{}/"])
def test_a_redirect_to_a_private_address_is_refused(server: Server, place: str) -> None:
    def public_is_only_this(address: str) -> str | None:
        return None if address == "127.0.0.1" else refusal(address)

    url = server.says("/list", to(place.format(server.port)))
    with HttpClient(refuse=public_is_only_this) as client, pytest.raises(FetchError, match="a loopback address"):
        client.get(url)
    assert server.paths == ["/list"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0", "[::]"]
)
def test_this_machine_is_not_asked_unless_that_is_allowed(server: Server, host: str) -> None:
    server.says("/list", LIST)
    with HttpClient() as client, pytest.raises(FetchError, match="allow_private = true"):
        client.get(f"http://{host}:{server.port}/list")
    assert server.asked == []


def test_what_is_allowed_for_one_source_is_not_for_another(server: Server) -> None:
    """A connection that one source may have is not lent to one that may not."""
    url = server.says("/list", LIST)
    with HttpClient() as client:
        assert client.get(url, allow_private=True) is not None
        with pytest.raises(FetchError, match="loopback"):
            client.get(url)
        assert client.get(url, allow_private=True) is not None
    assert len(server.asked) == 2


# ----------------------------------------------------------------------------------------------------------- TLS


def test_tls_sees_the_name_though_the_connection_goes_to_the_address() -> None:
    authority = trustme.CA()
    served, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(served)
    authority.configure_trust(trusting)
    names: list[str | None] = []
    served.sni_callback = lambda _socket, name, _context: names.append(name)
    with Server(served) as server:
        server.says("/list", LIST)
        assert body(f"https://localhost:{server.port}/list", ssl_context=trusting) == LIST
        assert server.asked[0].headers["host"] == f"localhost:{server.port}"
        assert names == ["localhost"]


def test_who_cannot_be_trusted_is_not_asked() -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(served)
    with Server(served) as server, pytest.raises(FetchError, match="certificate is not trusted"):
        fetch(f"https://localhost:{server.port}/list")
    assert server.asked == []


# --------------------------------------------------------------------------------------------------------- bodies


def test_a_packed_answer_is_unpacked(server: Server) -> None:
    packed = gzip.compress(LIST[:10]) + gzip.compress(LIST[10:])  # of two members
    assert body(server.says("/list", Answer(body=packed, headers={"Content-Encoding": "gzip"}))) == LIST


def test_a_file_that_is_an_archive_stays_one(server: Server) -> None:
    packed = gzip.compress(LIST)
    assert body(server.says("/list.gz", Answer(body=packed, headers={"Content-Type": "application/gzip"}))) == packed


def test_a_bomb_is_refused_in_bounded_memory(server: Server) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    url = server.says("/list", Answer(body=bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="sends more than 8 MiB"):
        fetch(url, most_bytes=8 * 2**20)
    assert len(bomb) < 2**17
    assert len(server.asked) == 1


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,identity", "x"])
def test_an_encoding_that_was_not_asked_for_is_refused(server: Server, encoding: str) -> None:
    with pytest.raises(FetchError, match="did not ask for"):
        fetch(server.says("/list", Answer(body=LIST, headers={"Content-Encoding": encoding})))


def test_a_body_without_end_is_cut_off(server: Server) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"papers " * 9000

    with pytest.raises(FetchError, match="sends more than 5 MiB; save it to a file and read that"):
        fetch(server.says("/list", Answer(body=endless())), most_bytes=5 * 2**20)


def test_a_body_of_many_mebibytes_is_kept_in_a_file_that_goes_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    big = LIST * 200_000
    fetched = fetch(server.says("/list", big))
    assert fetched is not None
    [spooled] = tmp_path.iterdir()
    assert spooled.stat().st_size == fetched.body.size == len(big)
    with fetched.open() as one, fetched.open() as other:
        assert one.read(9) == other.read(9) == big[:9]
        assert one.read() == big[9:]
    del fetched
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_said(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(FetchError, match="could not be saved: No such file or directory; is the disk full"):
        fetch(server.says("/list", LIST * 200_000))


@pytest.mark.parametrize("times", [1, 9])
def test_a_body_that_was_cut_short_is_never_taken_for_whole(server: Server, times: int) -> None:
    cut = Answer(body=LIST[:9], headers={"Content-Length": str(len(LIST))})
    url = server.says("/list", *[cut] * times, LIST)
    if times == 1:
        assert body(url) == LIST
    else:
        with pytest.raises(FetchError, match=r"could not be fetched: peer closed connection without sending"):
            fetch(url)
        assert len(server.asked) == 4


def test_a_packed_body_that_was_cut_short_is_never_taken_for_whole(server: Server) -> None:
    packed = gzip.compress(LIST)
    for cut in (packed[:-9], packed[:12], b"\x1f\x8bnot packed at all"):
        url = server.says("/list", Answer(body=cut, headers={"Content-Encoding": "gzip"}))
        with pytest.raises(FetchError, match=r"is not complete|cannot be decompressed"):
            fetch(url)


# ----------------------------------------------------------------------------------------------------------- time


def drip(done: threading.Event) -> Iterator[bytes]:
    while not done.wait(0.01):
        yield b"."


def test_a_body_that_drips_ends_in_time(server: Server) -> None:
    done = threading.Event()
    try:
        with pytest.raises(FetchError, match=r"took longer than 0\.15 s; the next run tries again"):
            fetch(server.says("/list", Answer(body=drip(done))), request_seconds=0.15)
    finally:
        done.set()


def test_headers_that_drip_end_in_time(server: Server) -> None:
    """No single read is slow, and no read ever brings the end of the headers."""
    done = threading.Event()

    class Dripping(dict[str, str]):
        def items(self) -> Any:
            for piece in drip(done):
                yield "X-Drip", piece.decode()

    def slow(_: Asked) -> Answer:
        return Answer(headers=Dripping())

    try:
        with pytest.raises(FetchError, match=r"took longer than 0\.15 s"):
            fetch(server.says("/list", slow), request_seconds=0.15)
    finally:
        done.set()


def test_a_server_that_says_nothing_ends_in_time(server: Server) -> None:
    done = threading.Event()

    def silent(_: Asked) -> Answer:
        done.wait(5)
        return Answer()

    try:
        with pytest.raises(FetchError, match=r"took longer than 0\.1 s"):
            fetch(server.says("/list", silent), request_seconds=0.1)
    finally:
        done.set()


def test_a_run_that_is_over_asks_nobody_any_more(server: Server) -> None:
    slept = Slept()
    url = server.says("/list", LIST)
    with HttpClient(run_seconds=60, clock=slept.clock, sleep=slept.sleep) as client:
        assert client.get(url, allow_private=True) is not None
        slept.sleep(61)
        with pytest.raises(FetchError, match="the 60 s of this run are over; the next run continues"):
            client.get(url, allow_private=True)
    assert len(server.asked) == 1


# ----------------------------------------------------------------------------------------------------------- pace


def test_a_paced_host_is_asked_once_at_a_time_on_redirects_too(server: Server, tmp_path: Path) -> None:
    now = [1_000_000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def client() -> HttpClient:
        return HttpClient(pace=Pace(tmp_path / "pace", hosts={"127.0.0.1"}, clock=lambda: now[0], sleep=sleep))

    server.says("/list", LIST)
    url = server.says("/old", Answer(status=503), to("/list"))
    with client() as one, client() as other:
        one.get(url, allow_private=True)
        other.get(url, allow_private=True)
    assert server.paths == ["/old", "/old", "/list", "/old", "/list"]
    assert now[0] == pytest.approx(1_000_012.0)
    assert {asked.headers["connection"] for asked in server.asked} == {"close"}


def test_threads_share_a_client(server: Server) -> None:
    urls = [server.says(f"/{number}", LIST) for number in range(8)]
    with HttpClient() as client:
        threads = [threading.Thread(target=client.get, args=(url,), kwargs={"allow_private": True}) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(server.paths) == [f"/{number}" for number in range(8)]
