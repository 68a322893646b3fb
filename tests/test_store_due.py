"""The instant that is stored for each subscriber agrees with the schedule, whatever happens to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from digest.keywords import parse_profile
from digest.model import EditionState, Reader, Subscriber, subscriber_id
from digest.schedule import due, next_due
from digest.store import SqlStore, open_store
from digest.subscriptions import fingerprint, reader_of
from tests.papers import edition_of

ADDRESSES = st.sampled_from(["ada@example.org", "bob@example.org", "pigeon:loft-4"])
# zones whose clocks change in the weeks that are tried, and by other steps than an hour
ZONES = st.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
HOURS = st.sampled_from([time(0), time(1, 30), time(2), time(8), time(23, 59)])
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
SETTINGS = st.tuples(ZONES, HOURS, DAYS)
NOT_ON_ITS_WAY = [EditionState.SENT, EditionState.EMPTY, EditionState.FAILED, EditionState.CANCELLED]


class Subscriptions(RuleBasedStateMachine):
    """What a service does to subscribers, in any order, beside a dictionary that does the same."""

    def __init__(self) -> None:
        super().__init__()
        self.store: SqlStore = open_store("sqlite://")
        self.now = datetime(2026, 10, 20, 9, tzinfo=UTC)
        self.active: dict[str, Subscriber] = {}
        self.gone: set[str] = set()
        self.newest: dict[str, date] = {}
        self.waiting: set[str] = set()
        #: as a process read them that has not written yet
        self.read: dict[str, Reader] = {}

    def teardown(self) -> None:
        self.store.close()

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(address=ADDRESSES, chosen=SETTINGS)
    def somebody_is_added_or_changed_or_comes_back(
        self, address: str, chosen: tuple[str, time, frozenset[int]]
    ) -> None:
        one = self.made(address, chosen)
        self.store.add_subscribers([one])
        self.gone.discard(address)
        if not (address in self.active and self.active[address].configured):
            self.active[address] = one

    @rule(chosen=st.dictionaries(ADDRESSES, SETTINGS))
    def the_configuration_changes(self, chosen: dict[str, tuple[str, time, frozenset[int]]]) -> None:
        named = [self.made(address, settings) for address, settings in chosen.items()]
        self.store.synchronise(named, fingerprint(named), self.now)
        for address in [address for address, one in self.active.items() if one.configured and address not in chosen]:
            del self.active[address]
            self.waiting.discard(address)
        self.active |= {one.address: replace(one, configured=True) for one in named}

    @rule(address=ADDRESSES)
    def somebody_unsubscribes(self, address: str) -> None:
        self.store.unsubscribe(address, self.now)
        self.gone.add(address)
        self.waiting.discard(address)

    @rule(address=ADDRESSES)
    def somebody_is_removed(self, address: str) -> None:
        added = address in self.active and not self.active[address].configured
        assert self.store.remove_subscriber(address) == added
        if added:
            del self.active[address]
            self.waiting.discard(address)

    @rule()
    def a_process_reads_who_is_due(self) -> None:
        self.read = self.due()

    @rule(state=st.sampled_from(EditionState))
    def it_makes_what_was_due(self, state: EditionState) -> None:
        """Perhaps later, when somebody has changed their hour meanwhile, or another process has made it too."""
        for reader in self.read.values():
            address = reader.address or ""
            day = due(reader, self.now, self.newest.get(address))
            if day is None or address in self.waiting:
                continue
            self.store.save_editions([edition_of(address, day, state=state)], [reader])
            self.newest[address] = day
            if state not in NOT_ON_ITS_WAY:
                self.waiting.add(address)
        self.read = {}

    @rule(address=ADDRESSES)
    def what_waited_is_sent(self, address: str) -> None:
        if address in self.waiting:
            edition = edition_of(address, self.newest[address], state=EditionState.SENT)
            self.store.update_edition(edition)
            self.waiting.discard(address)

    @rule()
    def who_is_read_too_early_is_corrected(self) -> None:
        early = [one for one in self.due().values() if due(one, self.now, self.newest.get(one.address or "")) is None]
        self.store.reschedule(early)
        assert not self.due().keys() & {one.address for one in early}

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Whoever the schedule says is due is read, and whoever is gone is not."""
        found = self.due()
        for address, one in self.active.items():
            wanted = address not in self.gone and address not in self.waiting
            if wanted and due(one, self.now, self.newest.get(address)) is not None:
                assert address in found
        assert found.keys() <= self.active.keys() - self.gone - self.waiting

    @invariant()
    def what_is_upcoming_agrees_with_the_schedule(self) -> None:
        for one, moment in self.store.upcoming(self.now, 10):
            assert moment <= (next_due(one, self.newest.get(one.address)) or self.now)

    def due(self) -> dict[str, Reader]:
        found = (reader_of(one, {}) for one in chain.from_iterable(self.store.due_subscribers(self.now, size=2))
                 if isinstance(one, Subscriber))  # fmt: skip
        return {one.address or "": one for one in found}

    def made(self, address: str, chosen: tuple[str, time, frozenset[int]]) -> Subscriber:
        zone, hour, days = chosen
        return Subscriber(address=address, keywords=parse_profile(["moss"]), timezone=zone, send_at=hour, days=days,
                          created_at=self.now)  # fmt: skip


