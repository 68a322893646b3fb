"""Days as listings write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

__all__ = ["day", "month_number", "whole_day"]

#: characters of the longest date
_LONGEST = 100

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_NUMBERS = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))}
_NUMBERS["sept"] = 9
_NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?"
_WEEK = re.compile(r"\d{4}-?W\d{2}")
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 2026-11-17, 2026/11/17, 2026.11.17, 2026-Nov-17, 2026 May 1; more may follow, as in RIS: 2026/11/17/spring
        rf"{_YEAR}[-/. ]\s*(?:(?P<month>[01]?\d)|{_NAME})[-/. ]\s*{_DAY}(?!\d)",
        # 17.11.2026; of 11/17/2026 nobody knows whether the month or the day comes first
        rf"{_DAY}\.\s?(?P<month>[01]?\d)\.\s?{_YEAR}",
        # 17 Nov 2026, 17th of November, 2026, Tue, 17-Nov-2026
        rf"{_WEEKDAY}{_DAY}[-. ]\s*(?:of\s+)?{_NAME}[-,. ]\s*{_YEAR}",
        # November 17, 2026
        rf"{_WEEKDAY}{_NAME}[-. ]\s*{_DAY}[-,. ]\s*{_YEAR}",
        # 20261117
        r"(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)\Z",
    )
)


def day(text: str) -> date | None:
    """The day that a date means, in UTC where it is an instant; None where it is none, or names no day.

    ISO 8601 and RFC 822, and what people write: "17 Nov 2026", "November 17, 2026", "2026/11/17", "17.11.2026".
    Midnight is how a feed writes a day without a time: "Wed, 20 Aug 2025 00:00:00 +0200" is the 20th.
    """
    text = text[: _LONGEST + 1].strip()
    if len(text) > _LONGEST or _WEEK.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return whole_day(text)
    if moment.tzinfo is None or moment.time() == time():
        return moment.date()
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return None


def whole_day(text: str) -> date | None:
    """The day that a text begins with, without regard to a time; None where the day of the month is not said."""
    text = text[:_LONGEST].strip()
    for form in _FORMS:
        if found := form.match(text):
            part = found.groupdict()
            month = int(part["month"]) if part.get("month") else month_number(part.get("name") or "")
            try:
                return date(int(part["year"]), month or 0, int(part["day"]))
            except ValueError:
                continue
    return None


def month_number(text: str) -> int | None:
    """The number of a month by its English name: "nov", "Sept.", "November", "11"."""
    text = text.strip().rstrip(".").lower()
    if text.isascii() and text.isdecimal() and len(text) <= 2:
        return int(text) if 1 <= int(text) <= 12 else None
    return _NUMBERS.get(text)
