"""Publish: the editions that are due are made out of the changes since each reader's last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from digest.edition import News, edit, told
from digest.model import Standing
from digest.pipeline.plan import Plan, PlanStore
from digest.pipeline.rarity import FrequencyStore, Rarity
from digest.rank.near import most_like, parted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from digest.model import (
        Change,
        ChangeKind,
        Edition,
        EditionState,
        Profile,
        RankedPaper,
        Reader,
        Receipt,
        SetAside,
        Subscriber,
    )
    from digest.pipeline.plan import Span, Task
    from digest.pipeline.protocols import Ranker
    from digest.rank.weighing import Weighed
    from digest.rank.worth import Frequency, Hits

    Ranked = dict[Profile, list[RankedPaper]]

__all__ = ["Made", "Publish", "PublishStore", "Published"]

# Editions that are made, and written, at a time: what is made for a million readers is not held at once.
_PORTION = 10_000
#: subscribers of whom is said when their next edition is due
_UPCOMING = 10


class PublishStore(PlanStore, FrequencyStore, Protocol):
    """What publishing needs of the history."""

    def changes(self, since: int, *, until: int | None = None, from_day: date | None = None) -> list[Change]:
        """The changes with since < seq <= until, oldest first, of dumps taken on ``from_day`` or later."""
        ...

    def receipts(self, since: datetime | None) -> list[Receipt]:
        """The receipts written after an instant, oldest first."""
        ...

    def save_editions(self, made: Sequence[Edition], readers: Collection[Reader]) -> list[Edition]:
        """Write editions of some readers, and when the next one of each is due; return those that were written.

        One that exists for its reader and date is left alone, but for a feed's that grew: that is replaced.
        """
        ...

    def upcoming(self, now: datetime, limit: int) -> list[tuple[Subscriber, datetime]]:
        """The subscribers whose editions are due next after an instant, soonest first, with when that is in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """What there is to say of an edition that was made; the edition itself is in the history."""

    reader: str
    date: date
    from_seq: int
    to_seq: int
    message_id: str | None
    state: EditionState
    #: how many papers are in it, how many were looked at, and the title of the best
    entries: int
    considered: int
    first: str | None

    @classmethod
    def of(cls, edition: Edition) -> Made:
        """Of a million editions that were made, this is kept until all are."""
        return cls(
            edition.reader,
            edition.date,
            edition.from_seq,
            edition.to_seq,
            edition.message_id,
            edition.state,
            len(edition.entries),
            edition.considered,
            edition.entries[0].paper.paper.title if edition.entries else None,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    editions: tuple[Made, ...]
    #: stored subscribers who get nothing until somebody corrects what is wrong with them
    set_aside: tuple[SetAside, ...]
    #: the subscribers whose editions are due next, soonest first, and when in UTC: the first few of them
    upcoming: tuple[tuple[Subscriber, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """The second verb.

    ``lookback`` is how many days back a new reader starts. ``domain`` is that of the Message-IDs.
    """

    store: PublishStore
    ranker: Ranker
    #: of the feeds
    timezone: str
    lookback: int
    domain: str

    def __call__(
        self,
        profiles: Sequence[Profile],
        *,
        now: datetime,
        day: date | None = None,
        everyone: bool = False,
    ) -> Published:
        """Make what is due at ``now``, or was due by the end of ``day``; with ``everyone``, all, due or not.

        Each of the profiles has a feed; subscribers are read from the history, a page at a time.
        """
        by_name = {profile.name: profile for profile in profiles}
        plan = Plan(store=self.store, profiles=by_name, timezone=self.timezone, lookback=self.lookback)
        editions: list[Made] = []
        set_aside: list[SetAside] = []
        for page in plan(now=now, day=day, everyone=everyone):
            set_aside += page.set_aside
            editions += self._make(page.tasks, now) if page.tasks else ()
        upcoming = self.store.upcoming(now, _UPCOMING)
        return Published(editions=tuple(editions), set_aside=tuple(set_aside), upcoming=tuple(upcoming))

    def _make(self, tasks: Sequence[Task], now: datetime) -> list[Made]:
        """Make the editions and write them; tell of those that were written."""
        to_seq = self.store.last_seq()
        changes = self._changes(tasks, to_seq)
        profiles = list(dict.fromkeys(p for task in tasks for p in task.reader.profiles))
        hits, frequencies = self._matched(profiles, changes, to_seq, save=True)
        places = {known.key: place for place, known in enumerate(hits.papers)}
        receipts = self.store.receipts(min(task.since for task in tasks))
        spans: dict[Span, list[Task]] = {}
        for task in tasks:
            spans.setdefault(task.span, []).append(task)
        written: list[Made] = []
        for of_span in spans.values():
            news = News([change for change in changes if of_span[0].covers(change)])
            # Weighed among what these editions cover: who else is due today changes nobody's scores.
            covered = list(dict.fromkeys(places[change.paper.key] for change in news.changes))
            weighed = self.ranker.weigh(hits.among(covered), frequencies)
            ranked: Ranked = {}
            for start in range(0, len(of_span), _PORTION):
                portion = of_span[start : start + _PORTION]
                ranked = self._best(portion, news, weighed, ranked)
                made = [
                    edit(
                        task.reader,
                        task.day,
                        news,
                        ranked,
                        from_seq=task.from_seq,
                        to_seq=to_seq,
                        receipts=[receipt for receipt in receipts if receipt.at > task.since],
                        now=now,
                        domain=self.domain,
                        before=task.told,
                    )
                    for task in portion
                ]
                readers = [task.reader for task in portion]
                written += map(Made.of, self.store.save_editions(made, readers))
        return written

    def _best(self, tasks: Sequence[Task], news: News, weighed: Weighed, before: Ranked) -> Ranked:
        """What can be in the tasks' editions. Profiles that many share were perhaps ranked ``before``."""
        wanted: dict[tuple[ChangeKind, ...], dict[Profile, None]] = {}
        growing = {profile for task in tasks if task.told for profile in task.reader.profiles}
        for task in tasks:
            for profile in task.reader.profiles:
                wanted.setdefault(profile.changes, {})[profile] = None
        ranked: Ranked = {}
        for kinds, profiles in wanted.items():
            ranked |= {profile: before[profile] for profile in profiles if profile in before}
            fresh = [profile for profile in profiles if profile not in before and profile not in growing]
            ranked.update(self.ranker.best(weighed, fresh, news.told(kinds)))
        # What was told today stays, even where a limit's worth of better papers came in since.
        return ranked | {profile: self.ranker.rank(weighed, profile) for profile in growing}

    def _changes(self, tasks: Sequence[Task], to_seq: int) -> list[Change]:
        """What any of the tasks covers, oldest first: the whole archive is never read for a new reader's sake."""
        found: list[Change] = []
        for group in ([t for t in tasks if t.from_seq], [t for t in tasks if not t.from_seq]):
            if group:
                since, from_day = min(task.from_seq for task in group), min(task.from_day for task in group)
                found += self.store.changes(since, until=to_seq, from_day=from_day)
        return [change for _, change in sorted({change.seq: change for change in found}.items())]

    def standing(self, profile: Profile, *, since: int | None, today: date) -> Standing:
        """What a profile would send of the changes after ``since``, else of the last ``lookback``, and what not.

        That is what a new reader would get: what was sent before is ranked too, for who asks why it was.
        """
        from_day = None if since is not None else today - timedelta(days=self.lookback)
        changes = self.store.changes(since or 0, from_day=from_day)
        hits, frequencies = self._matched([profile], changes, self.store.last_seq(), save=False)
        weighed = self.ranker.weigh(hits, frequencies)
        # All papers are weighed, as for an edition, but only what the profile is told of can be in one.
        known = told(changes, profile.changes)
        ranking = [ranked for ranked in self.ranker.rank(weighed, profile) if ranked.paper.key in known]
        sent, left = parted(ranking, profile)
        return Standing(
            sent=tuple(sent),
            left=tuple(left),
            near=tuple(self.ranker.near(weighed, profile, known)),
            papers=len(weighed.hits.papers),
            told=len(known),
            like=most_like(weighed),
        )

    def _matched(
        self, profiles: Sequence[Profile], changes: Sequence[Change], to_seq: int, *, save: bool
    ) -> tuple[Hits, dict[str, Frequency]]:
        """What the papers of some changes have of the profiles' keywords, and how rare these are today."""
        papers = list({change.paper.key: change.paper for change in changes}.values())
        hits = self.ranker.match(papers, profiles)
        rarity = Rarity(self.store, self.ranker)
        frequencies = rarity.count(hits, profiles, to_seq)
        if save:
            rarity.save(frequencies)
        return hits, frequencies