TestSubscriptions = Subscriptions.TestCase
TestSubscriptions.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def test_what_is_stored_is_exactly_what_the_schedule_says() -> None:
    """Without another process in between."""
    hours = [time(8), time(1, 30), time(23, 59)]
    with open_store("sqlite://") as store:
        some = [
            Subscriber(address=f"{number}@example.org", keywords=parse_profile(["moss"]), timezone="Europe/London",
                       send_at=hour, days=frozenset(range(7)), created_at=datetime(2026, 10, 20, tzinfo=UTC))
            for number, hour in enumerate(hours)
        ]  # fmt: skip
        store.add_subscribers(some)
        readers = [reader_of(one, {}) for one in some]
        # over the end of summer time
        for day in (date(2026, 10, 23) + timedelta(days=number) for number in range(4)):
            made = [edition_of(one.address, day, state=EditionState.SENT) for one in some]
            assert len(store.save_editions(made, readers)) == len(some)
            long_ago = datetime(2026, 1, 1, tzinfo=UTC)
            assert {one.address: moment for one, moment in store.upcoming(long_ago, 10)} == {
                one.address: next_due(one, day) for one in some
            }
        assert store.newest_editions([subscriber_id(one.address) for one in some])


def test_an_hour_that_changed_after_it_was_read_counts() -> None:
    """A process that has read the old hour writes its edition, and leaves the instant of the new hour alone."""
    night = Subscriber(address="ada@example.org", keywords=parse_profile(["moss"]), send_at=time(23, 59),
                       created_at=datetime(2026, 10, 20, tzinfo=UTC))  # fmt: skip
    tuesday = date(2026, 10, 20)
    with open_store("sqlite://") as store:
        store.add_subscribers([night])
        reader = reader_of(night, {})
        store.add_subscribers([replace(night, send_at=time(8))])
        store.save_editions([edition_of(night.address, tuesday, state=EditionState.SENT)], [reader])
        (page,) = store.due_subscribers(datetime(2026, 10, 21, 8, tzinfo=UTC))
        assert [one.address for one in page] == [night.address]


def test_who_left_while_their_edition_was_made_is_not_due_again() -> None:
    one = Subscriber(address="ada@example.org", keywords=parse_profile(["moss"]), created_at=datetime.now(UTC))
    with open_store("sqlite://") as store:
        store.add_subscribers([one])
        reader = reader_of(one, {})
        store.unsubscribe(one.address, datetime.now(UTC))
        store.save_editions([edition_of(one.address, state=EditionState.SENT)], [reader])
        assert list(store.due_subscribers(datetime(2030, 1, 1, tzinfo=UTC))) == []
