"""The store as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.store.database import Database
from digest.store.editions import Editions
from digest.store.feedback import FeedbackLog
from digest.store.history import History
from digest.store.outbox import Outbox
from digest.store.secrets import Secrets
from digest.store.site import SiteState
from digest.store.subscribers import Subscribers
from digest.store.upgrade import upgrade

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["SqlStore", "open_store"]


class SqlStore(History, Editions, Outbox, Subscribers, FeedbackLog, SiteState, Secrets):
    """The history in a database, with what each verb of ``digest.pipeline`` needs. A ``with`` closes it."""

    def __init__(self, database: Database) -> None:
        History.__init__(self, database)
        Editions.__init__(self, database)
        Outbox.__init__(self, database)
        Subscribers.__init__(self, database)
        FeedbackLog.__init__(self, database)
        SiteState.__init__(self, database)
        Secrets.__init__(self, database)

    def __enter__(self) -> Self:
        """The store is open already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()


def open_store(url: str, *, patience: float = 30, create: bool = True) -> SqlStore:
    """Open a history, made if there is none and ``create`` is true, and bring its schema up to date.

    ``url`` is ``sqlite:///out/digest.db`` for a path relative to the working folder, ``sqlite:////…`` for an absolute
    one, ``sqlite://`` for one in memory, which is for a single thread. A writer waits ``patience`` seconds for another
    one. Raise StoreError where it can't be opened, or was written by a newer digest.
    """
    database = Database(url, patience=patience, create=create)
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)
