"""Whose lease it is, and whether they are still there."""

from __future__ import annotations

import os
import subprocess
import sys

from digest.owner import has_ended, new_owner
from tests.conftest import ROOT


def elsewhere() -> str:
    """An owner whose process has ended."""
    command = [sys.executable, "-c", "from digest.owner import new_owner; print(new_owner())"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def test_every_piece_of_work_has_a_name_of_its_own() -> None:
    assert len({new_owner() for _ in range(100)}) == 100


def test_this_process_has_not_ended() -> None:
    assert not has_ended(new_owner())


def test_a_process_that_is_over_has_ended() -> None:
    assert has_ended(elsewhere())


def test_an_earlier_process_of_the_same_number_has_ended() -> None:
    """In a container every process has the same few numbers."""
    place, _, token, work = elsewhere().split()
    assert has_ended(f"{place} {os.getpid()} {token} {work}")


def test_of_another_machine_nothing_is_known() -> None:
    _, number, token, work = elsewhere().split()
    assert not has_ended(f"another-place {number} {token} {work}")


def test_a_process_of_somebody_else_has_not_ended() -> None:
    """It may not be asked, but it is there."""
    place, _, token, work = new_owner().split()
    assert not has_ended(f"{place} 1 {token} {work}")
