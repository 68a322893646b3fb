"""Real processes on one history: killed at any point, writing at once, and one at a time where that is promised."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from digest.model import ChangeKind
from digest.owner import has_ended
from digest.store import open_store
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from digest.store import SqlStore

#: what every process begins with: argv is the history's URL and what the test says
PRELUDE = """
import os, signal, sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from sqlalchemy import event
from sqlalchemy.engine import Engine
from digest.diff import diff
from digest.model import Edition, EditionState, ReaderKind, Receipt, Status
from digest.owner import new_owner
from digest.store import open_store
from tests.papers import known, paper

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
url, *arguments = sys.argv[1:]

def papers(name, count):
    return [paper(f"Tides of {name} beneath basin number {n}", f"{name}basin{n} " * 9) for n in range(count)]

def ingest(store, name, count):
    with store.recording() as recording:
        records = papers(name, count)
        found = recording.known({alias for one in records for alias in known(one).aliases})
        result = diff(records, found, source=name, day=date(2026, 11, 20))
        recording.apply(result.updates, source=name, at=NOW, day=NOW.date())
        receipt = Receipt(source=name, dump=name, format=None, status=Status.FINE, counts=result.counts, at=NOW,
                          day=NOW.date())
        recording.receipt(receipt, "v1")

def edition(number):
    return Edition(reader=f"mail:{number}@example.org", kind=ReaderKind.SUBSCRIBER, output="mail", date=NOW.date(),
                   from_seq=0, to_seq=0, entries=(), considered=0, receipts=(), message_id=f"<{number}>",
                   created_at=NOW)

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def wait_for_all():
    print("ready", flush=True)
    sys.stdin.readline()
