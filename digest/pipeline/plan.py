"""Which editions are due, and which changes each of them covers. Subscribers are read a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from digest.model import EditionState, Reader, ReaderKind, SetAside, feed_id
from digest.schedule import due, feed_due, last_moment, local_date
from digest.subscriptions import checked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from digest.model import Change, Edition, Entry, Profile, Subscriber

    #: which changes an edition covers: those after the first, of this day or later
    Span = tuple[int, date]

__all__ = ["Page", "Plan", "PlanStore", "Task"]

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

    def due_subscribers(self, until: datetime) -> Iterator[list[Subscriber | SetAside]]:
        """Pages of the subscribers who may have an edition due by an instant, but for those who have one waiting."""
        ...

    def active_subscribers(self) -> Iterator[list[Subscriber | SetAside]]:
        """Pages of all who have not unsubscribed."""
        ...

    def reschedule(self, readers: Iterable[Reader]) -> None:
        """Correct the stored due instants of readers for whom nothing is due."""
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
class Page:
    """Some of the editions to be made."""

    tasks: Sequence[Task]
    #: stored subscribers who get none until somebody corrects what is wrong with them
    set_aside: Sequence[SetAside] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Finds the editions to be made. ``lookback`` is how many days back a new reader starts."""

    store: PlanStore
    #: by name; each has a feed
    profiles: Mapping[str, Profile]
    #: of the feeds
    timezone: str
    lookback: int

    def __call__(self, *, now: datetime, day: date | None = None, everyone: bool = False) -> Iterator[Page]:
        """Yield the editions to be made, those of the feeds with the first of the others.

        They are those due at ``now``, or by the end of ``day``; with ``everyone``, all readers', due or not.
        """
        feeds = self._feeds(now if day is None else last_moment(self.timezone, day))
        if everyone:
            pages = self.store.active_subscribers()
        else:
            # By the end of the day in the last zone, a date later in UTC; of each reader it is looked at exactly.
            until = now if day is None else datetime.combine(day + timedelta(days=2), datetime.min.time(), UTC)
            pages = self.store.due_subscribers(until)
        for found in pages:
            page = self._page(found, now, day, everyone=everyone)
            yield Page([*feeds, *page.tasks], page.set_aside)
            feeds = []
        if feeds:
            yield Page(feeds)

    # -- feeds

    def _feeds(self, now: datetime) -> list[Task]:
        feeds = [
            Reader(id=feed_id(name), kind=ReaderKind.FEED, profiles=(profile,), timezone=self.timezone)
            for name, profile in self.profiles.items()
        ]
        last_seq = self.store.last_seq()
        ids = [feed.id for feed in feeds]
        newest, cursors = self.store.newest_editions(ids), self.store.cursors(ids)
        tasks = []
        for feed in feeds:
            previous = newest.get(feed.id)
            date_due = feed_due(self.timezone, now, previous.date if previous else None)
            unchanged = previous is not None and previous.date == date_due and previous.to_seq >= last_seq
            if date_due is not None and not unchanged:
                tasks.append(self._feed(feed, date_due, previous, cursors.get(feed.id)))
        return tasks

    def _feed(self, feed: Reader, day: date, previous: Edition | None, cursor: int | None) -> Task:
        if previous is None or previous.date != day:
            return self._task(feed, day, previous, cursor)
        # The day's edition grows: it is made again from where it began.
        lookback = timedelta(days=self.lookback)
        growing, *before = self.store.editions(reader=feed.id, limit=2)
        from_day = (before[0].date if before else day) - lookback
        return Task(feed, day, previous.from_seq, from_day, last_moment(feed.timezone, day) - lookback, growing.entries)

    # -- subscribers

    def _page(self, found: Iterable[Subscriber | SetAside], now: datetime, day: date | None, *, everyone: bool) -> Page:
        known = [checked(one, self.profiles) for one in found]
        readers = [one for one in known if isinstance(one, Reader)]
        ids = [reader.id for reader in readers]
        newest, cursors = self.store.newest_editions(ids), self.store.cursors(ids)
        tasks: list[Task] = []
        early: list[Reader] = []
        for reader in readers:
            previous = newest.get(reader.id)
            if previous is not None and previous.state in _UNSENT:
                continue  # what it covers is not known to be read
            moment = now if day is None else last_moment(reader.timezone, day)
            date_due = _date_due(reader, moment, previous, everyone=everyone)
            if date_due is not None:
                tasks.append(self._task(reader, date_due, previous, cursors.get(reader.id)))
            elif day is None and not everyone:
                early.append(reader)
        if early:
            self.store.reschedule(early)
        return Page(tasks, [one for one in known if isinstance(one, SetAside)])

    def _task(self, reader: Reader, day: date, previous: Edition | None, cursor: int | None) -> Task:
        lookback = timedelta(days=self.lookback)
        if previous is None:
            return Task(reader, day, 0, day - lookback, last_moment(reader.timezone, day) - lookback)
        if cursor is None:  # nothing has ever reached this reader
            return Task(reader, day, 0, day - lookback, previous.created_at)
        return Task(reader, day, cursor, previous.date - lookback, previous.created_at)


def _date_due(reader: Reader, moment: datetime, previous: Edition | None, *, everyone: bool) -> date | None:
    newest = previous.date if previous else None
    if everyone:
        today = local_date(reader.timezone, moment)
        return today if newest is None or newest < today else None
    return due(reader, moment, newest)
