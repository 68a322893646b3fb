"""Deliver: the outbox is emptied. Feeds and pages are written, mails are handed to the mail server.

An edition's state is written after each message, so that a reader's place in the log moves only when the server has
taken the mail. A message that was taken and not noted, because the process died between the two, goes out again with
the same Message-ID. Each attempt renders the edition anew, as the history knows its papers by then.

Who is to blame decides what happens next: what is wrong with one message costs that message alone; what would go wrong
for every mail, such as a broken template, stops the mails, and they wait. Public files and mails don't wait for each
other.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from digest.errors import DeliveryError, MessageError, PermanentDeliveryError, RenderError, TemporaryDeliveryError
from digest.model import Delivery, DeliveryState, EditionState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from digest.model import Edition, Message, Reader
    from digest.pipeline.protocols import Deliverer, MailRenderer, Post
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
    mail: MailRenderer
    deliverer: Deliverer
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
        waiting = [edition for edition in self.store.outbox(now=self.clock()) if edition.message_id]
        if not waiting:
            return done, None
        with ExitStack() as open_way:
            try:
                post = open_way.enter_context(self.deliverer.session())
                for edition in waiting:
                    self.progress(edition.reader)
                    done.append(self._mail(post, edition, readers.get(edition.reader)))
            except DeliveryError as error:
                return done, str(error)
        return done, None

    def _mail(self, post: Post, edition: Edition, reader: Reader | None) -> Delivery:
        """Try one edition and write down what came of it."""
        now = self.clock()
        if reader is None or reader.address is None or not self.store.is_subscribed(reader.address):
            return self._note(edition, EditionState.FAILED, now, "this reader has unsubscribed")
        try:
            state = post.send(self._message(edition, reader))
        except TemporaryDeliveryError as error:
            return self._defer(edition, now, str(error))
        except (PermanentDeliveryError, MessageError) as error:
            return self._note(edition, EditionState.FAILED, now, str(error))
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
        return Delivery(reader=edition.reader, date=edition.date, state=state)

    def _message(self, edition: Edition, reader: Reader) -> Message:
        try:
            return self.mail.render(edition, reader)
        except MessageError:
            raise
        except RenderError as error:
            raise DeliveryError(f"no mail can be made: {error}") from error

    def _defer(self, edition: Edition, now: datetime, error: str) -> Delivery:
        if now - (edition.first_attempt or now) >= _GIVE_UP:
            return self._note(edition, EditionState.FAILED, now, f"given up after {_GIVE_UP.days} days: {error}")
        wait = min(_FIRST_WAIT * 2 ** min(edition.attempts, 16), _LONGEST_WAIT)
        return self._note(edition, EditionState.DEFERRED, now, error, next_attempt=now + wait)

    def _note(
        self, edition: Edition, state: EditionState, now: datetime, error: str, *, next_attempt: datetime | None = None
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
        return Delivery(reader=edition.reader, date=edition.date, state=outcome, error=error)
