"""Invented papers for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from digest.diff import aliases
from digest.keywords import parse_profile
from digest.model import Edition, KnownPaper, Paper, Profile, ReaderKind, subscriber_id

LANTERN = (
    "We present Lantern, a decoding scheme in which a small draft model proposes several tokens and the large model "
    "accepts or rejects them in one pass. On three translation benchmarks it halves the latency without touching the "
    "weights, and the gain grows with the length of the answer."
)
TIDES = (
    "Ocean tides leave a faint magnetic signature that satellites can measure. We separate it from the field of the "
    "core with a sparse regression over twelve years of observations, and recover the conductivity of the upper mantle "
    "beneath the Pacific."
)


def paper(title: str = "Lantern: Drafting Ahead for Faster Decoding", abstract: str = LANTERN, **fields: Any) -> Paper:
    """A paper as a dump has it."""
    return Paper(title=title, abstract=abstract, **fields)


def known(record: Paper | None = None, *, seq: int = 1, source: str = "inbox", **fields: Any) -> KnownPaper:
    """A paper as the history has it."""
    record = record or paper(**fields)
    names = aliases(record)
    return KnownPaper(key=names[0], paper=record, aliases=names, sources={source: ("title",)}, first_seq=seq)


def profile(*keywords: str, name: str = "p", title: str = "P", **fields: Any) -> Profile:
    """A profile of keywords as a person types them."""
    return Profile(name=name, title=title, keywords=parse_profile(keywords), **fields)


def edition_of(address: str, day: date = date(2026, 11, 20), **fields: Any) -> Edition:
    """A subscriber's edition without entries."""
    given: dict[str, Any] = {
        "reader": subscriber_id(address), "kind": ReaderKind.SUBSCRIBER, "output": "mail", "date": day, "from_seq": 0,
        "to_seq": 1, "entries": (), "considered": 1, "receipts": (), "message_id": f"<{day}.{address}>",
        "created_at": datetime(2026, 11, 20, 9, tzinfo=UTC),
    }  # fmt: skip
    return Edition(**(given | fields))