"""


def start(code: str, url: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PRELUDE + textwrap.dedent(code), url, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(code: str, url: str, *arguments: object) -> int:
    """Run to the end, whatever end that is; negative where a signal ended it."""
    with start(code, url, *arguments) as process:
        process.communicate()
    return process.returncode


def together(code: str, url: str, arguments: list[str]) -> list[str]:
    """Run one process for each argument, all from the same moment on; what each printed after that."""
    processes = [start(code, url, argument) for argument in arguments]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return answers


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/digest.db"


def check_whole(store: SqlStore, count: int) -> None:
    """Papers, aliases, log and receipt agree with one another, and ``count`` papers came in."""
    log = store.changes(0)
    assert [change.seq for change in log] == list(range(1, count + 1))
    assert {change.kind for change in log} <= {ChangeKind.NEW}
    papers = list(store.papers())
    assert sorted(paper.first_seq for paper in papers) == [change.seq for change in log]
    with store.recording() as recording:
        found = recording.known([alias for paper in papers for alias in paper.aliases])
    assert found == {alias: (paper,) for paper in papers for alias in paper.aliases}
    assert sum(receipt.counts.new for receipt in store.receipts(None)) == count
    assert len(store.validators("a")) == (1 if count else 0)


WRITES = ["papers", "aliases", "changes", "receipts", "dumps"]


@pytest.mark.parametrize("write", WRITES)
def test_a_dump_is_there_whole_or_not_at_all_when_killed_between_two_statements(url: str, write: str) -> None:
    code = """
    store = open_store(url)

    def watch(_connection, _cursor, statement, *_):
        if statement.startswith(arguments[0]):
            die()

    event.listen(Engine, "after_cursor_execute", watch)
    ingest(store, "a", 1500)
    """
    killed_and_completed(code, url, f"INSERT INTO {write}")


@pytest.mark.parametrize("steps", [100, 2000, 8000])
def test_a_dump_is_there_whole_or_not_at_all_when_killed_within_a_statement(url: str, steps: int) -> None:
    code = """
    left = int(arguments[0])

    def step():
        global left
        left -= 1
        if not left:
            die()

    open_store(url).close()
    event.listen(Engine, "connect", lambda connection, _: connection.set_progress_handler(step, 10))
    ingest(open_store(url), "a", 1500)
    """
    killed_and_completed(code, url, steps)


def killed_and_completed(code: str, url: str, argument: object) -> None:
    """Run what kills itself, see that nothing is there, run again, and see that everything is."""
    assert run(code, url, argument) == -signal.SIGKILL
    with open_store(url) as store:
        check_whole(store, 0)
    assert run("ingest(open_store(url), 'a', 1500)", url) == 0
    with open_store(url) as store:
        check_whole(store, 1500)


@pytest.mark.parametrize("moment", ["commit", "after"])
def test_killed_at_the_commit_the_next_run_completes_it(url: str, moment: str) -> None:
    """Before SQLite commits nothing is there, after it everything."""
    dies = "event.listen(Engine, 'commit', die); ingest(store, 'a', 300)"
    code = {"commit": dies, "after": "ingest(store, 'a', 300); die()"}[moment]
    assert run(f"store = open_store(url); {code}", url) == -signal.SIGKILL
    with open_store(url) as store:
        check_whole(store, {"commit": 0, "after": 300}[moment])
    assert run("ingest(open_store(url), 'b', 300); ingest(open_store(url), 'a', 300)", url) == 0
    with open_store(url) as store:
        assert (store.paper_count(), store.last_seq()) == (600, 600)


def test_killed_at_random_moments_nothing_is_torn(url: str) -> None:
    """Each process writes dump after dump until it is killed; every dump is there whole or not at all."""
    code = """
    store = open_store(url)
    wait_for_all()
    for number in range(1000):
        ingest(store, f"{arguments[0]}{number}x", 40)
    """
    for victim, seconds in (("a", 0.03), ("b", 0.09), ("c", 0.17)):
        process = start(code, url, victim)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        process.communicate()
    with open_store(url) as store:
        receipts = store.receipts(None)
        assert store.paper_count() == store.last_seq() == 40 * len(receipts)
        assert {receipt.counts.new for receipt in receipts} <= {40}


def test_four_processes_that_write_at_once_lose_nothing(url: str) -> None:
    code = """
    wait_for_all()
    store = open_store(url)  # the first of them makes the tables
    for number in range(25):
        ingest(store, f"{arguments[0]}{number}x", 2)
        assert store.last_seq() >= 2 * (number + 1)
    """
    together(code, url, ["a", "b", "c", "d"])
    with open_store(url) as store:
        assert [change.seq for change in store.changes(0)] == list(range(1, 201))
        assert store.paper_count() == 200
        assert len(store.receipts(None)) == 100


def test_two_processes_make_one_edition(url: str) -> None:
    code = """
    store = open_store(url)
    wait_for_all()
    made = 0
    for number in range(30):
        made += len(store.save_editions([edition(number)]))
    print(made)
    """
    made = [int(answer) for answer in together(code, url, ["a", "b"])]
    assert sum(made) == 30
    with open_store(url) as store:
        assert len(store.editions(limit=1000)) == 30


def test_every_process_gets_the_same_secret(url: str) -> None:
    code = """
    store = open_store(url)
    wait_for_all()
    print(store.secret("unsubscribe", lambda: arguments[0]))
    """
    assert len(set(together(code, url, ["a", "b", "c"]))) == 1


def test_four_processes_share_the_outbox(url: str) -> None:
    """Each edition is claimed once, however the processes get in each other's way."""
    code = """
    store = open_store(url)
    if arguments[0] == "a":
        store.save_editions([edition(number) for number in range(100)])
    wait_for_all()
    got = []
    while page := store.claim("mail", owner=arguments[0], now=NOW, until=NOW + timedelta(hours=1), limit=3):
        got += [one.reader for one in page]
        for one in page:
            store.update_edition(replace(one, state=EditionState.SENT))
    print(*got)
    """
    got = " ".join(together(code, url, ["a", "b", "c", "d"])).split()
    assert sorted(got) == sorted(f"mail:{number}@example.org" for number in range(100))


def test_what_a_killed_process_had_claimed_is_taken_over(url: str) -> None:
    """At once, for it can be seen that it has ended; while it lives, nobody takes it."""
    code = """
    store = open_store(url)
    store.save_editions([edition(number) for number in range(3)])
    owner = new_owner()
    assert len(store.claim("mail", owner=owner, now=NOW, until=NOW + timedelta(hours=1), limit=2)) == 2
    print(owner, flush=True)
    sys.stdin.readline()
    """
    with open_store(url) as store, start(code, url) as process:
        assert process.stdout is not None
        owner = process.stdout.readline().strip()
        assert store.lease_owners() == {owner}
        assert not has_ended(owner)
        process.kill()
        process.wait()
        assert has_ended(owner)
        store.give_back(owner)
        assert store.lease_owners() == set()


def test_a_number_is_never_given_twice(url: str, tmp_path: Path) -> None:
    """Not even where the end of the log was taken away by hand."""
    with open_store(url) as store:
        assert run("ingest(open_store(url), 'a', 5)", url) == 0
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database, database:
            for table in ("changes", "aliases", "papers"):
                database.execute(f"DELETE FROM {table}")
        assert store.last_seq() == 0
        assert run("ingest(open_store(url), 'b', 2)", url) == 0
        assert [change.seq for change in store.changes(0)] == [6, 7]
