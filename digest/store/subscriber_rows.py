"""Rows of subscribers to the model and back."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from digest.errors import KeywordError
from digest.keywords import parse
from digest.localtime import parse_timezone
from digest.model import SetAside, Subscriber, subscriber_id

if TYPE_CHECKING:
    from sqlalchemy import Row

__all__ = ["subscriber_row", "to_subscriber"]


def subscriber_row(one: Subscriber) -> dict[str, Any]:
    """A subscriber without their id and when they are due."""
    return {
        "reader": subscriber_id(one.address),
        "address": one.address,
        "profiles": one.profiles,
        "keywords": [keyword.text for keyword in one.keywords],
        "send_at": one.send_at,
        "timezone": one.timezone,
        "days": sum(1 << day for day in one.days),
        "send_empty": one.send_empty,
        "threshold": one.threshold,
        "limit": one.limit,
        "configured": one.configured,
        "created_at": one.created_at,
    }


def to_subscriber(row: Row[Any]) -> Subscriber | SetAside:
    """A row of subscribers with ``unsubscribed_at``; set aside if a keyword or the zone is not valid any more."""
    try:
        return Subscriber(
            address=row.address,
            profiles=tuple(row.profiles),
            keywords=tuple(map(_keyword, row.keywords)),
            send_at=row.send_at,
            timezone=_timezone(row.timezone),
            days=_days(row.days),
            send_empty=row.send_empty,
            threshold=row.threshold,
            limit=row.limit,
            configured=row.configured,
            created_at=row.created_at,
            unsubscribed_at=row.unsubscribed_at,
        )
    except (KeywordError, ValueError) as error:
        return SetAside(row.address, str(error))


# Ten million keywords have few distinct texts, and a million readers few zones.
_keyword = lru_cache(maxsize=1 << 18)(partial(parse, stored=True))
_timezone = lru_cache(maxsize=1 << 10)(parse_timezone)


@lru_cache(maxsize=128)
def _days(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)
