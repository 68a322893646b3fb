"""Ingest: dumps are read, compared with what is known, and what is new is appended to the log of changes.

One dump's papers, changes and receipt commit together or not at all, so that a run which was killed is completed by
the next one. What a source or a dump does wrong costs that source or dump, and stands in its receipt.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from digest.errors import DumpError, SourceError
from digest.model import Receipt, Reject, Status
from digest.pipeline.fetch import fetch_concurrently

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from digest.diff import PaperUpdate
    from digest.dump import Dump
    from digest.model import KnownPaper
    from digest.pipeline.dump_reader import DumpReader
    from digest.pipeline.progress import Progress
    from digest.pipeline.protocols import Format, Source

__all__ = ["Ingest", "IngestStore", "Recording"]


class Recording(Protocol):
    """A transaction in which one dump's papers, changes and receipt are written together."""

    def known(self, names: Collection[str]) -> dict[str, tuple[KnownPaper, ...]]:
        """Map each alias that is known to the papers that have it; a title may belong to several."""
        ...

    def apply(self, outcomes: Sequence[PaperUpdate], *, source: str, at: datetime, day: date) -> None:
        """Write papers, aliases and changes."""
        ...

    def mark(self, source: str, dump: str, validator: str, at: datetime) -> None:
        """Write under a dump's name how far it was read, or which version of it."""
        ...

    def receipt(self, receipt: Receipt, validator: str | None) -> None:
        """Write the receipt, and under the dump's name the validator that tells it from its next version."""
        ...


class IngestStore(Protocol):
    """What ingesting needs of the history."""

    def recording(self) -> AbstractContextManager[Recording]:
        """Begin a transaction for one dump: committed at the end, rolled back on any exception."""
        ...

    def validators(self, source: str) -> dict[str, str]:
        """The validators of the dumps of a source that were read, by the dump's name."""
        ...

    def past_receipts(self, source: str, limit: int) -> list[Receipt]:
        """The last receipts of a source in which papers were read, newest first."""
        ...


class Ingest:
    """The first verb, for one store and one moment.

    ``now`` is when it runs, in UTC, and ``today`` the readers' date then. ``as_of`` is the day the dumps were taken, if
    the user gave one. ``progress`` is called with how much of a dump was read. With ``forced`` every dump is read in
    the first of the formats, whatever it looks like. ``formats`` is called when there is a dump: importing all of them
    takes a tenth of a run that finds nothing new. ``portion`` is how many batches of records are committed together;
    only a snapshot has more.
    """

    def __init__(
        self,
        store: IngestStore,
        formats: Callable[[], Sequence[Format]],
        *,
        now: datetime,
        today: date,
        as_of: date | None = None,
        trending: int | None = None,
        progress: Callable[[Progress], None] = lambda _progress: None,
        forced: bool = False,
        portion: int = 50,
    ) -> None:
        self._store = store
        self._formats = formats
        self._now = now
        self._day = as_of or today
        self._as_of = as_of
        self._trending = trending
        self._progress = progress
        self._forced = forced
        self._portion = portion

    def sources(self, sources: Sequence[Source], *, seconds: float) -> list[Receipt]:
        """Read what is new in some sources, side by side: a receipt for each dump, or one that says why none.

        A source has so many ``seconds`` to bring what it has.
        """
        seen = {source.name: self._store.validators(source.name) for source in sources}
        receipts: list[Receipt] = []
        for one in fetch_concurrently(sources, seen, now=self._now, seconds=seconds):
            if one.dump is not None:
                receipts.append(self.dump(one.source, one.dump))
            elif one.error is not None:
                receipts.append(self._write(self._receipt(one.source, None, Status.FAILED, str(one.error))))
            elif not any(receipt.source == one.source for receipt in receipts):
                reason = "nothing new has come since it was last read" if seen[one.source] else "it has nothing yet"
                receipts.append(self._write(self._receipt(one.source, None, Status.QUIET, reason)))
        places = {source.name: place for place, source in enumerate(sources)}
        return sorted(receipts, key=lambda receipt: places[receipt.source])

    def dump(self, source: str, dump: Dump) -> Receipt:
        """Read one dump.

        A dump that no format can read is not tried again until it changes; one that could not be had is.
        """
        if self._as_of is not None:
            dump = replace(dump, about=replace(dump.about, as_of=self._as_of))
        failed = self._receipt(source, dump.name, Status.FAILED, "")
        try:
            return self._reader.read(source, dump)
        except DumpError as error:
            rejects = (Reject(error.line, error.reason),)
            return self._write(replace(failed, reason=str(error), rejects=rejects), dump.validator)
        except SourceError as error:
            return self._write(replace(failed, reason=str(error)))
        except OSError as error:
            return self._write(replace(failed, reason=f"{dump.name} cannot be read: {error.strerror or error}"))

    @cached_property
    def _reader(self) -> DumpReader:
        from digest.pipeline.dump_reader import DumpReader  # noqa: PLC0415 - most runs find no dump to read

        return DumpReader(
            self._store,
            self._formats(),
            now=self._now,
            day=self._day,
            trending=self._trending,
            progress=self._progress,
            forced=self._forced,
            portion=self._portion,
        )

    def _receipt(self, source: str, dump: str | None, status: Status, reason: str) -> Receipt:
        return Receipt(source=source, dump=dump, format=None, status=status, reason=reason, at=self._now, day=self._day)

    def _write(self, receipt: Receipt, validator: str | None = None) -> Receipt:
        """Keep the receipt of a source or dump of which nothing was kept."""
        with self._store.recording() as recording:
            recording.receipt(receipt, validator)
        return receipt
