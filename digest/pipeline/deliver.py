"""Deliver: empty the outbox. Feeds and pages are written, and each output is given its editions.

The outbox is worked off in pages. A page is leased, so that several deliverers can work at once: see
``digest.store.outbox``. The state of an edition is written after each attempt, so that a reader's place in the log
moves only when the mail server, or whatever an output sends to, has taken it. If the process dies between the two, the
edition goes out again with the same Message-ID. Each attempt shows the papers as the history knows them by then.

An error is handled by whose fault it is. What is wrong with one edition costs only that one; what would fail for every
edition, such as a broken template, stops its output, and its editions wait. Public files and outputs don't wait for
each other.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from digest.errors import DeliveryError, PermanentDeliveryError, RenderError, TemporaryDeliveryError
from digest.model import Delivery, DeliveryState, EditionState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from digest.model import Edition, Reader
    from digest.pipeline.protocols import Output, Session
    from digest.pipeline.site import SiteWriter

__all__ = ["Deliver", "Delivered", "OutboxStore"]

#: editions that are claimed at a time: as many as one process may hold in memory
_PAGE = 100
#: how long a lease holds. Between two editions it is renewed, so one edition must take less time.
_LEASE = timedelta(minutes=10)
_RENEW = _LEASE / 3
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=4)
#: RFC 5321, section 4.5.4.1: "the give-up time generally needs to be at least 4-5 days"
_GIVE_UP = timedelta(days=4)
#: deliveries of a state that are kept to be shown; the others are counted
_SHOWN = 100


class OutboxStore(Protocol):
    """What delivering needs of the history."""

    def waiting_outputs(self, now: datetime) -> list[str]:
        """The names of the outputs that have something to send at an instant."""
        ...

    def claim(self, output: str, *, owner: str, now: datetime, until: datetime, limit: int) -> list[Edition]:
        """Lease the next editions of an output, with entries; nobody else gets them until the leases end."""
        ...

    def claim_site(self, *, owner: str, now: datetime, until: datetime) -> bool:
        """Lease the public files; False if somebody else is writing them."""
        ...

    def holds(self, edition: Edition, owner: str) -> bool:
        """Whether an edition is still to be sent, and by this owner: it can be cancelled, or its lease lost."""
        ...

    def renew(self, owner: str, *, until: datetime) -> None:
        """Hold what the owner still holds until a later instant."""
        ...

    def give_back(self, owner: str) -> None:
        """End the leases of an owner: what they did not get to can be claimed at once."""
        ...

    def lease_owners(self) -> set[str]:
        """Who has leases."""
        ...

    def update_edition(self, edition: Edition) -> None:
        """Write an edition's state, attempts, first and next attempt, error and sent_at, and end its lease."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of delivering."""

    #: how many editions of an output, or feeds where it is None, ended in a state
    counts: Mapping[tuple[str | None, DeliveryState], int] = field(default_factory=dict)
    #: the first hundred of each state
    deliveries: tuple[Delivery, ...] = ()
    #: the public files that were written because something in them is new
    files: tuple[str, ...] = ()
    #: why outputs stopped before the end: what is left waits, and no address is to blame
    stopped: str | None = None
    #: why the public files could not be written; the feeds' editions wait
    site_error: str | None = None

    def count(self, state: DeliveryState) -> int:
        """How many deliveries ended so."""
        return sum(number for (_, ended), number in self.counts.items() if ended is state)


