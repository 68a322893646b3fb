"""Backtest: the log of changes is read again, day by day, for one profile. Nothing is written.

What came in when the history began came all on one day, though its listings may be of many: of these papers the day is
that of their listing, so that a profile can be tried at once on the weeks that a first import brings.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from digest.edition import told
from digest.model import ChangeKind
from digest.pipeline.rarity import FrequencyStore, Rarity
from digest.rank.backtest import NewsOfDay, backtest

if TYPE_CHECKING:
    from datetime import date

    from digest.model import Change, Profile
    from digest.pipeline.protocols import Ranker
    from digest.rank.backtest import Backtest

__all__ = ["BacktestStore", "look_back"]


class BacktestStore(FrequencyStore, Protocol):
    """What a backtest needs of the history."""

    def last_seq(self) -> int:
        """The number of the newest change, 0 if there is none."""
        ...

    def changes(self, since: int, *, until: int | None = None, from_day: date | None = None) -> list[Change]:
        """The changes with since < seq <= until, oldest first, of dumps taken on ``from_day`` or later."""
        ...


def look_back(store: BacktestStore, ranker: Ranker, profile: Profile, *, days: int, today: date) -> Backtest:
    """What the profile would have sent on each of the last ``days`` days, of which ``today`` is the last."""
    first = today - timedelta(days=days - 1)
    by_day: defaultdict[date, list[Change]] = defaultdict(list)
    began = next((change.at.date() for change in store.changes(0, until=1)), None)
    for change in store.changes(0, from_day=first):
        if first <= (day := _day(change, began)) <= today:
            by_day[day].append(change)
    wanted = {ChangeKind.NEW, *profile.changes}
    papers = {
        change.paper.key: change.paper for changes in by_day.values() for change in changes if change.kind in wanted
    }
    hits = ranker.match([*papers.values()], [profile])
    frequencies = Rarity(store, ranker).count(hits, [profile], store.last_seq())
    places = {key: place for place, key in enumerate(papers)}
    news: list[NewsOfDay] = []
    for day in (first + timedelta(days=number) for number in range(days)):
        keys = dict.fromkeys(change.paper.key for change in by_day[day] if change.kind in wanted)
        # Weighed day by day, as editions are: what similar papers say is what those of that day say.
        weighed = ranker.weigh(hits.among([places[key] for key in keys]), frequencies)
        ranked = tuple(ranker.rank(weighed, profile))
        news.append(NewsOfDay(day, frozenset(keys), frozenset(told(by_day[day], profile.changes)), ranked))
    return backtest(profile, news, hits)


def _day(change: Change, began: date | None) -> date:
    """The day whose news a change is, of a history that began on a day."""
    listed = change.paper.paper.listed
    if listed is None or change.kind is not ChangeKind.NEW or change.at.date() != began:
        return change.day
    return min(listed, change.day)
