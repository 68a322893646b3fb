"""Weekdays, times of day and time zones, as people write them."""

from __future__ import annotations

from datetime import time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from digest.errors import suggestion

__all__ = ["days_text", "parse_days", "parse_time", "parse_timezone", "timezones"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_days(text: str) -> frozenset[int]:
    """Parse weekdays such as ``mon-fri``, ``sat,sun``, ``fri-mon`` or ``daily``; Monday is 0. Raise ValueError."""
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = ("mon", "-", "sun") if part == "daily" else part.partition("-")
        if first not in _DAYS or (last if dash else first) not in _DAYS:
            raise ValueError(f"{part!r} is not a weekday or a range of weekdays; write for example mon-fri, or sat,sun")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(found)


def days_text(days: frozenset[int]) -> str:
    """Write weekdays as ``parse_days`` reads them: a range where there is one of three or more."""
    for first in range(7):
        ranged = [(first + step) % 7 for step in range(len(days))]
        if len(days) > 2 and days == frozenset(ranged):
            return f"{_DAYS[first]}-{_DAYS[ranged[-1]]}"
    return ",".join(_DAYS[day] for day in sorted(days))


def parse_time(text: str) -> time:
    """Parse a time of day such as ``08:00``. Raise ValueError."""
    try:
        found = time.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or ":" not in text:
        raise ValueError(f'must be a time such as "08:00", not {text!r}')
    return found


@cache
def timezones() -> set[str]:
    """The names of all zones; the standard library looks through the whole zone database each time it is asked."""
    return available_timezones()


def parse_timezone(name: str) -> str:
    """Check the name of a time zone. Raise ValueError with what was perhaps meant."""
    if name not in timezones():
        raise ValueError(
            f"{name!r} is not a time zone{suggestion(name, timezones())}; write an IANA name such as Europe/Paris"
        )
    return ZoneInfo(name).key
