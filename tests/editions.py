"""Editions for tests of the store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from digest.model import Edition, ReaderKind

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()
ADA, BOB, CLEO, FEED = "mail:ada@example.org", "mail:bob@example.org", "mail:cleo@example.org", "feed:tides"


def edition(reader: str = ADA, day: date = TODAY, **fields: Any) -> Edition:
    """An empty one."""
    message_id = None if reader.startswith("feed:") else f"<{day}.{reader}@papers.example>"
    kind = ReaderKind.FEED if message_id is None else ReaderKind.SUBSCRIBER
    output = None if message_id is None else "mail"
    given: dict[str, Any] = {
        "kind": kind,
        "output": output,
        "from_seq": 0,
        "to_seq": 1,
        "entries": (),
        "considered": 1,
        "receipts": (),
    }
    return Edition(reader=reader, date=day, **(given | {"message_id": message_id, "created_at": NOW} | fields))
