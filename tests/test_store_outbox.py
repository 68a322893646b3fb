"""The outbox: pages of it are leased, and every edition in it is listed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from digest.model import (
    Edition,
    EditionState,
    Unsent,
)
from digest.store import SqlStore, open_store
from tests.editions import ADA, BOB, CLEO, FEED, NOW, TODAY, edition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as made:
        yield made


def days_ago(number: int) -> date:
    return TODAY - timedelta(days=number)


LATER = NOW + timedelta(minutes=10)


def claim(store: SqlStore, owner: str = "one", *, now: datetime = NOW, limit: int = 100) -> list[Edition]:
    return store.claim("mail", owner=owner, now=now, until=now + timedelta(minutes=10), limit=limit)


def readers(found: list[Edition]) -> list[str]:
    return [one.reader for one in found]


class TestClaims:
    def test_what_waits_comes_oldest_first_and_then_what_was_deferred(self, store: SqlStore) -> None:
        deferred = edition(BOB, days_ago(2), state=EditionState.DEFERRED, attempts=1, next_attempt=LATER)
        waiting = [edition(CLEO), edition(ADA, days_ago(1))]
        others = [
            edition(ADA, days_ago(3 + number), state=state)
            for number, state in enumerate(set(EditionState) - {EditionState.WAITING, EditionState.DEFERRED})
        ]
        store.save_editions([*waiting, deferred, *others, edition(FEED)])
        assert claim(store) == [waiting[1], waiting[0]]
        assert claim(store, "two", now=LATER - timedelta(microseconds=1)) == []
        assert claim(store, "three", now=LATER) == [deferred, waiting[1], waiting[0]], "the first leases have ended too"

    def test_a_page_has_its_size_and_nobody_else_gets_it(self, store: SqlStore) -> None:
        store.save_editions([edition(reader) for reader in (ADA, BOB, CLEO)])
        assert readers(claim(store, "one", limit=2)) == [ADA, BOB]
        assert readers(claim(store, "two", limit=2)) == [CLEO]
        assert claim(store, "three") == []
        assert claim(store, "one") == [], "not even who has it"

    def test_each_output_has_its_own(self, store: SqlStore) -> None:
        pigeon = edition("pigeon:loft-4", output="pigeon")
        store.save_editions([edition(ADA), pigeon, edition(FEED)])
        assert store.waiting_outputs(NOW) == ["mail", "pigeon"]
        assert store.claim("pigeon", owner="one", now=NOW, until=LATER, limit=9) == [pigeon]
        assert store.waiting_outputs(NOW) == ["mail"]

    def test_an_output_of_which_everything_is_deferred_waits(self, store: SqlStore) -> None:
        store.save_editions([edition(state=EditionState.DEFERRED, next_attempt=LATER)])
        assert store.waiting_outputs(NOW) == []
        assert store.waiting_outputs(LATER) == ["mail"]

    def test_a_lease_that_has_ended_is_taken_over(self, store: SqlStore) -> None:
        store.save_editions([made := edition()])
        claim(store, "one")
        assert claim(store, "two", now=LATER - timedelta(seconds=1)) == []
        assert store.holds(made, "one")
        assert claim(store, "two", now=LATER) == [made]
        assert not store.holds(made, "one")
        assert store.holds(made, "two")

    def test_a_lease_that_is_renewed_holds(self, store: SqlStore) -> None:
        store.save_editions([made := edition()])
        claim(store, "one")
        store.renew("one", until=LATER + timedelta(minutes=1))
        assert claim(store, "two", now=LATER) == []
        store.renew("two", until=LATER + timedelta(days=1))
        assert claim(store, "two", now=LATER + timedelta(minutes=1)) == [made], "others' leases are not renewed"

    def test_what_is_given_back_can_be_claimed_at_once(self, store: SqlStore) -> None:
        store.save_editions([edition(ADA), edition(BOB)])
        claim(store, "one", limit=1)
        claim(store, "two")
        assert store.lease_owners() == {"one", "two"}
        store.give_back("one")
        assert store.lease_owners() == {"two"}
        assert readers(claim(store, "three")) == [ADA]

    def test_what_was_tried_is_leased_no_more(self, store: SqlStore) -> None:
        store.save_editions([made := edition()])
        claim(store, "one")
        store.update_edition(replace(made, state=EditionState.DEFERRED, next_attempt=NOW))
        assert store.lease_owners() == set()
        assert not store.holds(made, "one")
        assert len(claim(store, "two")) == 1

    def test_what_was_cancelled_is_not_held(self, store: SqlStore) -> None:
        store.save_editions([made := edition(), other := edition(BOB)])
        claim(store, "one")
        store.unsubscribe("ada@example.org", NOW)
        assert not store.holds(made, "one")
        assert store.holds(other, "one")

    def test_the_public_files_have_one_writer(self, store: SqlStore) -> None:
        until = NOW + timedelta(minutes=10)
        assert store.claim_site(owner="one", now=NOW, until=until)
        assert not store.claim_site(owner="two", now=NOW, until=until)
        assert store.claim_site(owner="two", now=until, until=until)
        store.give_back("two")
        assert store.claim_site(owner="one", now=NOW, until=until)

    def test_ten_at_once_get_each_edition_once(self, tmp_path: Path) -> None:
        """On SQLite too: a claim takes the right to write at its beginning."""
        url = f"sqlite:///{tmp_path}/digest.db"
        with open_store(url) as store:
            store.save_editions([edition(f"mail:{number}@example.org") for number in range(200)])
            got: list[str] = []

            def work(owner: str) -> None:
                while page := claim(store, owner, limit=7):
                    got.extend(readers(page))

            threads = [threading.Thread(target=work, args=(str(number),)) for number in range(10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(got) == sorted(f"mail:{number}@example.org" for number in range(200))


class TestLists:
    def test_all_that_has_not_gone_out_is_listed_in_the_order_of_the_queue(self, store: SqlStore) -> None:
        """What failed comes last, newest first."""
        made = [
            edition(ADA, days_ago(9), state=EditionState.SENT),
            edition(ADA, state=EditionState.WAITING),
            edition(BOB, days_ago(1), state=EditionState.WAITING),
            edition(FEED, state=EditionState.WAITING),
            edition(CLEO, days_ago(2), state=EditionState.DEFERRED, next_attempt=LATER, attempts=2, error="451 later"),
            edition("pigeon:loft-4", output="pigeon", state=EditionState.DEFERRED, next_attempt=NOW),
            edition(BOB, days_ago(5), state=EditionState.FAILED),
            edition(CLEO, days_ago(4), state=EditionState.FAILED),
        ]
        store.save_editions(made)
        listed = [(one.reader, one.state.value) for one in store.unsent()]
        assert listed == [
            (FEED, "waiting"), (BOB, "waiting"), (ADA, "waiting"),
            (CLEO, "deferred"), ("pigeon:loft-4", "deferred"),
            (CLEO, "failed"), (BOB, "failed"),
        ]  # fmt: skip
        assert store.unsent_counts() == {
            EditionState.WAITING: 3, EditionState.DEFERRED: 2, EditionState.FAILED: 2
        }  # fmt: skip
        assert store.due_counts(NOW) == {"mail": 2, "pigeon": 1}
        assert store.due_counts(LATER) == {"mail": 3, "pigeon": 1}
        (deferred,) = [one for one in store.unsent() if one.reader == CLEO and one.state is EditionState.DEFERRED]
        assert deferred == Unsent(
            reader=CLEO, output="mail", date=days_ago(2), entries=0, state=EditionState.DEFERRED, attempts=2,
            next_attempt=LATER, error="451 later", message_id=made[4].message_id,
        )  # fmt: skip

    @pytest.mark.parametrize("state", [EditionState.WAITING, EditionState.DEFERRED, EditionState.FAILED])
    def test_many_are_listed_page_after_page(self, store: SqlStore, state: EditionState) -> None:
        next_attempt = NOW if state is EditionState.DEFERRED else None
        made = [
            edition(f"mail:{number}@example.org", days_ago(number % 3), state=state, next_attempt=next_attempt)
            for number in range(1201)
        ]
        store.save_editions(made)
        listed = [(one.reader, one.date) for one in store.unsent()]
        assert sorted(listed) == sorted((one.reader, one.date) for one in made)
        dates = [day for _, day in listed]
        assert dates == sorted(dates, reverse=state is EditionState.FAILED)

    def test_nothing_is_listed_of_an_empty_outbox(self, store: SqlStore) -> None:
        assert list(store.unsent()) == []
        assert store.unsent_counts() == {}
        assert store.due_counts(NOW) == {}


class TestRetry:
    def test_a_retry_lets_what_failed_wait_anew(self, store: SqlStore) -> None:
        tried: dict[str, Any] = {"first_attempt": NOW, "attempts": 9}
        failed = edition(state=EditionState.FAILED, error="550 no such user", **tried)
        deferred = edition(BOB, state=EditionState.DEFERRED, next_attempt=NOW, error="450 later", **tried)
        sent = edition(FEED, state=EditionState.SENT, sent_at=NOW)
        store.save_editions([failed, deferred, sent])
        assert store.retry() == 2
        assert claim(store) == [edition(ADA), edition(BOB)]
        assert store.editions(reader=FEED) == [sent]
        assert store.retry() == 0

    def test_a_retry_brings_back_the_newest_only(self, store: SqlStore) -> None:
        """The newest of those that failed begins where the reader had got to: it has the older ones' papers too."""
        failed = [edition(day=days_ago(n), to_seq=9 - n, state=EditionState.FAILED) for n in range(3)]
        store.save_editions(failed)
        assert store.retry() == 1
        assert claim(store) == [replace(failed[0], state=EditionState.WAITING)]

    def test_a_retry_leaves_what_was_sent_since(self, store: SqlStore) -> None:
        store.save_editions([edition(day=days_ago(1), state=EditionState.FAILED), edition(BOB, days_ago(1), to_seq=3,
                             state=EditionState.SENT), edition(BOB, to_seq=3, state=EditionState.FAILED)])  # fmt: skip
        store.save_editions([edition(to_seq=2, state=EditionState.SENT)])
        assert store.retry() == 0

    def test_a_retry_goes_on_from_what_was_read(self, store: SqlStore) -> None:
        store.save_editions([edition(day=days_ago(1), to_seq=3, state=EditionState.SENT)])
        store.save_editions([edition(from_seq=3, to_seq=4, state=EditionState.FAILED)])
        assert store.retry() == 1

    def test_a_retry_is_not_for_those_who_have_unsubscribed(self, store: SqlStore) -> None:
        store.save_editions([edition(reader, state=EditionState.FAILED) for reader in (ADA, BOB)])
        store.unsubscribe("ada@example.org", NOW)
        assert [one.state for one in store.editions(reader=ADA)] == ["cancelled"]
        assert store.retry() == 1
        assert [one.reader for one in claim(store)] == [BOB]
