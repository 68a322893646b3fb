"""Days as listings write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

__all__ = ["day", "whole_day"]

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")


def day(text: str) -> date | None:
    """The day that an ISO 8601 or RFC 822 date means, in UTC where it is an instant; None where it is none.

    Midnight is how a feed writes a day without a time: "Wed, 20 Aug 2025 00:00:00 +0200" is the 20th.
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if moment.tzinfo is None or moment.time() == time():
        return moment.date()
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return None


def whole_day(text: str) -> date | None:
    """A day such as 2026-11-17 or 2026/11/17; None where the day of the month is not told."""
    found = _DATE.match(text.strip())
    return day("{}-{:0>2}-{:0>2}".format(*found.groups())) if found else None
