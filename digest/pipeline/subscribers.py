"""The subscribers of the history, those whom the configuration names among them, as readers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from digest.model import SetAside, Subscriber
from digest.subscriptions import checked, fingerprint, reader_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from digest.model import Profile, Reader

__all__ = ["SubscriberStore", "Subscribers"]


class SubscriberStore(Protocol):
    """What this needs of the history."""

    def synchronise(self, configured: Sequence[Subscriber], fingerprint: str, now: datetime) -> None:
        """Make the rows that the configuration names those that it names now; nothing while it stays the same."""
        ...

    def active_subscribers(self) -> Iterator[list[Subscriber | SetAside]]:
        """Pages of all who have not unsubscribed."""
        ...

    def subscribers_of(self, readers: Collection[str]) -> dict[str, Subscriber | SetAside]:
        """The subscribers that some readers are, given by the readers' ids."""
        ...


@dataclass(kw_only=True)
class Subscribers:
    """Who gets editions at an address."""

    store: SubscriberStore
    #: those whom the configuration names
    configured: Sequence[Subscriber]
    #: by name
    profiles: Mapping[str, Profile]

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.configured)

    def synchronise(self, now: datetime) -> None:
        """Write the subscribers of the configuration into the history. It costs nothing while they stay the same."""
        self.store.synchronise(self.configured, self._fingerprint, now)

    def set_aside(self) -> Iterator[SetAside]:
        """The stored subscribers who get nothing until somebody corrects what is wrong with them."""
        for page in self.store.active_subscribers():
            known = (checked(one, self.profiles) for one in page)
            yield from (one for one in known if isinstance(one, SetAside))

    def readers(self, ids: Collection[str]) -> dict[str, Reader]:
        """The subscribers among some readers, by id; those who are gone are left out."""
        found = self.store.subscribers_of(ids).items()
        active = {id_: one for id_, one in found if isinstance(one, Subscriber) and one.unsubscribed_at is None}
        return {id_: reader_of(one, self.profiles) for id_, one in active.items()}
