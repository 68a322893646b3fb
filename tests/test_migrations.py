"""Migrating from nothing and making the tables at once give the same database, and a newer one is refused."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from digest.errors import StoreError
from digest.keywords import parse_profile
from digest.model import Direction, Feedback, Subscriber
from digest.store import open_store
from digest.store.schema import HEAD, metadata
from digest.store.upgrade import migrations

if TYPE_CHECKING:
    from pathlib import Path


#: as an edition of the second schema had them
RECEIPTS = json.dumps(
    [
        {
            **dict.fromkeys(("read", "new", "revised", "seen", "rejected"), 1),
            "source": "inbox", "dump": "a", "format": None, "status": "partial", "reason": "", "batch": None,
            "rejects": [{"line": 3, "reason": "cut short", "excerpt": "Lantern", "cut": True}],
            "at": "2026-11-20T07:00:00+00:00", "day": "2026-11-20",
        }
    ]
)  # fmt: skip


def migrate(path: Path, to: str = "head") -> None:
    """Make a database by migrations alone."""
    config = migrations()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    engine.dispose()


def described(path: Path) -> dict[str, object]:
    """Every table with its columns, keys and options, and every index, as SQLite itself describes them."""
    with closing(sqlite3.connect(path)) as database:
        statements = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        # A column that was added later stands behind another comma, with other white space around it.
        found: dict[str, object] = {name: re.findall(r"[^\s(),]+|[(),]", sql) for name, sql in statements}
        for name in list(found):
            for pragma in ("table_xinfo", "foreign_key_list", "index_list", "index_xinfo"):
                rows = database.execute(f"PRAGMA {pragma}({name})").fetchall()
                # An index's first column is when it was made, which says nothing.
                found[f"{name}: {pragma}"] = sorted(repr(row[pragma == "index_list" :]) for row in rows)
        return found


def stamp(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", [revision])


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_the_program_knows_the_newest_migration() -> None:
    scripts = ScriptDirectory.from_config(migrations())
    assert scripts.get_heads() == [HEAD]
    names = [script.revision for script in scripts.walk_revisions()]
    assert names == sorted(names, reverse=True)


def test_both_ways_give_the_same_database(tmp_path: Path) -> None:
    migrate(tmp_path / "migrated.db")
    open_store(f"sqlite:///{tmp_path}/made.db").close()
    made = described(tmp_path / "made.db")
    assert described(tmp_path / "migrated.db") == made
    assert set(metadata.tables) <= made.keys()
    assert revision(tmp_path / "migrated.db") == revision(tmp_path / "made.db") == HEAD


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A history from before the first migration."""
    path = tmp_path / "digest.db"
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as database, database:
        for name in reversed([table.name for table in metadata.sorted_tables]):
            database.execute(f"DELETE FROM {name}" if name == "alembic_version" else f"DROP TABLE {name}")
    return path


