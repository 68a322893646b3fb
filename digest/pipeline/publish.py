"""Publish: the editions that are due are made out of the changes since each reader's last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digest.edition import News, edit
from digest.model import EditionState, ReaderKind
from digest.pipeline.rarity import Rarity
from digest.schedule import due, last_moment, local_date, next_due

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from digest.model import Change, ChangeKind, Edition, Entry, Miss, Profile, RankedPaper, Reader
    from digest.pipeline.protocols import Ranker, Store
    from digest.rank.weighing import Weighed

    #: which changes an edition covers: those after the first, of this day or later
    Span = tuple[int, date]
    Ranked = dict[Span, dict[Profile, list[RankedPaper]]]

__all__ = ["Publish", "Published"]

# Editions that are made, and written, at a time: what is ranked for a million readers is not held at once.
_PORTION = 10_000

_UNSENT = (EditionState.WAITING, EditionState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    editions: tuple[Edition, ...]
    #: the readers for whom nothing was due, and when something will be, in UTC; None for feeds
    not_due: tuple[tuple[Reader, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class _Task:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """The second verb.

    ``lookback`` is how many days back a new reader starts. ``domain`` stands in the Message-IDs.
    """

    store: Store
    ranker: Ranker
    lookback: int
    domain: str

    def __call__(
        self,
        readers: Sequence[Reader],
        *,
        now: datetime,
        day: date | None = None,
        everyone: bool = False,
    ) -> Published:
        """Make what is due at ``now``, or was due by the end of ``day``; with ``everyone``, all, due or not."""
        tasks, not_due = self._plan(readers, now, day, everyone=everyone)
        editions = self._make(tasks, now) if tasks else []
        return Published(editions=tuple(editions), not_due=tuple(not_due))

    def _plan(
        self, readers: Sequence[Reader], now: datetime, day: date | None, *, everyone: bool
    ) -> tuple[list[_Task], list[tuple[Reader, datetime | None]]]:
        ids = [reader.id for reader in readers]
        newest = self.store.newest_editions(ids)
        cursors = self.store.cursors(ids)
        last_seq = self.store.last_seq()
        tasks: list[_Task] = []
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

    def _task(self, reader: Reader, day: date, previous: Edition | None, cursor: int | None) -> _Task:
        lookback = timedelta(days=self.lookback)
        if previous is None:
            return _Task(reader, day, 0, day - lookback, last_moment(reader.timezone, day) - lookback)
        if reader.kind is ReaderKind.FEED and previous.date == day:
            # The day's edition grows: it is made again from where it began.
            growing, *before = self.store.editions(reader=reader.id, limit=2)
            from_day = (before[0].date if before else day) - lookback
            since = last_moment(reader.timezone, day) - lookback
            return _Task(reader, day, previous.from_seq, from_day, since, growing.entries)
        if cursor is None:  # nothing has ever reached this reader
            return _Task(reader, day, 0, day - lookback, previous.created_at)
        return _Task(reader, day, cursor, previous.date - lookback, previous.created_at)

    def _make(self, tasks: Sequence[_Task], now: datetime) -> list[Edition]:
        """Make the editions and write them; return those that were written."""
        to_seq = self.store.last_seq()
        changes = self._changes(tasks, to_seq)
        profiles = list(dict.fromkeys(p for task in tasks for p in task.reader.profiles))
        weighed = self._weighed(profiles, changes, to_seq, save=True)
        receipts = self.store.receipts(min(task.since for task in tasks))
        news = {
            span: News([change for change in changes if task.covers(change)])
            for span, task in {task.span: task for task in tasks}.items()
        }
        written: list[Edition] = []
        ranked: Ranked = {}
        for start in range(0, len(tasks), _PORTION):
            portion = tasks[start : start + _PORTION]
            ranked = self._best(portion, news, weighed, ranked)
            written += self.store.save_editions(
                [
                    edit(
                        task.reader,
                        task.day,
                        news[task.span],
                        ranked[task.span],
                        from_seq=task.from_seq,
                        to_seq=to_seq,
                        receipts=[receipt for receipt in receipts if receipt.at > task.since],
                        now=now,
                        domain=self.domain,
                        before=task.told,
                    )
                    for task in portion
                ]
            )
        return written

    def _best(self, tasks: Sequence[_Task], news: Mapping[Span, News], weighed: Weighed, before: Ranked) -> Ranked:
        """What can be in the tasks' editions. Profiles that many share were perhaps ranked ``before``."""
        wanted: dict[tuple[Span, tuple[ChangeKind, ...]], dict[Profile, None]] = {}
        for task in tasks:
            for profile in task.reader.profiles:
                wanted.setdefault((task.span, profile.changes), {})[profile] = None
        ranked: Ranked = {task.span: {} for task in tasks}
        for (span, kinds), profiles in wanted.items():
            known = before.get(span, {})
            ranked[span] |= {profile: known[profile] for profile in profiles if profile in known}
            fresh = [profile for profile in profiles if profile not in known]
            ranked[span].update(self.ranker.best(weighed, fresh, news[span].told(kinds)))
        return ranked

    def _changes(self, tasks: Sequence[_Task], to_seq: int) -> list[Change]:
        """What any of the tasks covers, oldest first: the whole archive is never read for a new reader's sake."""
        found: list[Change] = []
        for group in ([t for t in tasks if t.from_seq], [t for t in tasks if not t.from_seq]):
            if group:
                since, from_day = min(task.from_seq for task in group), min(task.from_day for task in group)
                found += self.store.changes(since, until=to_seq, from_day=from_day)
        return [change for _, change in sorted({change.seq: change for change in found}.items())]

    def standing(self, profile: Profile, *, since: int | None, today: date) -> tuple[list[RankedPaper], list[Miss]]:
        """What a profile would get from the changes after ``since``, else from the last ``lookback``, and what it would
        just miss; both best first.
        """
        from_day = None if since is not None else today - timedelta(days=self.lookback)
        changes = self.store.changes(since or 0, from_day=from_day)
        weighed = self._weighed([profile], changes, self.store.last_seq(), save=False)
        return self.ranker.rank(weighed, profile), self.ranker.near(weighed, profile)

    def _weighed(self, profiles: Sequence[Profile], changes: Sequence[Change], to_seq: int, *, save: bool) -> Weighed:
        """What the papers of some changes have of the profiles' keywords, and what that is worth today."""
        papers = list({change.paper.key: change.paper for change in changes}.values())
        hits = self.ranker.match(papers, profiles)
        rarity = Rarity(self.store, self.ranker)
        frequencies = rarity.count(hits, profiles, to_seq)
        if save:
            rarity.save(frequencies)
        return self.ranker.weigh(hits, frequencies)
