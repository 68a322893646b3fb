"""A run that is killed at any point is completed by the next one, with the same outcome as if nothing had happened."""

from __future__ import annotations

import email
import email.policy
import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.mailserver import Mailbox, running
from tests.papers import TIDES, paper
from tests.world import World

if TYPE_CHECKING:
    from pathlib import Path

#: parts of the time that a whole run takes; in the first half it only imports
MOMENTS = (0.55, 0.7, 0.8, 0.9, 0.97)


def a_world(folder: Path) -> World:
    folder.mkdir()
    world = World(folder)
    world.configure('[[subscriber]]\naddress = "bob@example.org"\nprofiles = ["decoding"]\ndays = "daily"\n')
    for day in range(3):
        papers = [
            paper(f"{'Lantern: faster decoding' if number % 30 == 0 else 'Basin and mantle'} {number}", words(number))
            for number in range(day * 60, day * 60 + 90)
        ]
        world.dump(f"{day}.txt", papers)
    return world


def words(number: int) -> str:
    return f"{TIDES} " + " ".join(f"basin{number}word{place}" for place in range(60)) + "."


def run(world: World, *, kill_after: float | None = None) -> int:
    command = [sys.executable, "-m", "digest", "--config", str(world.path), "run", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    return process.wait()


def outcome(world: World) -> tuple[int, int, dict[str, str], set[str]]:
    """The papers, the last change, the mails by address and Message-ID, and the public files."""
    out = world.folder / "out"
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((out / "mail").rglob("*.eml"))
    ]
    public = {str(path.relative_to(out)) for path in (out / "site").rglob("[!.]*")}
    store = world.app.store
    return store.paper_count(), store.last_seq(), {str(m["To"]): str(m["Message-ID"]) for m in mails}, public


def test_a_run_that_is_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    whole = a_world(tmp_path / "whole")
    began = time.monotonic()
    assert run(whole) == 0
    seconds = time.monotonic() - began
    expected = outcome(whole)
    whole.close()
    assert (expected[0], len(expected[2])) == (210, 2)
    killed = 0
    for number, part in enumerate(MOMENTS):
        world = a_world(tmp_path / str(number))
        killed += run(world, kill_after=part * seconds) == -signal.SIGKILL
        assert run(world) == 0
        assert outcome(world) == expected, f"killed after {part:.0%} of {seconds:.1f} s"
        world.close()
    if not killed:
        pytest.fail("every run ended before it was killed: nothing was tried")


def deliverer(world: World) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "digest", "--config", str(world.path), "deliver", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


@pytest.fixture
def crowd(tmp_path: Path) -> World:
    """A world with mail for 231, made and not yet sent: three pages of the outbox."""
    world = World(tmp_path)
    people = [f"reader{number}@example.org" for number in range(230)]
    world.configure(
        "".join(f'[[subscriber]]\naddress = "{one}"\nprofiles = ["decoding"]\ndays = "daily"\n' for one in people)
    )
    world.dump("a.txt", [paper(f"Lantern: faster decoding {number}", words(number)) for number in range(1)])
    app = world.app
    app.ingest()
    app.publish()
    return world


def test_three_deliver_at_once_and_one_is_killed(crowd: World) -> None:
    """Everybody gets their mail. A mail that comes twice was the one in hand, and has the same Message-ID."""
    mailbox = Mailbox()
    with running(mailbox) as port:
        text = crowd.path.read_text()
        server = f'[mail]\nkind = "smtp"\ntls = "none"\nhost = "127.0.0.1"\nport = {port}\n'
        crowd.path.write_text(text.replace("[mail]\n", server))
        processes = [deliverer(crowd) for _ in range(3)]
        while len(mailbox.taken) < 30:
            assert any(process.poll() is None for process in processes), "they ended before one was killed"
            time.sleep(0.01)
        processes[0].kill()
        answers = [json.loads(process.communicate()[0] or b"{}") for process in processes]
        assert processes[0].returncode == -signal.SIGKILL
        last = deliverer(crowd)
        last.communicate()
        assert last.returncode == 0
    ids: dict[str, list[str]] = {}
    for _, address, content in mailbox.taken:
        ids.setdefault(address, []).append(str(email.message_from_bytes(content)["Message-ID"]))
    assert len(ids) == 231
    assert sum(answer["sent"] > 0 for answer in answers[1:]) == 2, "both others had a page of their own"
    doubled = {address: found for address, found in ids.items() if len(found) > 1}
    assert len(doubled) <= 1
    assert all(len(set(found)) == 1 for found in ids.values())
    assert crowd.app.store.unsent_counts() == {}
    crowd.close()
