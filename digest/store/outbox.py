"""The outbox: the editions that wait for their output, claimed in pages that are leased.

A lease says who works on an edition, and until when nobody else may. Whoever claims a page renews its leases while they
work, and gives back what they did not get to. A lease that has expired, or whose owner has ended, counts no more: if
that owner had brought an edition to its reader and died before writing it down, it goes out again, with the same
Message-ID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, tuple_

from digest.model import EditionState, Unsent
from digest.store.edition_rows import load_editions
from digest.store.schema import editions, leases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from digest.model import Edition
    from digest.store.database import Database

__all__ = ["Outbox", "cancel_unsent"]

_WAITING, _DEFERRED, _FAILED = (
    EditionState.WAITING.value,
    EditionState.DEFERRED.value,
    EditionState.FAILED.value,
)
_READ = (EditionState.SENT.value, EditionState.EMPTY.value)
_UNSENT = (_WAITING, _DEFERRED, _FAILED)

#: the resources that are leased: an edition by its id, and the public files as a whole
_EDITION, _SITE = "edition", "site"
#: rows that are listed at a time
_PAGE = 500


class Outbox:
    """What is still to go out. It reads by the index ``ix_editions_outbox``, in its order, a page at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- claims

    def waiting_outputs(self, now: datetime) -> list[str]:
        """The names of the outputs that have something to send at an instant."""
        with self._database.read() as connection:
            names = [name for state in (_WAITING, _DEFERRED) for name in _outputs_in(connection, state)]
            return [name for name in dict.fromkeys(names) if _ready(connection, name, now, limit=1)]

    def claim(self, output: str, *, owner: str, now: datetime, until: datetime, limit: int) -> list[Edition]:
        """Lease the next editions of an output, with entries: those that wait, oldest first, then those deferred.

        Nobody else gets them until the leases end.
        """
        with self._database.write() as connection:
            ready = _ready(connection, output, now, limit=limit)
            mine = self._lease(connection, _EDITION, ready, owner=owner, now=now, until=until)
        if not mine:
            return []
        wanted = select(editions).where(editions.c.id.in_(mine)).order_by(editions.c.date, editions.c.id)
        return load_editions(self._database, wanted)

    def claim_site(self, *, owner: str, now: datetime, until: datetime) -> bool:
        """Lease the public files; False if somebody else is writing them."""
        with self._database.write() as connection:
            return bool(self._lease(connection, _SITE, [0], owner=owner, now=now, until=until))

    def holds(self, edition: Edition, owner: str) -> bool:
        """Whether an edition is still to be sent, and by this owner: it can be cancelled, or its lease lost."""
        with self._database.read() as connection:
            found = connection.scalar(_HELD, {"of_reader": edition.reader, "of_date": edition.date, "of_owner": owner})
            return found is not None

    def renew(self, owner: str, *, until: datetime) -> None:
        """Hold what the owner still holds until a later instant."""
        with self._database.write() as connection:
            connection.execute(leases.update().where(leases.c.owner == owner).values(until=until))

    def give_back(self, owner: str) -> None:
        """End the leases of an owner: what they did not get to can be claimed at once."""
        with self._database.write() as connection:
            connection.execute(leases.delete().where(leases.c.owner == owner))

    def lease_owners(self) -> set[str]:
        """Who has leases."""
        with self._database.read() as connection:
            return set(connection.scalars(select(leases.c.owner).distinct()))

    def update_edition(self, edition: Edition) -> None:
        """Write an edition's state, attempts, first and next attempt, error and sent_at, and end its lease.

        A feed's that grew meanwhile is left alone: what became of the smaller one says nothing about it.
        """
        values = {
            "of_reader": edition.reader,
            "of_date": edition.date,
            "of_to_seq": edition.to_seq,
            "state": edition.state.value,
            "attempts": edition.attempts,
            "first_attempt": edition.first_attempt,
            "next_attempt": edition.next_attempt,
            "error": edition.error,
            "sent_at": edition.sent_at,
        }
        with self._database.write() as connection:
            connection.execute(_END_LEASE, values)
            connection.execute(_UPDATE, values)

    def _lease(
        self,
        connection: Connection,
        resource: str,
        ids: list[int],
        *,
        owner: str,
        now: datetime,
        until: datetime,
    ) -> list[int]:
        """Lease what nobody else holds; return the ids of that."""
        if not ids:
            return []
        rows = [{"resource": resource, "id": one, "owner": owner, "until": until} for one in ids]
        statement = self._database.dialect.upsert(
            leases, key=["resource", "id"], update=["owner", "until"], where=lambda _new: leases.c.until <= now
        )
        return list(connection.scalars(statement.returning(leases.c.id), rows))

    # -- what people see and do

    def unsent(self) -> Iterator[Unsent]:
        """The editions that have not gone out, for a list: those that wait and are deferred in the order in which they
        are tried, then those that failed, newest first.
        """
        for state in _UNSENT:
            with self._database.read() as connection:
                outputs = [None, *_outputs_in(connection, state)]
            for output in outputs:
                yield from self._listed(state, output)

    def unsent_counts(self) -> dict[EditionState, int]:
        """How many editions wait, are deferred or failed."""
        counted = select(editions.c.state, func.count()).where(editions.c.state.in_(_UNSENT)).group_by(editions.c.state)
        with self._database.read() as connection:
            return {EditionState(state): number for state, number in connection.execute(counted)}

    def due_counts(self, now: datetime) -> dict[str, int]:
        """How many editions each output could be given at an instant, by its name."""
        ready = or_(editions.c.state == _WAITING, and_(editions.c.state == _DEFERRED, editions.c.next_attempt <= now))
        counted = select(editions.c.output, func.count().label("number")).where(
            editions.c.state.in_((_WAITING, _DEFERRED)), editions.c.output.is_not(None), ready
        )
        with self._database.read() as connection:
            rows = connection.execute(counted.group_by(editions.c.output))
            return {row.output: row.number for row in rows}

    def retry(self) -> int:
        """Put deferred and failed editions back in the queue, as if never tried; return how many there are.

        Only a reader's newest edition comes back, and only if no other one covers its papers: what was sent since then
        began where this reader had got to.
        """
        other = editions.alias("other")
        newer = other.c.date > editions.c.date
        read = and_(other.c.state.in_(_READ), other.c.to_seq >= editions.c.to_seq)
        stuck = and_(
            editions.c.state.in_((_DEFERRED, _FAILED)),
            ~exists().where(other.c.reader == editions.c.reader, or_(newer, read)),
        )
        fresh = {"state": _WAITING, "attempts": 0, "first_attempt": None, "next_attempt": None, "error": None}
        with self._database.write() as connection:
            return connection.execute(editions.update().where(stuck).values(fresh)).rowcount

    def _listed(self, state: str, output: str | None) -> Iterator[Unsent]:
        """The editions of a state and an output, a page at a time."""
        wanted = select(*_LISTED).where(editions.c.state == state, _is(output)).limit(_PAGE)
        # The columns after which the index orders what has this state: only deferred editions have a next attempt.
        place = [editions.c.date, editions.c.id]
        if state == _DEFERRED:
            place.insert(0, editions.c.next_attempt)
        newest_first = state == _FAILED
        wanted = wanted.order_by(*([column.desc() for column in place] if newest_first else place))
        last: Row[Any] | None = None
        while True:
            page = wanted
            if last is not None:
                here = tuple_(*[getattr(last, column.name) for column in place], types=[c.type for c in place])
                page = wanted.where(tuple_(*place) < here if newest_first else tuple_(*place) > here)
            with self._database.read() as connection:
                rows = connection.execute(page).all()
            yield from map(_unsent, rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1]


