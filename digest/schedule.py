"""When a reader's edition is due. Pure.

A local time of day is turned into an instant with ``zoneinfo`` and ``fold=0``, and the date is never derived again from
the instant: an hour that a change to summer time skips, or that the change back has twice, is one instant and gives one
edition.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.model import ReaderKind

if TYPE_CHECKING:
    from digest.model import Reader

__all__ = ["due", "instant", "last_moment", "local_date", "next_due"]


def local_date(timezone: str, now: datetime) -> date:
    """The calendar date in a zone at an instant."""
    return now.astimezone(ZoneInfo(timezone)).date()


def instant(reader: Reader, day: date) -> datetime:
    """When the reader's edition of a date is due, in UTC.

    An hour that does not exist on that date counts as if the clock had not been put forward; one that comes twice
    is the first (PEP 495).
    """
    return datetime.combine(day, reader.send_at, tzinfo=ZoneInfo(reader.timezone)).replace(fold=0).astimezone(UTC)


def last_moment(timezone: str, day: date) -> datetime:
    """The last second of a date in a zone, in UTC: what is due on the date is due by then."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(timezone))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def due(reader: Reader, now: datetime, newest: date | None) -> date | None:
    """The date whose edition the reader should have by now and has not; None where there is none.

    ``newest`` is the date of the reader's newest edition. After an outage this is the last date that was missed, so
    that one edition covers the gap. A feed's date is always today: its edition stays open through the day.
    """
    today = local_date(reader.timezone, now)
    if reader.kind is ReaderKind.FEED:
        return today if newest is None or newest <= today else None
    for back in range(8):
        day = today - timedelta(days=back)
        if newest is not None and day <= newest:
            return None
        if day.weekday() in reader.days and instant(reader, day) <= now:
            return day
    return None


def next_due(reader: Reader, now: datetime) -> datetime | None:
    """When the reader's next edition is due after ``now``, in UTC; None for feeds, which take what comes."""
    if reader.kind is ReaderKind.FEED:
        return None
    today = local_date(reader.timezone, now)
    upcoming = (
        instant(reader, today + timedelta(days=ahead))
        for ahead in range(9)
        if (today + timedelta(days=ahead)).weekday() in reader.days
    )
    return next((moment for moment in upcoming if moment > now), None)
