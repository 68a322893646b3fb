"""Which readers are due, and which changes each one's edition covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from digest.model import EditionState, ReaderKind
from digest.schedule import due, last_moment, local_date, next_due

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from digest.model import Change, Edition, Entry, Reader

    #: which changes an edition covers: those after the first, of this day or later
    Span = tuple[int, date]

__all__ = ["Plan", "PlanStore", "Task"]

_UNSENT = (EditionState.WAITING, EditionState.DEFERRED)


class PlanStore(Protocol):
    """What planning needs of the history."""

    def last_seq(self) -> int:
        """The number of the newest change, 0 if there is none."""
        ...

    def newest_editions(self, readers: Collection[str]) -> dict[str, Edition]:
        """Each reader's edition of the latest date, without its entries."""
        ...

    def cursors(self, readers: Collection[str]) -> dict[str, int]:
        """How far each reader has got in the change log: the last change of an edition that was sent or empty."""
        ...

    def editions(self, *, reader: str | None = None, limit: int = 100) -> list[Edition]:
        """Editions with entries, newest date first."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """An edition to be made."""

    reader: Reader
    day: date
    #: it covers the changes after this one
    from_seq: int
    #: and of them those of this day or later: no archive is news, whenever it was read
    from_day: date
    #: its receipts are those written after this instant
    since: datetime
    #: the entries of the edition that it takes the place of
    told: tuple[Entry, ...] = ()

    @property
    def span(self) -> Span:
        """Tasks of one span cover the same changes."""
        return self.from_seq, self.from_day

    def covers(self, change: Change) -> bool:
        """Whether a change belongs to it."""
        return change.seq > self.from_seq and change.day >= self.from_day


@dataclass(frozen=True, slots=True)
class Plan:
    """Finds the editions to be made. ``lookback`` is how many days back a new reader starts."""

    store: PlanStore
    lookback: int

    def __call__(
        self, readers: Sequence[Reader], *, now: datetime, day: date | None, everyone: bool
    ) -> tuple[list[Task], list[tuple[Reader, datetime | None]]]:
        """The tasks, and the readers for whom nothing is due with when something will be, in UTC; None for feeds."""
        ids = [reader.id for reader in readers]
        newest = self.store.newest_editions(ids)
        cursors = self.store.cursors(ids)
        last_seq = self.store.last_seq()
        tasks: list[Task] = []
        not_due: list[tuple[Reader, datetime | None]] = []
        for reader in readers:
            previous = newest.get(reader.id)
            moment = now if day is None else last_moment(reader.timezone, day)
            date_due = self._date_due(reader, moment, previous, last_seq, everyone=everyone)
            if date_due is None:
                not_due.append((reader, next_due(reader, now)))
                continue
            tasks.append(self._task(reader, date_due, previous, cursors.get(reader.id)))
        return tasks, not_due

    def _date_due(
        self, reader: Reader, moment: datetime, previous: Edition | None, last_seq: int, *, everyone: bool
    ) -> date | None:
        if reader.kind is ReaderKind.FEED:
            date_due = due(reader, moment, previous.date if previous else None)
            unchanged = previous is not None and previous.date == date_due and previous.to_seq >= last_seq
            return None if unchanged else date_due
        if previous is not None and previous.state in _UNSENT:
            return None  # one edition of a reader is on its way at a time: what it covers is not known to be read
        if everyone:
            today = local_date(reader.timezone, moment)
            return today if previous is None or previous.date < today else None
        return due(reader, moment, previous.date if previous else None)

    def _task(self, reader: Reader, day: date, previous: Edition | None, cursor: int | None) -> Task:
        lookback = timedelta(days=self.lookback)
        if previous is None:
            return Task(reader, day, 0, day - lookback, last_moment(reader.timezone, day) - lookback)
        if reader.kind is ReaderKind.FEED and previous.date == day:
            # The day's edition grows: it is made again from where it began.
            growing, *before = self.store.editions(reader=reader.id, limit=2)
            from_day = (before[0].date if before else day) - lookback
            since = last_moment(reader.timezone, day) - lookback
            return Task(reader, day, previous.from_seq, from_day, since, growing.entries)
        if cursor is None:  # nothing has ever reached this reader
            return Task(reader, day, 0, day - lookback, previous.created_at)
        return Task(reader, day, cursor, previous.date - lookback, previous.created_at)
