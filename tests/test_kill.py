"""A run that is killed at any point is completed by the next one, with the same outcome as if nothing had happened."""

from __future__ import annotations

import email
import email.policy
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

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
