"""What an earlier version left behind, opened by this one: nothing that anybody relies on is lost.

``tests/data/upgrade`` has a history with editions in every state, and says how it was made.
"""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from digest.cli import main
from tests.conftest import ROOT
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DATA = ROOT / "tests" / "data" / "upgrade"
#: the moment at which the old version stopped: on a Friday, with mail waiting
THEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
#: the mails that had not gone out, with the Message-IDs that they have had since they were made
WAITING = {
    "ada@example.org": "<20261120.283b6d788b73b1551caa1a8430a8371d@papers.example>",
    "bob@example.org": "<20261120.06142cccc69bcd3192c53b1ec7155faf@papers.example>",
    "dan@example.org": "<20261120.3d3ac47a324d847f5664b0ee07535129@papers.example>",
    "eve@example.org": "<20261120.3ba8bdc75e59b25e4012bf46b5c3f00e@papers.example>",
    "kim@example.org": "<20261120.87018e94565029e65aaabc82cf5d1009@papers.example>",
}
#: all whom the configuration or the history names, those who have unsubscribed too
PEOPLE = {"ada", "bob", "carol", "dan", "eve", "fay", "gus", "hal", "ivy", "kim"}
#: a link that an old mail carries
UNSUBSCRIBE = "https://papers.example/unsubscribe/ImFkYUBleGFtcGxlLm9yZyI.cVVX7zCxUy2K-IhMU3M9TUVs3fY"
#: what each row of these tables says must be the same afterwards
KEPT = {
    "papers": "key, first_seq, title, abstract, upvotes, withdrawn",
    "aliases": "alias, paper_id",
    "absorbed": "paper_id, key, into_id",
    "changes": "seq, kind, paper_id, at, day, source",
    "receipts": "source, dump, format, status, read, new, revised, seen, rejected, reason, at, day, batch",
    "dumps": "source, name, validator, read_at",
    "editions": "reader, date, from_seq, to_seq, considered, message_id, created_at, state, attempts, first_attempt,"
    " next_attempt, error, sent_at",
    "feedback": "profile, paper_key, direction, at",
    "unsubscriptions": "address, at",
    "secrets": "purpose, value",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The folder of somebody who has just installed the present version."""
    made = World(tmp_path, now=THEN, config=(DATA / "digest.toml").read_text(encoding="utf-8"))
    out = tmp_path / "out"
    out.mkdir()
    with closing(sqlite3.connect(out / "digest.db")) as database:
        database.executescript((DATA / "history.sql").read_text(encoding="utf-8").replace("{folder}", str(tmp_path)))
    shutil.copytree(DATA / "feeds", out / "feeds")
    yield made
    made.close()


def rows(world: World, table: str, columns: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(world.folder / "out" / "digest.db")) as database:
        return sorted(database.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)


@pytest.fixture
def ask(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command and return the JSON that it answers."""

    def run(*args: str) -> Any:
        monkeypatch.setattr(sys, "argv", ["digest", "--config", str(world.path), *args, "--json"])
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        return json.loads(capsys.readouterr().out)

    return run


def mails(world: World, day: str) -> dict[str, str]:
    """The mails that were written for a date: address to Message-ID."""
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (world.folder / "out" / "mail" / day).glob("*.eml")
    ]
    return {str(one["To"]): str(one["Message-ID"]) for one in read}


def entries(path: Path) -> dict[str, str]:
    """The id of each entry of a feed, and when it was published."""
    if path.suffix == ".json":
        return {one["id"]: one["date_published"] for one in json.loads(path.read_bytes())["items"]}
    return {one.id: one.published for one in feedparser.parse(path.read_bytes()).entries}


def test_every_row_is_still_there(world: World) -> None:
    before = {table: rows(world, table, columns) for table, columns in KEPT.items()}
    assert all(before.values()), "the history has something in every table"
    states = {row[7] for row in before["editions"]}
    assert states == {"waiting", "sent", "deferred", "failed", "empty"}
    assert world.app.store.paper_count() == len(before["papers"])
    assert {table: rows(world, table, columns) for table, columns in KEPT.items()} == before


def test_every_feed_entry_keeps_its_id_and_its_date(world: World) -> None:
    world.app.deliver()
    expected = json.loads((DATA / "entries.json").read_text(encoding="utf-8"))
    assert len(expected) == 9
    for name, before in expected.items():
        (path,) = (world.folder / "out").rglob(name)
        now = entries(path)
        assert before.items() <= now.items(), name
        # The paper that came in after the files had been written is the only other one.
        late = {one for one in now if one.endswith("2611.00110")}
        assert now.keys() - before.keys() == late
        assert len(late) == name.startswith("tides")