def test_an_older_history_is_brought_up_to_date_when_it_is_opened(old: Path, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{old}") as store:
        assert store.paper_count() == 0
    open_store(f"sqlite:///{tmp_path}/made.db").close()
    assert described(old) == described(tmp_path / "made.db")
    assert revision(old) == HEAD


def test_nothing_is_lost_from_the_first_schema_on(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    migrate(path, "0001")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO receipts (source, status, read, new, revised, seen, rejected, rejects, reason, at, day)"
            " VALUES ('inbox', 'fine', 3, 2, 0, 1, 0, '[]', '', '2026-11-20 07:00:00.000000', '2026-11-20')"
        )
    with open_store(f"sqlite:///{path}") as store:
        (receipt,) = store.receipts(None)
    assert (receipt.source, receipt.counts.new, receipt.batch) == ("inbox", 2, None)


def test_old_editions_are_tried_since_they_were_made_and_feeds_lose_their_receipts(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    migrate(path, "0002")
    with closing(sqlite3.connect(path)) as database, database:
        for reader, attempts in (("mail:ada@example.org", 2), ("mail:bob@example.org", 0), ("feed:tides", 0)):
            database.execute(
                "INSERT INTO editions (reader, feed, date, from_seq, to_seq, considered, created_at, state, attempts,"
                " receipts, entries) VALUES (?, ?, '2026-11-20', 0, 1, 1, '2026-11-20 07:00:00.000000', 'deferred', ?,"
                " ?, '[]')",
                [reader, reader.startswith("feed:"), attempts, RECEIPTS],
            )
    with open_store(f"sqlite:///{path}") as store:
        found = {one.reader: (one.first_attempt, len(one.receipts)) for one in store.editions()}
    seven = datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert found == {"mail:ada@example.org": (seven, 1), "mail:bob@example.org": (None, 1), "feed:tides": (None, 0)}


def test_subscribers_were_reached_by_mail_and_those_who_left_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    migrate(path, "0005")
    with closing(sqlite3.connect(path)) as database, database:
        for reader in ("mail:ada@example.org", "mail:bob@example.org", "feed:tides"):
            database.execute(
                "INSERT INTO editions (reader, feed, date, from_seq, to_seq, considered, created_at, state, attempts,"
                " receipts, entries) VALUES (?, ?, '2026-11-20', 0, 1, 1, '2026-11-20 07:00:00.000000', 'failed', 1,"
                " '[]', '[]')",
                [reader, reader.startswith("feed:")],
            )
        database.execute("INSERT INTO unsubscriptions VALUES ('bob@example.org', '2026-11-20 08:00:00.000000')")
    with open_store(f"sqlite:///{path}") as store:
        found = {one.reader: (one.kind, one.output, one.state) for one in store.editions()}
    assert found == {
        "mail:ada@example.org": ("subscriber", "mail", "failed"),
        "mail:bob@example.org": ("subscriber", "mail", "cancelled"),
        "feed:tides": ("feed", None, "failed"),
    }


def test_old_subscribers_keep_their_settings_and_are_looked_at_at_once(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    migrate(path, "0006")
    people = ["ada@example.org", "bob@example.org", "cleo@xn--bcher-kva.example", "dan@bücher.example", "a@b@c"]
    with closing(sqlite3.connect(path)) as database, database:
        for address in people:
            database.execute(
                "INSERT INTO subscribers VALUES (?, '[\"tides\"]', '[\"moss ^2\"]', '07:30:00.000000', 'Asia/Tokyo',"
                " '[0, 2, 6]', '2026-11-01 07:00:00.000000')",
                [address],
            )
        for address in ("bob@example.org", "eve@xn--bcher-kva.example"):
            database.execute("INSERT INTO unsubscriptions VALUES (?, '2026-11-20 08:00:00.000000')", [address])
        database.execute(
            "INSERT INTO editions (reader, feed, output, date, from_seq, to_seq, considered, created_at, state,"
            " attempts, receipts, entries) VALUES ('mail:cleo@xn--bcher-kva.example', 0, 'mail', '2026-11-20', 0, 1, 1,"
            " '2026-11-20 07:00:00.000000', 'sent', 1, '[]', '[]')"
        )
    with open_store(f"sqlite:///{path}") as store:
        found = [*chain.from_iterable(store.subscribers())]
        due = {one.address for one in chain.from_iterable(store.due_subscribers(datetime(2026, 1, 1, tzinfo=UTC)))}
        (edition,) = store.editions()
        assert store.unsubscribed().keys() == {"bob@example.org", "eve@bücher.example"}
    assert found[1] == Subscriber(
        address="ada@example.org",
        profiles=("tides",),
        keywords=parse_profile(["moss ^2"]),
        send_at=time(7, 30),
        timezone="Asia/Tokyo",
        days=frozenset({0, 2, 6}),
        created_at=datetime(2026, 11, 1, 7, tzinfo=UTC),
    )
    assert due == {"ada@example.org", "a@b@c", "cleo@bücher.example", "dan@bücher.example"}
    assert edition.reader == "mail:cleo@bücher.example"


@pytest.mark.parametrize("revision_before", ["0001", "0002", "0003", "0004"])
def test_feedback_can_be_given_in_a_history_of_any_age(tmp_path: Path, revision_before: str) -> None:
    path = tmp_path / "digest.db"
    migrate(path, revision_before)
    given = Feedback("tides", "arxiv:2611.04217", Direction.MORE, datetime(2026, 11, 20, 7, tzinfo=UTC))
    with open_store(f"sqlite:///{path}") as store:
        assert store.feedback(["tides"]) == []
        store.add_feedback(given)
        assert store.feedback(["tides"]) == [given]


def test_a_migration_that_fails_leaves_the_history_as_it_was(old: Path) -> None:
    with closing(sqlite3.connect(old)) as database:
        database.execute("CREATE TABLE secrets (id INTEGER)")  # what the migration makes last is in its way
    before = described(old)
    with pytest.raises(StoreError, match="table secrets already exists"):
        open_store(f"sqlite:///{old}")
    assert described(old) == before


def test_a_newer_history_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    open_store(f"sqlite:///{path}").close()
    stamp(path, "0099")
    with pytest.raises(StoreError, match=rf"its schema is 0099, and this digest knows those up to {HEAD}; upgrade"):
        open_store(f"sqlite:///{path}")
    assert revision(path) == "0099"
