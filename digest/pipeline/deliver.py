"""Deliver: empty the outbox. Feeds and pages are written, and each output is given its editions.

The state of an edition is written after each attempt, so that a reader's place in the log moves only when the mail
server, or whatever an output sends to, has taken it. If the process dies between the two, the edition goes out again
with the same Message-ID. Each attempt shows the papers as the history knows them by then.

An error is handled by whose fault it is. What is wrong with one edition costs only that one; what would fail for every
edition, such as a broken template, stops its output, and its editions wait. Public files and outputs don't wait for
each other.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from digest.errors import DeliveryError, PermanentDeliveryError, RenderError, TemporaryDeliveryError
from digest.model import Delivery, DeliveryState, EditionState, ReaderKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from digest.model import Edition, Reader
    from digest.pipeline.protocols import Output, Session
    from digest.pipeline.site import SiteWriter

__all__ = ["Deliver", "Delivered", "OutboxStore"]

_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=4)
#: RFC 5321, section 4.5.4.1: "the give-up time generally needs to be at least 4-5 days"
_GIVE_UP = timedelta(days=4)


class OutboxStore(Protocol):
    """What delivering needs of the history."""

    def outbox(self, *, now: datetime | None = None) -> list[Edition]:
        """The editions that wait or are deferred, with entries; with ``now``, those that may be tried by then."""
        ...

    def update_edition(self, edition: Edition) -> None:
        """Write an edition's state, attempts, first and next attempt, error and sent_at."""
        ...

    def delivering(self) -> AbstractContextManager[bool]:
        """Hold the right to deliver; gives False where another process has it."""
        ...

    def is_subscribed(self, address: str) -> bool:
        """Whether mail may still go to an address: looked at again just before sending."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of delivering."""

    deliveries: tuple[Delivery, ...] = ()
    #: the public files that were written because something in them is new
    files: tuple[str, ...] = ()
    #: why it stopped before the end: what is left waits, and no address is to blame
    stopped: str | None = None
    #: why the public files could not be written; the feeds' editions wait
    site_error: str | None = None

    def count(self, state: DeliveryState) -> int:
        """How many deliveries ended so."""
        return Counter(delivery.state for delivery in self.deliveries)[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """The third verb. ``clock`` gives the present instant in UTC: it is asked before each message."""

    store: OutboxStore
    site: SiteWriter
    #: by name
    outputs: Mapping[str, Output]
    clock: Callable[[], datetime]
    progress: Callable[[str], None] = lambda _reader: None

    def __call__(self, readers: Sequence[Reader]) -> Delivered:
        """Deliver what can go now. Where another process delivers, leave it to that one."""
        with self.store.delivering() as mine:
            if not mine:
                return Delivered(stopped="another process is delivering at this moment; it will send what waits")
            files, feeds, site_error = self._public()
            mails, stopped = self._mails({reader.id: reader for reader in readers})
            return Delivered((*feeds, *mails), tuple(files), stopped, site_error)

    def _public(self) -> tuple[list[str], list[Delivery], str | None]:
        try:
            return *self.site.write(self.clock()), None
        except RenderError as error:
            return [], [], str(error)
        except OSError as error:
            return [], [], f"{error.filename or 'the output folder'} cannot be written: {error.strerror or error}"

    def _mails(self, readers: Mapping[str, Reader]) -> tuple[list[Delivery], str | None]:
        done: list[Delivery] = []
        waiting = [edition for edition in self.store.outbox(now=self.clock()) if edition.kind is ReaderKind.SUBSCRIBER]
        if not waiting:
            return done, None
        with ExitStack() as open_way:
            try:
                session = open_way.enter_context(self.outputs["mail"].session())
                for edition in waiting:
                    self.progress(edition.reader)
                    done.append(self._mail(session, edition, readers.get(edition.reader)))
            except DeliveryError as error:
                return done, str(error)
        return done, None

    def _mail(self, session: Session, edition: Edition, reader: Reader | None) -> Delivery:
        """Try one edition and write down what came of it."""
        now = self.clock()
        if reader is None or (reader.address is not None and not self.store.is_subscribed(reader.address)):
            self.store.update_edition(replace(edition, state=EditionState.CANCELLED, next_attempt=None))
            return _delivery(edition, reader, DeliveryState.CANCELLED)
        try:
            state = session.send(edition, reader)
        except TemporaryDeliveryError as error:
            return self._defer(edition, reader, now, str(error))
        except PermanentDeliveryError as error:
            return self._note(edition, reader, EditionState.FAILED, now, str(error))
        self.store.update_edition(
            replace(
                edition,
                state=EditionState.SENT,
                attempts=edition.attempts + 1,
                first_attempt=edition.first_attempt or now,
                next_attempt=None,
                error=None,
                sent_at=self.clock(),
            )
        )
        return _delivery(edition, reader, state)

    def _defer(self, edition: Edition, reader: Reader, now: datetime, error: str) -> Delivery:
        if now - (edition.first_attempt or now) >= _GIVE_UP:
            return self._note(
                edition, reader, EditionState.FAILED, now, f"given up after {_GIVE_UP.days} days: {error}"
            )
        wait = min(_FIRST_WAIT * 2 ** min(edition.attempts, 16), _LONGEST_WAIT)
        return self._note(edition, reader, EditionState.DEFERRED, now, error, next_attempt=now + wait)

    def _note(
        self,
        edition: Edition,
        reader: Reader,
        state: EditionState,
        now: datetime,
        error: str,
        *,
        next_attempt: datetime | None = None,
    ) -> Delivery:
        self.store.update_edition(
            replace(
                edition,
                state=state,
                attempts=edition.attempts + 1,
                first_attempt=edition.first_attempt or now,
                next_attempt=next_attempt,
                error=error,
            )
        )
        outcome = DeliveryState.DEFERRED if state is EditionState.DEFERRED else DeliveryState.FAILED
        return _delivery(edition, reader, outcome, error)


def _delivery(edition: Edition, reader: Reader | None, state: DeliveryState, error: str | None = None) -> Delivery:
    address = reader.address if reader else None
    return Delivery(
        reader=edition.reader, date=edition.date, state=state, output=edition.output, address=address, error=error
    )