def test_mail_that_waits_goes_out_under_its_message_id(world: World) -> None:
    world.app.deliver()
    assert mails(world, "2026-11-20") == WAITING
    world.app.deliver()
    world.now = SATURDAY
    world.app.deliver()
    sent = [row[0] for row in rows(world, "editions", "reader, state, date") if row[1:] == ("sent", "2026-11-20")]
    assert {f"mail:{address}" for address in WAITING} <= set(sent)
    assert "mail:fay@example.org" not in sent


def test_what_failed_or_was_deferred_is_listed_and_can_be_tried_again(world: World, ask: Callable[..., Any]) -> None:
    listed = {one["reader"]: one for one in ask("outbox")["outbox"]}
    fay, dan = listed["mail:fay@example.org"], listed["mail:dan@example.org"]
    assert (fay["state"], fay["attempts"], fay["error"]) == ("failed", 1, "550 5.1.1 no such mailbox")
    assert (dan["state"], dan["attempts"], dan["error"]) == ("deferred", 1, "452 mailbox full")
    assert {f"mail:{address}" for address in WAITING} <= listed.keys()
    ask("outbox", "--retry")
    world.app.deliver()
    assert mails(world, "2026-11-20")["fay@example.org"] == fay["message_id"]


def test_everybody_goes_on_from_where_they_were(world: World) -> None:
    """Nobody gets again what was sent; whom a mail did not reach gets its papers in the next one."""
    app = world.app
    app.deliver()
    world.now = SATURDAY
    title, abstract = "Moss, tides and decoding", "One paper about moss, tides, translation and decoding."
    record = {"id": "2611.00201", "title": title, "abstract": abstract, "authors": ["Ada Moor"]}
    (world.folder / "inbox" / "2026-11-21.jsonl").write_text(json.dumps(record) + "\n")
    app.ingest()
    app.publish()
    made = {
        reader: (state, [entry["paper"] for entry in json.loads(found)])
        for reader, state, found, date in rows(world, "editions", "reader, state, entries, date")
        if date == "2026-11-21" and reader.startswith("mail:")
    }
    new = max(paper for (paper,) in rows(world, "papers", "id"))
    papers = {reader: found for reader, (_, found) in made.items()}
    # Bob is in Tokyo and hal at work: on a Saturday nothing is due for them.
    assert papers.keys() == {f"mail:{name}@example.org" for name in ("ada", "dan", "eve", "fay", "ivy", "kim")}
    assert all(new in found for found in papers.values())
    assert {reader for reader, found in papers.items() if len(found) > 1} == {
        "mail:ada@example.org",  # the late paper, which came after their Friday's mail had been made
        "mail:dan@example.org",
        "mail:kim@example.org",
        "mail:fay@example.org",
    }
    assert len(papers["mail:fay@example.org"]) == 2, "what failed on Friday comes on Saturday"


def test_who_has_unsubscribed_stays_so(world: World, ask: Callable[..., Any]) -> None:
    world.now = SATURDAY
    app = world.app
    app.publish(everyone=True)
    app.deliver()
    for gone in ("carol@example.org", "gus@example.org"):
        assert not app.store.is_subscribed(gone)
        assert gone not in mails(world, "2026-11-20") | mails(world, "2026-11-21")
    listed = {one["address"] for one in ask("subscribers", "list")["subscribers"]}
    assert {address.partition("@")[0] for address in listed} == PEOPLE


def test_links_in_old_mails_work(world: World) -> None:
    app = world.app
    assert app.unsubscribe_url("ada@example.org") == UNSUBSCRIBE
    assert app.unsubscribe_tokens.read(UNSUBSCRIBE.rpartition("/")[2]) == "ada@example.org"


def test_feedback_still_shifts_weights(ask: Callable[..., Any]) -> None:
    found = {
        one["keyword"]: (one["configured"], round(one["effective"], 4))
        for profile in ("tides", "decoding")
        for one in ask("profile", "show", profile)["keywords"]
    }
    assert found == {
        "tides": (2, 2.3),
        "mantle": (1, 1),
        '"Ocean"': (1, 1.15),
        "decoding": (2, 1.7391),
        "draft model": (1, 0.8696),
    }
