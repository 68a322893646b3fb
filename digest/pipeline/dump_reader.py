"""Reading one dump: its records are compared with the history, and written with its receipt."""

from __future__ import annotations

import os
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from digest.compression import Decompressed, decompressed
from digest.diff import aliases, diff
from digest.formats.recognise import HEAD, recognise
from digest.model import Counts, Paper, Receipt, Reject, Status
from digest.pipeline.progress import Progress
from digest.pipeline.reading import costs_the_dump, records_of
from digest.pipeline.tally import Tally, is_archive
from digest.status import PAST, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from typing import BinaryIO

    from digest.dump import Dump
    from digest.pipeline.ingest import IngestStore, Recording
    from digest.pipeline.protocols import Format

__all__ = ["DumpReader"]

#: records that are compared with the history at once
_BATCH = 2000
#: between a dump's validator and how many of its records were read
_AFTER = " after "


class DumpReader:
    """Reads dumps for one store and one moment; see ``Ingest`` for the parameters."""

    def __init__(
        self,
        store: IngestStore,
        formats: Sequence[Format],
        *,
        now: datetime,
        day: date,
        trending: int | None,
        progress: Callable[[Progress], None],
        forced: bool,
        portion: int,
    ) -> None:
        self._store = store
        self._formats = formats
        self._now = now
        self._day = day
        self._trending = trending
        self._progress = progress
        self._forced = forced
        self._portion = portion

    def read(self, source: str, dump: Dump) -> Receipt:
        """Read a dump and write what is new in it. Raise SourceError, DumpError or OSError if it cannot be read."""
        # Fetch it before the history is locked: a slow server must not block other writers.
        raw = dump.open()
        with decompressed(raw) as stream:
            report = self._reporter(dump.name, raw)
            form = self._formats[0] if self._forced else recognise(stream.read(HEAD), self._formats)
            stream.seek(0)
            return self._record(source, dump, form, stream, report)

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
                receipt = Receipt(
                    source=source,
                    dump=dump.name,
                    format=form.name,
                    status=status,
                    counts=counts,
                    rejects=tuple(rejects),
                    reason=reason,
                    batch=batch_name,
                    at=self._now,
                    day=self._day,
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
