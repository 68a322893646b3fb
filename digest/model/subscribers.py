"""Subscribers, whether the configuration names them or they were added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from digest.keywords import Keyword

__all__ = ["SetAside", "Subscriber"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody who gets editions at an address."""

    #: as ``digest.address`` parses it
    address: str
    #: names of profiles
    profiles: tuple[str, ...] = ()
    #: their own, beside the profiles
    keywords: tuple[Keyword, ...] = ()
    #: the local time of day
    send_at: time = time(8)
    #: an IANA zone name
    timezone: str = "UTC"
    #: Monday is 0
    days: frozenset[int] = frozenset(range(5))
    #: send a digest even if nothing matched
    send_empty: bool = False
    #: for their own keywords; None for that of a new profile
    threshold: float | None = None
    #: for their own keywords; None for that of a new profile
    limit: int | None = None
    #: whether the configuration names them: then it alone can change them
    configured: bool = False
    #: None before they are stored
    created_at: datetime | None = None
    #: None for those who get editions
    unsubscribed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A stored subscriber who gets nothing until somebody corrects what is wrong."""

    address: str
    reason: str
