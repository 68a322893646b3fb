"""Backtest: the log of changes is read again, day by day, for one profile. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from digest.edition import told
from digest.model import ChangeKind
from digest.pipeline.rarity import Rarity
from digest.rank.backtest import NewsOfDay, backtest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digest.model import Change, Profile
    from digest.pipeline.protocols import Ranker, Store
    from digest.rank.backtest import Backtest

__all__ = ["look_back"]


def look_back(store: Store, ranker: Ranker, profile: Profile, *, days: int, today: date) -> Backtest:
    """What the profile would have sent on each of the last ``days`` days, of which ``today`` is the last."""
    first = today - timedelta(days=days - 1)
    by_day: defaultdict[date, list[Change]] = defaultdict(list)
    for change in store.changes(0, from_day=first):
        by_day[change.day].append(change)
    news = [_news(day, by_day[day], profile) for day in (first + timedelta(days=n) for n in range(days))]
    wanted = frozenset().union(*(one.papers for one in news))
    papers = {change.paper.key: change.paper for changes in by_day.values() for change in changes}
    hits = ranker.match([paper for key, paper in papers.items() if key in wanted], [profile])
    frequencies = Rarity(store, ranker).count(hits, [profile], store.last_seq())
    return backtest(profile, news, hits, ranker.rank(ranker.weigh(hits, frequencies), profile))


def _news(day: date, changes: Sequence[Change], profile: Profile) -> NewsOfDay:
    wanted = {ChangeKind.NEW, *profile.changes}
    papers = frozenset(change.paper.key for change in changes if change.kind in wanted)
    return NewsOfDay(day, papers, frozenset(told(changes, profile.changes)))
