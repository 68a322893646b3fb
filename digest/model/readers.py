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
    #: without duplicates, and at least one that is not an exclusion; see ``digest.keywords.merge``
    keywords: tuple[Keyword, ...]
    limit: int = 20
    threshold: float = 1.0
    #: the kinds of changes that it wants
    changes: tuple[ChangeKind, ...] = (ChangeKind.NEW, ChangeKind.TRENDING)
    #: whether to group papers that are nearly the same news
    group: bool = False


class ReaderKind(StrEnum):
    """The kind of a reader."""

    FEED = "feed"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A public feed or a subscriber. Each reader has its own position in the change log."""

    #: opaque, except to ``feed_id`` and ``subscriber_id``
    id: str
    kind: ReaderKind
    profiles: tuple[Profile, ...]
    #: an IANA zone name
    timezone: str
    #: None for feeds
    address: str | None = None
    #: the name of the output that takes the address; None for feeds
    output: str | None = None
    #: the local time of day; not used for feeds, which are updated all day
    send_at: time = time(8)
    #: Monday is 0
    days: frozenset[int] = frozenset(range(7))
    #: send an edition even if nothing matched
    send_empty: bool = False


def feed_id(profile: str) -> str:
    """The reader id of a profile's public feed."""
    return f"feed:{profile}"


def subscriber_id(address: str) -> str:
    """The reader id of a subscriber, from a parsed address."""
    return f"mail:{address}" if output_name(address) == MAIL else address
