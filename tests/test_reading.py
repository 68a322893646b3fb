"""Whatever a format raises costs its dump, and no other."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from digest.dump import Dump, DumpAbout
from digest.formats.feed.format import Feed
from digest.model import Paper, Reject, Status
from digest.pipeline.ingest import Ingest
from digest.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from digest.store import SqlStore

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FEED = b"<rss><channel><item><title>Tidal clocks of snails</title></item></channel></rss>"


class Odd:
    """A format that fails in the way that it is made with."""

    name = "odd"
    description = "an odd dump"
    generic = False

    def __init__(self, error: BaseException | None = None, *, at: str = "read", paper: object = None) -> None:
        self._error = error
        self._at = at
        self._paper = paper

    def recognises(self, head: bytes) -> bool:
        if self._error and self._at == "recognise":
            raise self._error
        return head.startswith(b"odd")

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        yield Paper(title="Before it fails")
        if self._paper is not None:
            yield self._paper  # type: ignore[misc]  # a plug-in may yield anything
        if self._error and self._at == "read":
            raise self._error


def dump(name: str, raw: bytes) -> Dump:
    return Dump(name=name, open=lambda: io.BytesIO(raw), about=DumpAbout(), validator="1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{tmp_path / 'digest.db'}")
    yield store
    store.close()


@pytest.mark.parametrize(
    "odd",
    [
        Odd(AttributeError("'str' object has no attribute 'append'")),
        Odd(RecursionError("maximum recursion depth exceeded")),
        Odd(MemoryError()),
        Odd(paper=Paper(title=None)),  # type: ignore[arg-type]
        Odd(paper=Paper(title="x", authors=(7,))),  # type: ignore[arg-type]
        Odd(paper="no paper"),
    ],
)
def test_a_format_that_fails_costs_its_dump(odd: Odd, store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    ingest = Ingest(store, lambda: [odd, Feed()], now=NOW, today=NOW.date())
    with caplog.at_level(logging.ERROR):
        receipts = [ingest.dump("inbox", dump("a", b"odd")), ingest.dump("inbox", dump("b", FEED))]
    assert [receipt.status for receipt in receipts] == [Status.FAILED, Status.FINE]
    assert "failed on it" in receipts[0].reason
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert "a: " in caplog.text
    assert store.paper_count() == 1


def test_a_format_that_fails_to_recognise_is_passed_over(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    ingest = Ingest(store, lambda: [Odd(KeyError("x"), at="recognise"), Feed()], now=NOW, today=NOW.date())
    assert ingest.dump("inbox", dump("b", FEED)).status is Status.FINE
    assert "odd" in caplog.text


def test_an_interrupt_is_no_fault_of_the_dump(store: SqlStore) -> None:
    with pytest.raises(KeyboardInterrupt):
        Ingest(store, lambda: [Odd(KeyboardInterrupt())], now=NOW, today=NOW.date()).dump("inbox", dump("a", b"odd"))
