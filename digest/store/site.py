"""Whether the public files are up to date with the history."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from digest.model import EditionState
from digest.store.codec import to_edition
from digest.store.database import chunks
from digest.store.schema import changes, editions, receipts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select

    from digest.model import Edition
    from digest.store.database import Database

__all__ = ["SiteState"]


class SiteState:
    """Whether there is anything new to show."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def public_state(self) -> str:
        """A fingerprint of the history that changes whenever feeds or pages may have to be written again.

        Papers change only when a dump is read, and then there is a new receipt. A run without a dump writes receipts
        too, but pages show only each source's last one of a day, so only that one counts.
        """
        with self._database.read() as connection:
            found = [list(map(tuple, connection.execute(one))) for one in (_LAST_CHANGE, _LAST_DUMP, _QUIET_SOURCES)]
        quiet = {row[0]: row for row in found.pop()}
        return blake2b(repr((found, sorted(quiet.values()))).encode(), digest_size=8).hexdigest()

    def waiting_feeds(self, readers: Iterable[str] | None = None) -> list[Edition]:
        """The feeds' editions that no file shows yet, without their entries: of some readers, else of all."""
        waiting = select(*_COLUMNS).where(editions.c.state == EditionState.WAITING.value, editions.c.output.is_(None))
        parts = (
            [waiting] if readers is None else [waiting.where(editions.c.reader.in_(some)) for some in chunks(readers)]
        )
        with self._database.read() as connection:
            return [to_edition(row, {}) for part in parts for row in connection.execute(part)]


_COLUMNS = [column for column in editions.c if column.name not in {"entries", "receipts"}]

_LAST_CHANGE = select(func.max(changes.c.seq))
_LAST_DUMP = select(receipts.c.id).where(receipts.c.dump.is_not(None)).order_by(receipts.c.id.desc()).limit(1)


def _quiet_sources() -> Select[Any]:
    today = select(func.max(receipts.c.day)).scalar_subquery()
    columns = (receipts.c.source, receipts.c.day, receipts.c.status, receipts.c.reason)
    return select(*columns).where(receipts.c.day == today, receipts.c.dump.is_(None)).order_by(receipts.c.id)


_QUIET_SOURCES = _quiet_sources()
