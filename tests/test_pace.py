"""arXiv is asked at most once in three seconds, over one connection, by all that run on this machine."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from digest.errors import FetchError
from digest.sources.pace import Pace

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def paced(path: Path, clock: Clock) -> Pace:
    return Pace(path, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("host", ["export.arxiv.org", "arxiv.org", "rss.arxiv.org", "oaipmh.arxiv.org", "ARXIV.org."])
def test_every_host_of_arxiv_is_paced(tmp_path: Path, host: str) -> None:
    assert Pace(tmp_path / "pace").holds_for(host)


def test_others_are_not_held_up(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path / "pace", clock)
    for _ in range(3):
        with pace.turn("papers.example", 10):
            pass
    assert clock.now == 1_000_000.0
    assert not (tmp_path / "pace").exists()


def test_turns_begin_three_seconds_apart_whatever_host_and_object(tmp_path: Path) -> None:
    clock = Clock()
    begun = []
    for host in ("export.arxiv.org", "rss.arxiv.org", "export.arxiv.org"):
        with paced(tmp_path / "pace", clock).turn(host, 60):
            begun.append(clock.now)
            clock.now += 1.0
    assert begun == pytest.approx([1_000_000.0, 1_000_003.0, 1_000_006.0])


def test_a_turn_that_comes_too_late_is_said(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path / "pace", clock)
    with pace.turn("arxiv.org", 1):
        pass
    with pytest.raises(FetchError, match="one request every 3 s"), pace.turn("arxiv.org", 1):
        pass


def test_only_one_has_the_turn(tmp_path: Path) -> None:
    """Another thread, or process, gets none before the first is done."""
    clock = Clock()
    with (
        Pace(tmp_path / "pace").turn("arxiv.org", 1),
        pytest.raises(FetchError, match="another process"),
        paced(tmp_path / "pace", clock).turn("arxiv.org", 5),
    ):
        pass
    assert clock.now == pytest.approx(1_000_005.0)


def test_a_clock_that_was_set_back_costs_three_seconds_at_most(tmp_path: Path) -> None:
    (tmp_path / "pace").write_text("9999999999.0\n", encoding="ascii")
    clock = Clock()
    with paced(tmp_path / "pace", clock).turn("arxiv.org", 60):
        assert clock.now == pytest.approx(1_000_003.0)


@pytest.mark.parametrize("spoilt", ["", "x", "\0\0\0"])
def test_a_spoilt_file_is_written_anew(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "pace").write_text(spoilt, encoding="ascii")
    clock = Clock()
    for _ in range(2):
        with paced(tmp_path / "pace", clock).turn("arxiv.org", 60):
            pass
    assert clock.now == pytest.approx(1_000_003.0)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine", encoding="ascii")
    (tmp_path / "pace").symlink_to(tmp_path / "precious")
    with pytest.raises(FetchError, match="cannot be opened"), Pace(tmp_path / "pace").turn("arxiv.org", 1):
        pass
    assert (tmp_path / "precious").read_text(encoding="ascii") == "mine"


def test_a_link_in_the_place_of_the_lock_costs_nobody_a_file(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine", encoding="ascii")
    (tmp_path / "pace.lock").symlink_to(tmp_path / "precious")
    with suppress(FetchError), Pace(tmp_path / "pace").turn("arxiv.org", 1):
        pass
    assert (tmp_path / "precious").read_text(encoding="ascii") == "mine"


def _take_turns(path: Path, number: int, log: Path) -> None:
    pace = Pace(path, seconds=0.02)
    for _ in range(number):
        with pace.turn("arxiv.org", 30), log.open("a", encoding="ascii") as file:
            file.write("[")
            file.flush()
            file.write("]")


def test_processes_and_threads_take_turns(tmp_path: Path) -> None:
    path, log = tmp_path / "pace", tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    workers: list[threading.Thread | multiprocessing.process.BaseProcess] = [
        threading.Thread(target=_take_turns, args=(path, 4, log)),
        threading.Thread(target=_take_turns, args=(path, 4, log)),
        context.Process(target=_take_turns, args=(path, 4, log)),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert log.read_text(encoding="ascii") == "[]" * 12
