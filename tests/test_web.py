"""What the service answers over HTTP."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.app import App
from digest.config import Settings
from digest.model import Receipt, Status
from digest.web.files import is_served
from digest.web.public import public

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ADDRESS = "ada@example.org"
SECRET = b"nobody may read this"
FILES = {
    "feeds/decoding.rss.xml": b"<rss/>",
    "feeds/decoding.atom.xml": b"<feed/>",
    "feeds/decoding.json": b"{}",
    "feeds/subscriptions.opml": b"<opml/>",
    "index.html": b"<!doctype html><title>Papers</title><p>" + b"many words " * 200,
    "2026-11-20.html": b"<!doctype html><title>Friday</title>",
    "style.css": b"body { margin: 0 }",
    "data.bin": b"\x00\x01",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An app whose output folder has public files, and some that nobody may see."""
    for name, content in FILES.items():
        file = tmp_path / "out" / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for name in (
        "secret.txt",
        "out/mail/2026-11-20/ada.eml",
        "out/site/feeds/.a1b2.tmp",
        "out/feeds/old.rss.xml",
        "out/site/.git/config",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(SECRET)
    settings = Settings.model_validate(
        {
            "digest": {"title": "Papers & <Co>", "base_url": "https://papers.example"},
            "store": {"url": f"sqlite:///{tmp_path / 'out' / 'digest.db'}"},
            "output": {"path": tmp_path / "out"},
            "source": [{"name": "inbox", "kind": "files"}],
            "profile": [{"name": "decoding", "title": "Decoding", "keywords": ["decoding"]}],
        }
    )
    made = App(settings=settings, clock=lambda: NOW)
    yield made
    made.close()


def ask(app: App, path: str, method: str = "GET", *, follow: bool = False, **arguments: Any) -> httpx.Response:
    """One request, without a server between."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app=public(app))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://papers.example", follow_redirects=follow
        ) as client:
            return await client.request(method, path, **arguments)

    return asyncio.run(answer())


# ------------------------------------------------------------------------------------------------ public files


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/feeds/decoding.rss.xml", "application/rss+xml"),
        ("/feeds/decoding.atom.xml", "application/atom+xml"),
        ("/feeds/decoding.json", "application/feed+json"),
        ("/feeds/subscriptions.opml", "text/x-opml; charset=utf-8"),
        ("/2026-11-20.html", "text/html; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/data.bin", "application/octet-stream"),
    ],
)
def test_a_file_comes_with_its_media_type(app: App, path: str, media_type: str) -> None:
    answer = ask(app, path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content == FILES[path.removeprefix("/")]


@pytest.mark.parametrize("path", ["/", "/index.html", "/site", "/site/", "/site/index.html"])
def test_the_front_page_is_at_the_root_and_where_it_used_to_be(app: App, path: str) -> None:
    answer = ask(app, path, follow=True)

    assert answer.url.path in ("/", "/site/", path)
    assert answer.content == FILES["index.html"]


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_at_both_addresses(app: App, name: str) -> None:
    """Links are relative: from a page at either address they lead to the other files there."""
    assert ask(app, f"/{name}").content == ask(app, f"/site/{name}").content == FILES[name]


def test_redirects_keep_to_the_address_that_was_asked(app: App) -> None:
    """They are relative: behind a proxy the service does not know where it stands."""
    answer = ask(app, "/site")

    assert (answer.status_code, answer.headers["location"]) == (307, "site/")


@pytest.mark.parametrize(
    "path",
    [
        "/digest.db",
        "/mail/2026-11-20/ada.eml",
        "/secret.txt",
        "/feeds",
        "/feeds/",
        "/feeds/unknown.rss.xml",
        "/feeds/.a1b2.tmp",
        "/feeds/old.rss.xml",
        "/site.json",
        "/site/.git/config",
        "/feeds/decoding.rss.xml/",
        "/feeds/%2e%2e/digest.db",
        "/feeds/..%2fdigest.db",
        "/feeds/%2e%2e/%2e%2e/secret.txt",
        "/feeds/x/../../digest.db",
        "/site/..%5c..%5csecret.txt",
        "/site/%00",
        "/site//index.html",
        "/site/" + "a" * 5000,
        "/FEEDS/decoding.rss.xml",
        "/unsubscribe/",
    ],
)
def test_nothing_else_is_served(app: App, path: str) -> None:
    app.store.last_seq()  # makes the history

    answer = ask(app, path)

    assert answer.status_code == 404
    assert SECRET not in answer.content
    assert b"SQLite" not in answer.content


@example("feeds/../../secret.txt")
@example("\u2025/secret.txt")
@given(st.text(st.sampled_from("./\\%~:\x00afeds ecrtsixm"), max_size=40))
def test_no_path_leads_out(path: str) -> None:
    """What is served at all has no step that leads up or is hidden."""
    if is_served(path):
        steps = path.split("/")
        assert all(step and not step.startswith(".") and "\\" not in step and "\x00" not in step for step in steps)


def test_a_missing_page_is_told_in_a_sentence(app: App) -> None:
    answer = ask(app, "/site/2020/x<y>.html")

    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text
    assert 'href="../../style.css"' in answer.text
    assert "Papers &amp; &lt;Co&gt;" in answer.text


@pytest.mark.parametrize(
    "path", ["/a" * 30_000, "/" + "a" * 60_000, "/a" + "/" * 60_000, "/unsubscribe/" + "a" * 60_000]
)
def test_a_long_path_gets_no_longer_a_page(app: App, path: str) -> None:
    answer = ask(app, path)
    assert answer.status_code == 404
    assert len(answer.content) < 10_000


def test_files_are_only_read(app: App) -> None:
    answer = ask(app, "/feeds/decoding.json", "DELETE")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD" or answer.headers["allow"] == "HEAD, GET"


# ---------------------------------------------------------------------------------------- conditional requests


def test_head_tells_what_get_would(app: App) -> None:
    got, head = ask(app, "/feeds/decoding.rss.xml"), ask(app, "/feeds/decoding.rss.xml", "HEAD")

    assert head.status_code == 200
    assert head.headers == got.headers


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_client_has_is_not_sent_again(app: App, form: str) -> None:
    first = ask(app, "/feeds/decoding.rss.xml")
    etag = first.headers["etag"]

    again = ask(app, "/feeds/decoding.rss.xml", headers={"If-None-Match": form.format(etag)})

    assert re.fullmatch(r'"[^"]+"', etag)
    assert again.status_code == 304
    assert again.content == b""
    for name in ("etag", "last-modified", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]


def test_a_file_that_changed_is_sent(app: App) -> None:
    first = ask(app, "/feeds/decoding.rss.xml")
    (app.settings.output.path / "site" / "feeds" / "decoding.rss.xml").write_bytes(b"<rss>new</rss>")

    again = ask(app, "/feeds/decoding.rss.xml", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (200, b"<rss>new</rss>")
    assert again.headers["etag"] != first.headers["etag"]


def test_the_same_content_has_the_same_etag(app: App) -> None:
    """Whenever it was written: a restored backup makes nobody read again."""
    file = app.settings.output.path / "site" / "feeds" / "decoding.rss.xml"
    etag = ask(app, "/feeds/decoding.rss.xml").headers["etag"]
    os.utime(file, (1_000_000_000, 1_000_000_000))

    answer = ask(app, "/feeds/decoding.rss.xml")

    assert answer.headers["etag"] == etag
    assert answer.headers["last-modified"] == "Sun, 09 Sep 2001 01:46:40 GMT"


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Sun, 09 Sep 2001 01:46:40 GMT", 304),
        ("Sun, 09 Sep 2001 01:46:41 GMT", 304),
        ("Sun, 09 Sep 2001 01:46:39 GMT", 200),
        ("yesterday", 200),
        ("", 200),
    ],
)
def test_a_date_can_stand_in_for_an_etag(app: App, since: str, status: int) -> None:
    os.utime(app.settings.output.path / "site" / "feeds" / "decoding.rss.xml", (1_000_000_000.7, 1_000_000_000.7))

    assert ask(app, "/feeds/decoding.rss.xml", headers={"If-Modified-Since": since}).status_code == status


def test_an_etag_counts_more_than_a_date(app: App) -> None:
    headers = {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"}

    assert ask(app, "/feeds/decoding.rss.xml", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip; q=0", False), ("gzip;q=0.000", False), ("identity", False),
     ("", False), ("x-gzipped", False)],
)  # fmt: skip
def test_it_is_zipped_for_those_who_can_read_it(app: App, accepted: str, zipped: bool) -> None:
    answer = ask(app, "/site/index.html", headers={"Accept-Encoding": accepted})

    assert answer.content == FILES["index.html"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert (answer.headers.get("content-encoding") == "gzip") is zipped
    assert (int(answer.headers["content-length"]) < len(answer.content)) is zipped


def test_each_encoding_has_an_etag_of_its_own(app: App) -> None:
    """A strong ETag names bytes."""
    plain = ask(app, "/site/index.html", headers={"Accept-Encoding": "identity"}).headers["etag"]
    zipped = ask(app, "/site/index.html", headers={"Accept-Encoding": "gzip"}).headers["etag"]

    assert plain != zipped
    answer = ask(app, "/site/index.html", headers={"Accept-Encoding": "identity", "If-None-Match": zipped})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/site/index.html", "/feeds/decoding.json", "/nowhere", "/healthz",
                                  "/unsubscribe/x"])  # fmt: skip
def test_a_browser_may_do_nothing_but_show_it(app: App, path: str) -> None:
    headers = ask(app, path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_feeds_and_pages_may_be_kept_for_a_while(app: App) -> None:
    assert ask(app, "/feeds/decoding.json").headers["cache-control"] == "public, max-age=300"


# -------------------------------------------------------------------------------------------------- unsubscribe


def link(app: App, address: str = ADDRESS) -> str:
    return app.unsubscribe_url(address).removeprefix("https://papers.example")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(app: App, method: str) -> None:
    """Programs that look for evil open every link of a mail."""
    answer = ask(app, link(app), method)

    assert answer.status_code == 200
    assert app.store.is_subscribed(ADDRESS)


def test_the_link_leads_to_one_button(app: App) -> None:
    answer = ask(app, link(app))

    assert ADDRESS in answer.text
    assert answer.text.count("<form") == answer.text.count("<button") == 1
    assert '<form method="post">' in answer.text  # to the same address
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert 'href="../style.css"' in answer.text


def test_the_button_ends_the_subscription(app: App) -> None:
    answer = ask(app, link(app), "POST", data={})

    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert "<form" not in answer.text
    assert not app.store.is_subscribed(ADDRESS)
    assert app.store.is_subscribed("bob@example.org")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": {"List-Unsubscribe": "One-Click"}}, id="urlencoded"),
        pytest.param({"files": {"List-Unsubscribe": (None, "One-Click")}}, id="multipart"),
        pytest.param({"content": b"\xff\x00 anything"}, id="neither"),
    ],
)
def test_mail_programs_do_it_with_one_click(app: App, body: dict[str, Any]) -> None:
    """RFC 8058: no cookie, no redirect, in either form encoding."""
    answer = ask(app, link(app), "POST", **body)

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert not app.store.is_subscribed(ADDRESS)


def test_a_subscription_that_has_ended_has_no_button(app: App) -> None:
    ask(app, link(app), "POST")

    answer = ask(app, link(app))

    assert "You are unsubscribed" in answer.text
    assert "<button" not in answer.text


def test_every_page_leads_to_the_feeds(app: App) -> None:
    """Readers find them from whatever page somebody is on."""
    for path in (link(app), "/a/b/nowhere"):
        up = "../" * (path.count("/") - 1)
        assert (
            f'type="application/rss+xml" title="Decoding (RSS)" href="{up}feeds/decoding.rss.xml"'
            in ask(app, path).text
        )


def test_twice_is_as_good_as_once(app: App) -> None:
    first, second = (ask(app, link(app), "POST") for _ in range(2))

    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert not app.store.is_subscribed(ADDRESS)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "%C3%A9", "%ff", "%00", "x" * 4000, "{token}A", "%3Cscript%3E"])
def test_a_link_that_is_not_ours_does_nothing(app: App, method: str, token: str) -> None:
    ours = link(app).rpartition("/")[2]

    answer = ask(app, f"/unsubscribe/{token.format(token=ours)}", method)

    assert answer.status_code == 404
    assert "This link does not work" in answer.text
    assert "<form" not in answer.text
    assert "<script" not in answer.text
    assert app.store.is_subscribed(ADDRESS)


def test_an_address_is_text(app: App) -> None:
    answer = ask(app, link(app, '"<b>"@example.org'))

    assert "<b>" not in answer.text
    assert "&lt;b&gt;" in answer.text


# ------------------------------------------------------------------------------------------------------- health


def test_health_says_when_it_last_ran(app: App) -> None:
    assert ask(app, "/healthz").json() == {"status": "ok", "last_run": None, "sources": {}}
    receipt = Receipt(
        source="inbox", dump=None, format=None, status=Status.QUIET, reason="nothing", at=NOW, day=date(2026, 11, 21)
    )
    named = replace(receipt, source="/home/ada/x.txt", at=NOW + timedelta(hours=1))
    with app.store.recording() as recording:
        recording.receipt(receipt, None)
        recording.receipt(named, None)  # what somebody read by hand says nothing of the service, and where they live

    answer = ask(app, "/healthz")

    assert answer.json() == {
        "status": "ok",
        "last_run": "2026-11-21T09:30:00+00:00",
        "sources": {"inbox": {"at": "2026-11-21T09:30:00+00:00", "status": "quiet"}},
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "method"), [("/healthz", "GET"), ("/unsubscribe/x", "GET"), ("/unsubscribe/x", "POST")]
)
def test_without_a_history_it_says_so(tmp_path: Path, path: str, method: str) -> None:
    """503: a monitor notices, and a mail program tries its click again."""
    (tmp_path / "digest.db").write_bytes(b"this is no history, but somebody's notes\n" * 100)
    app = App(settings=Settings.model_validate({"store": {"url": f"sqlite:///{tmp_path / 'digest.db'}"}}))

    answer = ask(app, path, method)

    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert str(tmp_path) not in answer.text
    assert "digest.db" not in answer.text
