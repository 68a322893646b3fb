"""How far a reading has got, and how long it will take."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, BinaryIO

import pytest

from digest.dump import Dump, DumpAbout
from digest.formats.json.records import JsonRecords
from digest.pipeline.ingest import Ingest
from digest.pipeline.progress import Progress, ProgressLog, ProgressText
from digest.store import open_store
from tests.test_store_history import NOW

if TYPE_CHECKING:
    from collections.abc import Callable


def at(records: int, *, dump: str = "a.jsonl", size: int | None = 1_000_000) -> Progress:
    """A dump of 10,000 records of 100 bytes."""
    return Progress(dump, records, position=records * 100, size=size)


class TestPace:
    def test_tells_records_rate_and_the_time_left(self) -> None:
        text = ProgressText()
        assert text(at(0), 50.0) == "0 records"
        assert text(at(2500), 60.0) == "2,500 records, 250/s, about 30 s left"

    def test_is_that_of_the_last_half_minute(self) -> None:
        text = ProgressText()
        for second, records in ((0, 0), (10, 9000), (20, 9010)):
            text(at(records), float(second))
        assert text(at(9040), 50.0) == "9,040 records, 1/s, about 16 min left"

    def test_begins_anew_with_each_dump(self) -> None:
        text = ProgressText()
        text(at(9000), 0.0)
        assert text(at(100, dump="b.jsonl"), 10.0) == "100 records"

    def test_what_an_earlier_run_read_does_not_make_it_look_fast(self) -> None:
        text = ProgressText()
        text(at(5000), 0.0)
        assert text(at(6000), 10.0) == "6,000 records, 100/s, about 40 s left"

    def test_without_a_size_there_is_no_time_left(self) -> None:
        text = ProgressText()
        text(at(0, size=None), 0.0)
        assert text(at(100, size=None), 1.0) == "100 records, 100/s"

    @pytest.mark.parametrize(
        ("seconds", "said"), [(59, "59 s"), (60, "1 min"), (3600, "1 h 0 min"), (5400, "1 h 30 min")]
    )
    def test_time_is_said_as_people_do(self, seconds: int, said: str) -> None:
        text = ProgressText()
        text(at(0), 0.0)
        assert text(at(5000), float(seconds)).endswith(f"about {said} left")


class TestLines:
    def test_a_line_each_half_minute(self) -> None:
        said: list[str] = []
        now = 0.0
        log = ProgressLog(said.append, clock=lambda: now)
        for now in (10.0, 20.0, 29.0, 31.0, 45.0, 61.0):
            log(at(int(now) * 100))
        assert said == [
            "a.jsonl: 31%, 3,100 records, 100/s, about 1 min left",
            "a.jsonl: 61%, 6,100 records, 100/s, about 39 s left",
        ]


def records(number: int) -> bytes:
    log = [
        {
            "id": f"2611.{one:05}",
            "title": f"On the signal number {one}",
            "abstract": f"Signal {one}.",
            "authors": "A. B.",
        }
        for one in range(number)
    ]
    return "".join(json.dumps(line) + "\n" for line in log).encode()


class _Pipe(io.BytesIO):
    """A stream that does not tell how long it is."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("seek to the end")
        return super().seek(offset, whence)


def told(content: bytes, stream: Callable[[bytes], BinaryIO] = io.BytesIO) -> list[Progress]:
    """What is told of the reading of a dump."""
    seen: list[Progress] = []
    with open_store("sqlite://") as store:
        verb = Ingest(store, lambda: [JsonRecords()], now=NOW, today=NOW.date(), progress=seen.append)
        verb.dump("inbox", Dump(name="a.jsonl", open=lambda: stream(content), about=DumpAbout()))
    return seen


class TestIngest:
    def test_tells_how_many_bytes_are_behind_it(self) -> None:
        content = records(5000)
        seen = told(content)
        assert [one.records for one in seen] == [2000, 4000, 5000]
        shares = [one.share for one in seen]
        assert shares[0] is not None
        assert 0.4 <= shares[0] < 1
        assert shares[-1] == 1
        assert {one.size for one in seen} == {len(content)}

    def test_counts_the_bytes_of_an_archive_as_they_are_packed(self) -> None:
        packed = gzip.compress(records(5000))
        assert told(packed)[-1] == Progress("a.jsonl", 5000, position=len(packed), size=len(packed))

    def test_tells_nothing_of_the_bytes_where_the_size_is_not_known(self) -> None:
        assert told(records(10), _Pipe) == [Progress("a.jsonl", 10)]
