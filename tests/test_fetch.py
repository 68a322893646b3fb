"""Sources are read side by side, and none can hold up or break the others."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from digest.dump import Dump, DumpAbout
from digest.errors import FetchError
from digest.pipeline.fetch import SourceEvent, fetch_concurrently

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


@dataclass
class FakeSource:
    name: str
    bodies: list[bytes | Exception] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:
        self.before()
        for number, body in enumerate(self.bodies):
            if str(number) not in seen:
                yield Dump(name=str(number), open=partial(opened, body), about=DumpAbout())


def opened(body: bytes | Exception) -> BinaryIO:
    if isinstance(body, Exception):
        raise body
    return BytesIO(body)


def read(*sources: FakeSource, seconds: float = 20, seen: dict[str, dict[str, str]] | None = None) -> list[SourceEvent]:
    return list(fetch_concurrently(sources, seen or {}, now=NOW, seconds=seconds))


def test_every_dump_comes_in_order_and_each_source_ends() -> None:
    found = read(FakeSource("a", [b"1", b"2", b"3", b"4", b"5", b"6"]), FakeSource("b", [b"x"]), FakeSource("c"))
    assert [one.dump.open().read() for one in found if one.source == "a" and one.dump] == [
        b"1",
        b"2",
        b"3",
        b"4",
        b"5",
        b"6",
    ]
    assert sorted(one.source for one in found if one.dump is None and one.error is None) == ["a", "b", "c"]


def test_what_was_read_is_not_asked_for() -> None:
    found = read(FakeSource("a", [b"1", b"2"]), seen={"a": {"0": "x"}})
    assert [one.dump.name for one in found if one.dump] == ["1"]


def test_while_one_waits_the_other_is_read() -> None:
    turn = threading.Event()
    waits = FakeSource("waits", [b"late"], before=lambda: turn.wait(10))
    ready = FakeSource("ready", [b"early"])
    names = []
    for one in fetch_concurrently([waits, ready], {}, now=NOW, seconds=20):
        names.append(one.source)
        turn.set()
    assert names[0] == "ready"
    assert names[-1] == "waits"


def test_a_source_that_takes_too_long_is_given_up() -> None:
    never = threading.Event()
    found = read(FakeSource("slow", [b"1"], before=lambda: never.wait(5)), FakeSource("quick", [b"2"]), seconds=0.3)
    never.set()
    assert [one.dump.open().read() for one in found if one.dump] == [b"2"]
    (error,) = [one.error for one in found if one.error]
    assert isinstance(error, FetchError)


@pytest.mark.parametrize("error", [FetchError("503"), OSError("gone"), ValueError("a mistake of the source's")])
def test_an_error_costs_its_source(error: Exception) -> None:
    def fail() -> None:
        raise error

    found = read(FakeSource("bad", before=fail), FakeSource("good", [b"1"]))
    assert [one.source for one in found if one.error] == ["bad"]
    assert [one.source for one in found if one.dump] == ["good"]


def test_a_dump_that_cannot_be_opened_costs_that_dump() -> None:
    found = [one for one in read(FakeSource("a", [b"1", FetchError("404"), b"3"])) if one.dump]
    assert len(found) == 3
    assert found[1].dump
    with pytest.raises(FetchError, match="404"):
        found[1].dump.open()
