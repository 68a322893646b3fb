"""Ingest: dumps are read, compared with what is known, and what is new is appended to the log of changes.

One dump's papers, changes and receipt commit together or not at all, so that a run which was killed is completed by
the next one. What a source or a dump does wrong costs that source or dump, and stands in its receipt.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from digest.compression import Decompressed, decompressed
from digest.diff import aliases, diff
from digest.errors import DumpError, SourceError
from digest.formats.recognise import HEAD, recognise
from digest.model import Counts, Paper, Receipt, Reject, Status
from digest.pipeline.fetch import fetch_concurrently
from digest.pipeline.progress import Progress
from digest.pipeline.reading import costs_the_dump, records_of
from digest.pipeline.tally import Tally, is_archive
from digest.status import PAST, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from typing import BinaryIO

    from digest.diff import PaperUpdate
    from digest.dump import Dump
    from digest.model import KnownPaper
    from digest.pipeline.protocols import Format, Source

__all__ = ["Ingest", "IngestStore", "Recording"]

#: records that are compared with the history at once
_BATCH = 2000
#: between a dump's validator and how many of its records were read
_AFTER = " after "


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

    ``now`` is when it runs, in UTC, and ``today`` the date that it is then where the readers are; ``as_of`` is the day
    the dumps were taken, where somebody said so. ``progress`` is told now and then how far a dump was read. With
    ``forced`` every dump is read in the first of the formats, whatever it looks like. ``formats`` is called when there
    is a dump: to import them all takes a tenth of a run that finds
    nothing new. ``portion`` is how many batches of records are committed together; only a snapshot has more.
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
            # Fetched before the history is locked: a slow server must not hold up whoever else writes.
            raw = dump.open()
            with decompressed(raw) as stream:
                report = self._reporter(dump.name, raw)
                formats = self._formats()
                form = formats[0] if self._forced else recognise(stream.read(HEAD), formats)
                stream.seek(0)
                return self._record(source, dump, form, stream, report)
        except DumpError as error:
            rejects = (Reject(error.line, error.reason),)
            return self._write(replace(failed, reason=str(error), rejects=rejects), dump.validator)
        except SourceError as error:
            return self._write(replace(failed, reason=str(error)))
        except OSError as error:
            return self._write(replace(failed, reason=f"{dump.name} cannot be read: {error.strerror or error}"))

    def _record(
        self, source: str, dump: Dump, form: Format, stream: BinaryIO, report: Callable[[int], None]
    ) -> Receipt:
        """Take a dump in: in one transaction, or, if it is a snapshot of very many records, in portions.

        After each portion is noted how far it came, so that a run which was stopped is resumed there.
        """
        past = self._store.past_receipts(source, PAST)
        tally = Tally()
        begin = self._resumed_at(source, dump)
        records = records_of(form, stream, dump)
        for passed in range(0, begin, _BATCH):
            deque(islice(records, min(_BATCH, begin - passed)), maxlen=0)
            report(passed)
        batches = _batches(records, _BATCH)
        # What an earlier run read a portion of has more records than any listing of a day.
        archive: bool | None = True if begin else None
        while True:
            with self._store.recording() as recording:
                taken = 0
                for batch in islice(batches, self._portion):
                    taken += 1
                    with costs_the_dump(dump, "reading its texts"):
                        papers = tally.add(batch)
                    archive = is_archive(papers, self._day) if archive is None else archive
                    tally.counts += self._compare(recording, source, papers, tally, archive=archive)
                    report(begin + tally.read)
                if taken == self._portion:
                    if dump.validator:
                        done = f"{dump.validator}{_AFTER}{begin + tally.read}"
                        recording.mark(source, dump.name, done, self._now)
                    continue
                if isinstance(stream, Decompressed) and stream.broken and not tally.cut:
                    tally.add([Reject(None, str(stream.broken), cut=True)])
                counts, rejects, batch_name = tally.total(), tally.rejects, tally.composition.name()
                status, reason = judge(counts, rejects, batch_name, past, dump=dump.name, form=form.name)
                if begin and not tally.cut:  # the rest of a snapshot says nothing of what is usual
                    status, reason = Status.FINE, f"an earlier run had read {begin:,} records of it"
                receipt = replace(
                    self._receipt(source, dump.name, status, reason),
                    format=form.name,
                    counts=counts,
                    rejects=tuple(rejects),
                    batch=batch_name,
                )
                recording.receipt(receipt, dump.validator)
                return receipt

    def _resumed_at(self, source: str, dump: Dump) -> int:
        """How many records of this very dump an earlier run took in before it was stopped."""
        version, after, number = self._store.validators(source).get(dump.name, "").rpartition(_AFTER)
        return int(number) if after and version == dump.validator else 0

    def _reporter(self, name: str, stream: BinaryIO) -> Callable[[int], None]:
        """What tells of the records of a dump that were read, and of the bytes where its stream tells of them."""
        size = _size(stream)
        return lambda records: self._progress(
            Progress(name, records, position=None if size is None else stream.tell(), size=size)
        )

    def _compare(
        self, recording: Recording, source: str, papers: Sequence[Paper], tally: Tally, *, archive: bool
    ) -> Counts:
        """Compare some papers with the history, and write what is new about them."""
        names = [aliases(paper) for paper in papers]
        for of_paper in names:
            tally.composition.add(of_paper[0])
        known = recording.known({alias for of_paper in names for alias in of_paper})
        result = diff(
            papers, known, source=source, day=self._day, trending=self._trending, names=names, archive=archive
        )
        recording.apply(result.updates, source=source, at=self._now, day=self._day)
        return result.counts

    def _receipt(self, source: str, dump: str | None, status: Status, reason: str) -> Receipt:
        return Receipt(source=source, dump=dump, format=None, status=status, reason=reason, at=self._now, day=self._day)

    def _write(self, receipt: Receipt, validator: str | None = None) -> Receipt:
        """Keep the receipt of a source or dump of which nothing was kept."""
        with self._store.recording() as recording:
            recording.receipt(receipt, validator)
        return receipt


def _size(stream: BinaryIO) -> int | None:
    """How many bytes a stream has, which is then at its beginning; None where it does not tell."""
    try:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
    except (OSError, ValueError):
        return None
    return size


def _batches(records: Iterable[Paper | Reject], size: int) -> Iterator[list[Paper | Reject]]:
    records = iter(records)
    while batch := list(islice(records, size)):
        yield batch