def cancel_unsent(connection: Connection, reader: str) -> None:
    """Cancel what waits or failed for a reader who is gone."""
    unsent = and_(editions.c.reader == reader, editions.c.state.in_(_UNSENT))
    cancelled = {"state": EditionState.CANCELLED.value, "next_attempt": None}
    connection.execute(editions.update().where(unsent).values(cancelled))


def _outputs_in(connection: Connection, state: str) -> Iterator[str]:
    """The outputs that have an edition in a state: one look into the index for each."""
    name: str | None = ""
    while name is not None:
        name = connection.scalar(_NEXT_OUTPUT, {"of_state": state, "of_output": name})
        if name is not None:
            yield name


def _ready(connection: Connection, output: str, now: datetime, *, limit: int) -> list[int]:
    """The ids of the editions that an output can be given next, of those that nobody has leased."""
    leased = exists().where(leases.c.resource == _EDITION, leases.c.id == editions.c.id, leases.c.until > now)
    free = select(editions.c.id).where(editions.c.output == output, ~leased)
    waiting = free.where(editions.c.state == _WAITING, editions.c.next_attempt.is_(None))
    deferred = free.where(editions.c.state == _DEFERRED, editions.c.next_attempt <= now)
    ids = list(connection.scalars(waiting.order_by(editions.c.date, editions.c.id).limit(limit)))
    if len(ids) < limit:
        in_order = deferred.order_by(editions.c.next_attempt, editions.c.date, editions.c.id)
        ids += connection.scalars(in_order.limit(limit - len(ids)))
    return ids


def _is(output: str | None) -> Any:  # noqa: ANN401 - a condition
    return editions.c.output.is_(None) if output is None else editions.c.output == output


# Executed for each edition that is sent, or at every tick of the service. They are built here, since building one takes
# longer than executing it.
_NEXT_OUTPUT = select(func.min(editions.c.output)).where(
    editions.c.state == bindparam("of_state"), editions.c.output > bindparam("of_output")
)
_SAME = and_(editions.c.reader == bindparam("of_reader"), editions.c.date == bindparam("of_date"))
_SAME_LEASE = and_(leases.c.resource == _EDITION, leases.c.id == editions.c.id, leases.c.owner == bindparam("of_owner"))
_HELD = select(editions.c.id).where(_SAME, editions.c.state.in_((_WAITING, _DEFERRED)), exists().where(_SAME_LEASE))
_END_LEASE = leases.delete().where(
    leases.c.resource == _EDITION, leases.c.id == select(editions.c.id).where(_SAME).scalar_subquery()
)
_UPDATE = (
    editions.update()
    .where(_SAME, editions.c.to_seq == bindparam("of_to_seq"))
    .values(
        {name: bindparam(name) for name in ("state", "attempts", "first_attempt", "next_attempt", "error", "sent_at")}
    )
)

_LISTED = [column for column in editions.c if column.name not in {"entries", "receipts"}]
_LISTED.append(func.json_array_length(editions.c.entries).label("entry_count"))  # type: ignore[arg-type]


def _unsent(row: Row[Any]) -> Unsent:
    return Unsent(
        reader=row.reader,
        output=row.output,
        date=row.date,
        entries=row.entry_count,
        state=EditionState(row.state),
        attempts=row.attempts,
        next_attempt=row.next_attempt,
        error=row.error,
        message_id=row.message_id,
    )