@dataclass(slots=True)
class _Report:
    """What has come of it so far; it does not grow with the number of editions."""

    counts: Counter[tuple[str | None, DeliveryState]] = field(default_factory=Counter)
    shown: dict[DeliveryState, list[Delivery]] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    stopped: list[str] = field(default_factory=list)
    site_error: str | None = None

    def add(self, one: Delivery) -> None:
        self.counts[one.output, one.state] += 1
        shown = self.shown.setdefault(one.state, [])
        if len(shown) < _SHOWN:
            shown.append(one)

    def finished(self) -> Delivered:
        deliveries = tuple(one for some in self.shown.values() for one in some)
        return Delivered(dict(self.counts), deliveries, self.files, "; ".join(self.stopped) or None, self.site_error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """The third verb.

    ``readers`` gives the subscribers of some ids. ``owner`` is who holds the leases; ``has_ended`` says of another
    owner that its process has ended. ``clock`` gives the present instant in UTC: it is asked before each edition.
    """

    store: OutboxStore
    site: SiteWriter
    #: by name
    outputs: Mapping[str, Output]
    readers: Callable[[Collection[str]], Mapping[str, Reader]]
    owner: str
    has_ended: Callable[[str], bool]
    clock: Callable[[], datetime]
    progress: Callable[[str], None] = lambda _reader: None

    def __call__(self) -> Delivered:
        """Deliver what can go now. What another deliverer has leased is left to that one."""
        report = _Report()
        for owner in filter(self.has_ended, self.store.lease_owners()):
            self.store.give_back(owner)
        self._write_site(report)
        for name in self.store.waiting_outputs(self.clock()):
            self._empty(name, report)
        return report.finished()

    def _write_site(self, report: _Report) -> None:
        """Write the public files, unless nothing is new or somebody else is writing them."""
        try:
            if not self.site.is_current():
                with self._site_lease() as mine:
                    if mine:
                        files, deliveries = self.site.write(self.clock())
                        report.files = tuple(files)
                        for one in deliveries:
                            report.add(one)
        except RenderError as error:
            report.site_error = str(error)
        except OSError as error:
            where = error.filename or "the output folder"
            report.site_error = f"{where} cannot be written: {error.strerror or error}"

    @contextmanager
    def _site_lease(self) -> Iterator[bool]:
        now = self.clock()
        try:
            yield self.store.claim_site(owner=self.owner, now=now, until=now + _LEASE)
        finally:
            self.store.give_back(self.owner)

    def _empty(self, name: str, report: _Report) -> None:
        """Give an output its editions, page after page."""
        output = self.outputs.get(name)
        if output is None:
            report.stopped.append(f"no output takes {name}: addresses; install it, and give it its table [{name}]")
            return
        try:
            page = self._claim(name)
            if not page:
                return  # somebody else has them all
            with output.session() as session:
                while page:
                    for edition, reader in self._ready(page):
                        self.progress(edition.reader)
                        report.add(self._send(session, edition, reader))
                    page = self._claim(name)
        except DeliveryError as error:
            report.stopped.append(str(error))
        finally:
            self.store.give_back(self.owner)

    def _claim(self, output: str) -> list[Edition]:
        now = self.clock()
        return self.store.claim(output, owner=self.owner, now=now, until=now + _LEASE, limit=_PAGE)

    def _ready(self, page: Sequence[Edition]) -> Iterator[tuple[Edition, Reader | None]]:
        """Each edition of a page with its reader, when its turn comes, unless it was cancelled or lost by then."""
        renew_at = self.clock() + _RENEW
        readers = self.readers({edition.reader for edition in page})
        for edition in page:
            now = self.clock()
            if now >= renew_at:
                self.store.renew(self.owner, until=now + _LEASE)
                renew_at = now + _RENEW
            if self.store.holds(edition, self.owner):
                yield edition, readers.get(edition.reader)

    def _send(self, session: Session, edition: Edition, reader: Reader | None) -> Delivery:
        """Try one edition, and write what came of it."""
        now = self.clock()
        if reader is None:
            self.store.update_edition(replace(edition, state=EditionState.CANCELLED, next_attempt=None))
            return _delivery(edition, reader, DeliveryState.CANCELLED)
        tried = replace(
            edition,
            attempts=edition.attempts + 1,
            first_attempt=edition.first_attempt or now,
            next_attempt=None,
        )
        try:
            state = session.send(edition, reader)
        except TemporaryDeliveryError as error:
            tried = _deferred(tried, now, str(error))
        except PermanentDeliveryError as error:
            tried = replace(tried, state=EditionState.FAILED, error=str(error))
        else:
            tried = replace(tried, state=EditionState.SENT, error=None, sent_at=self.clock())
            self.store.update_edition(tried)
            return _delivery(tried, reader, state)
        self.store.update_edition(tried)
        return _delivery(tried, reader, DeliveryState(tried.state.value))


def _deferred(tried: Edition, now: datetime, error: str) -> Edition:
    """An edition that was not taken: it is tried again after a wait that grows, and given up after four days."""
    if now - (tried.first_attempt or now) >= _GIVE_UP:
        reason = f"given up after {_GIVE_UP.days} days: {error}"
        return replace(tried, state=EditionState.FAILED, error=reason)
    wait = min(_FIRST_WAIT * 2 ** min(tried.attempts - 1, 16), _LONGEST_WAIT)
    return replace(tried, state=EditionState.DEFERRED, error=error, next_attempt=now + wait)


def _delivery(edition: Edition, reader: Reader | None, state: DeliveryState) -> Delivery:
    return Delivery(
        reader=edition.reader,
        date=edition.date,
        state=state,
        output=edition.output,
        address=reader.address if reader else None,
        error=edition.error if edition.state in (EditionState.DEFERRED, EditionState.FAILED) else None,
    )
