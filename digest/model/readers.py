"""Readers and what they want to read about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from digest.address import MAIL, output_name
from digest.keywords import Keyword
from digest.model.papers import ChangeKind

__all__ = ["Profile", "Reader", "ReaderKind", "feed_id", "subscriber_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What somebody wants to read about."""

    name: str
    title: str
    #: of different meanings, and one at least that looks for something: see ``digest.keywords.merge``
    keywords: tuple[Keyword, ...]
    limit: int = 20
    threshold: float = 1.0
    #: what it wants to hear of
    changes: tuple[ChangeKind, ...] = (ChangeKind.NEW, ChangeKind.TRENDING)
    #: whether papers that are nearly the same news stand together
    group: bool = False


class ReaderKind(StrEnum):
    """Who reads."""

    FEED = "feed"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever has a place in the change log: a public feed, or a subscriber."""

    #: see ``feed_id`` and ``subscriber_id``; nothing else may look into it
    id: str
    kind: ReaderKind
    profiles: tuple[Profile, ...]
    #: an IANA zone name
    timezone: str
    #: None for feeds
    address: str | None = None
    #: the name of the output that takes the address; None for feeds
    output: str | None = None
    #: the local time of day; it means nothing for feeds, whose edition stays open through the day
    send_at: time = time(8)
    #: Monday is 0
    days: frozenset[int] = frozenset(range(7))
    #: send a digest even if nothing matched
    send_empty: bool = False


def feed_id(profile: str) -> str:
    """The id of the reader that is a profile's public feed."""
    return f"feed:{profile}"


def subscriber_id(address: str) -> str:
    """The id of the reader that is the subscriber at a parsed address."""
    return f"mail:{address}" if output_name(address) == MAIL else address
