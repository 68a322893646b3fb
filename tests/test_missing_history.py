"""A history that is missing or lost is said so, and nothing is made in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.papers import paper

if TYPE_CHECKING:
    from tests.command_line import Digest
    from tests.world import World

READING = [
    ["papers"],
    ["rank", "decoding"],
    ["backtest", "decoding"],
    ["outbox"],
    ["outbox", "--retry"],
    ["publish"],
    ["deliver"],
    ["profile", "show", "decoding"],
    ["profile", "more", "decoding", "2611.00001"],
    ["subscribers", "remove", "ada@example.org"],
    ["subscribers", "export"],
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_what_only_reads_says_that_there_is_none_and_makes_none(
    digest: Digest, world: World, command: list[str]
) -> None:
    answer = digest(*command)
    assert (answer.code, answer.out) == (3, "")
    assert "there is no history at" in answer.err
    assert "`digest run` makes it" in answer.err
    assert not (world.folder / "out").exists()


@pytest.mark.parametrize("command", [["check"], ["subscribers", "list"], ["run", "--dry-run"]], ids=" ".join)
def test_what_can_do_without_one_makes_none(digest: Digest, world: World, command: list[str]) -> None:
    world.dump("a.txt", [paper()])
    assert digest(*command).code == 0
    assert not (world.folder / "out").exists()


def test_the_check_of_a_new_folder_says_what_comes_next(digest: Digest, world: World) -> None:
    assert "no papers yet; `digest run` reads some" in digest("check").out


@pytest.mark.parametrize("command", [["run"], ["run", "--dry-run"], ["papers"], ["ingest"]], ids=" ".join)
def test_an_empty_file_is_a_history_that_was_lost(digest: Digest, world: World, command: list[str]) -> None:
    """Taken for a new one, everybody would be mailed from the beginning."""
    world.dump("a.txt", [paper()])
    file = world.folder / "out" / "digest.db"
    file.parent.mkdir()
    file.touch()
    answer = digest(*command)
    assert (answer.code, answer.out) == (3, "")
    assert "is an empty file" in answer.err
    assert file.stat().st_size == 0


@pytest.mark.parametrize("command", [["run"], ["run", "--dry-run"], ["papers"]], ids=" ".join)
def test_a_damaged_one_is_a_sentence(digest: Digest, world: World, command: list[str]) -> None:
    digest("run")
    file = world.folder / "out" / "digest.db"
    file.write_bytes(file.read_bytes()[:5000] + b"\x00garbage" * 3000)
    answer = digest(*command)
    assert answer.code == 3
    assert answer.err.count("\n") == 1
    assert "digest.db" in answer.err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("command", [["run", "--date"], ["publish", "--date"]], ids=" ".join)
def test_a_date_beyond_reason_is_a_sentence(digest: Digest, command: list[str], day: str) -> None:
    answer = digest(*command, day)
    assert answer.code == 2
    assert answer.err.startswith(f"digest: --date: {day} is ")
