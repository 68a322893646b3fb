"""When an edition is due. Pure.

A local time of day is turned into an instant with ``zoneinfo`` and ``fold=0``, and the date is never computed from the
instant: an hour that the change to summer time skips, or that the change back has twice, is one instant and gives one
edition.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import time

__all__ = ["AT_ONCE", "Schedule", "due", "feed_due", "instant", "last_moment", "local_date", "next_due"]

#: an instant before all others: what is due since then is due now
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class Schedule(Protocol):
    """When somebody wants their editions: a Subscriber or a Reader."""

    @property
    def send_at(self) -> time:
        """The local time of day."""
        ...

    @property
    def timezone(self) -> str:
        """An IANA zone name."""
        ...

    @property
    def days(self) -> frozenset[int]:
        """The weekdays; Monday is 0."""
        ...


def local_date(timezone: str, now: datetime) -> date:
    """The calendar date in a zone at an instant."""
    return now.astimezone(ZoneInfo(timezone)).date()


def last_moment(timezone: str, day: date) -> datetime:
    """The last second of a date in a zone, in UTC: what is due on the date is due by then."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(timezone))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def instant(schedule: Schedule, day: date) -> datetime:
    """When the edition of a date is due, in UTC.

    An hour that does not exist on that date counts as if the clock had not been put forward; of one that comes twice
    the first counts (PEP 495).
    """
    return _instant(schedule.send_at, schedule.timezone, day)


# A million readers have few hours and zones.
@lru_cache(maxsize=1 << 14)
def _instant(send_at: time, timezone: str, day: date) -> datetime:
    return datetime.combine(day, send_at, tzinfo=ZoneInfo(timezone)).replace(fold=0).astimezone(UTC)


def due(schedule: Schedule, now: datetime, newest: date | None) -> date | None:
    """The date whose edition is due by now and was not made yet; None if there is none.

    ``newest`` is the date of the newest edition. After an outage this is the last date that was missed, so that one
    edition covers the gap.
    """
    today = local_date(schedule.timezone, now)
    # Tomorrow too: a clock that is put back over midnight has shown a date before, whose hour has passed.
    for back in range(-1, 9):
        day = today - timedelta(days=back)
        if newest is not None and day <= newest:
            return None
        if day.weekday() in schedule.days and instant(schedule, day) <= now:
            return day
    return None


def next_due(schedule: Schedule, newest: date | None) -> datetime | None:
    """The instant from which an edition is due, in UTC: ``due`` has a date from then on, and none before.

    ``newest`` is the date of the newest edition; without any, one is due at once. None if the schedule has no days.
    """
    if not schedule.days:
        return None
    if newest is None:
        return AT_ONCE
    ahead = (newest + timedelta(days=number) for number in range(1, 8))
    return instant(schedule, next(day for day in ahead if day.weekday() in schedule.days))


def feed_due(timezone: str, now: datetime, newest: date | None) -> date | None:
    """The date of a feed's edition: always today, since it stays open through the day; None if a later one exists."""
    today = local_date(timezone, now)
    return today if newest is None or newest <= today else None
