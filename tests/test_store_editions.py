"""One edition for each reader and date; what waits is found, what was sent counts as read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from digest.diff import PaperUpdate
from digest.errors import StoreError
from digest.model import (
    Alike,
    ChangeKind,
    Counts,
    EditionState,
    Entry,
    KnownPaper,
    Match,
    Receipt,
    Reject,
    Status,
)
from digest.store import SqlStore, open_store
from tests.editions import ADA, BOB, FEED, NOW, TODAY, edition
from tests.papers import known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = 'Nul\x00 quote\' "double" \\back 😀 \u202e\u2028'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as made:
        yield made


@pytest.fixture
def stored(store: SqlStore) -> KnownPaper:
    """A paper that the history has."""
    with store.recording() as recording:
        outcome = PaperUpdate(kind=ChangeKind.NEW, paper=known(seq=0), changed=True)
        recording.apply([outcome], source="inbox", at=NOW, day=TODAY)
    (one,) = store.papers()
    return one


def entry(paper: KnownPaper, score: float = 2.5) -> Entry:
    return Entry(paper=paper, kind=ChangeKind.TRENDING, at=NOW, score=score, profile=HOSTILE,
                 matches=(Match(HOSTILE, "title", 3, 1.1), Match("kv cache", "abstract", 1, 0.1 + 0.2)))  # fmt: skip


def days_ago(number: int) -> date:
    return TODAY - timedelta(days=number)


class TestWriting:
    def test_an_edition_comes_back_as_it_went_in(self, store: SqlStore, stored: KnownPaper) -> None:
        receipt = Receipt(source=HOSTILE, dump=None, format=None, status=Status.PARTIAL, counts=Counts(5, 1, 1, 1, 2),
                          reason=HOSTILE, at=NOW, day=TODAY)  # fmt: skip
        whole = edition(
            entries=(replace(entry(stored), alike=Alike(stored.key, HOSTILE), also=("tides", HOSTILE)),),
            receipts=(receipt,),
            state=EditionState.DEFERRED,
            attempts=3,
            first_attempt=NOW - timedelta(days=2),
            next_attempt=NOW + timedelta(microseconds=1),
            error=HOSTILE,
            sent_at=NOW - timedelta(days=1),
        )
        assert store.save_editions([whole]) == [whole]
        assert store.editions() == [whole]

    def test_receipts_are_kept_without_their_rejects_and_for_mails_only(self, store: SqlStore) -> None:
        receipt = Receipt(source="inbox", dump="a", format=None, status=Status.PARTIAL, counts=Counts(rejected=1),
                          rejects=(Reject(3, HOSTILE, HOSTILE),), at=NOW, day=TODAY)  # fmt: skip
        store.save_editions([edition(ADA, receipts=(receipt,)), edition(FEED, receipts=(receipt,))])
        kept = {one.reader: one.receipts for one in store.editions()}
        assert kept == {ADA: (replace(receipt, rejects=()),), FEED: ()}

    def test_a_mail_is_made_once_for_a_date(self, store: SqlStore) -> None:
        first = edition()
        store.save_editions([first])
        other = edition(BOB)
        assert store.save_editions([edition(to_seq=9), other]) == [other]
        assert store.editions(reader=ADA) == [first]

    def test_a_feed_that_grew_is_replaced_and_waits_again(self, store: SqlStore, stored: KnownPaper) -> None:
        store.save_editions([edition(FEED, state=EditionState.SENT, sent_at=NOW)])
        grown = edition(FEED, to_seq=2, entries=(entry(stored),))
        assert store.save_editions([grown]) == [grown]
        assert store.editions() == [grown]

    def test_a_feed_that_did_not_grow_is_left_alone(self, store: SqlStore) -> None:
        first = edition(FEED, to_seq=2, state=EditionState.SENT, sent_at=NOW)
        store.save_editions([first])
        assert store.save_editions([edition(FEED, to_seq=2, considered=9), edition(FEED, to_seq=1)]) == []
        assert store.editions() == [first]

    def test_nothing_to_write_is_nothing(self, store: SqlStore) -> None:
        assert store.save_editions([]) == []

    def test_an_edition_of_an_unknown_paper_is_refused(self, store: SqlStore) -> None:
        with pytest.raises(StoreError, match="does not know the paper"):
            store.save_editions([edition(BOB), edition(entries=(entry(known()),))])
        assert store.editions() == []

    def test_what_became_of_an_edition_is_kept(self, store: SqlStore, stored: KnownPaper) -> None:
        made = edition(entries=(entry(stored),))
        store.save_editions([made, edition(BOB)])
        sent = replace(made, state=EditionState.SENT, attempts=2, first_attempt=NOW, error=None, sent_at=NOW)
        store.update_edition(sent)
        assert store.editions(reader=ADA) == [sent]
        assert store.editions(reader=BOB)[0].state is EditionState.WAITING

    def test_a_feed_that_grew_while_it_was_written_still_waits(self, store: SqlStore) -> None:
        small, grown = edition(FEED), edition(FEED, to_seq=2)
        store.save_editions([small])
        store.save_editions([grown])
        store.update_edition(replace(small, state=EditionState.SENT, sent_at=NOW))
        assert store.editions() == [grown]


class TestReading:
    def test_editions_come_newest_date_first(self, store: SqlStore) -> None:
        made = [edition(reader, days_ago(number)) for number in range(3) for reader in (FEED, ADA)]
        store.save_editions(made)
        assert [(one.date, one.reader) for one in store.editions()] == [(one.date, one.reader) for one in made]
        assert [one.date for one in store.editions(reader=ADA, limit=2)] == [TODAY, days_ago(1)]
        assert store.editions(reader="feed:other") == []

    def test_the_newest_of_each_reader_comes_without_its_entries(self, store: SqlStore, stored: KnownPaper) -> None:
        newest = edition(entries=(entry(stored),), state=EditionState.FAILED, error="550")
        store.save_editions([edition(day=days_ago(1)), newest, edition(BOB, days_ago(3)), edition(FEED)])
        found = store.newest_editions([ADA, BOB, "mail:nobody@example.org"])
        assert found == {ADA: replace(newest, entries=()), BOB: edition(BOB, days_ago(3))}

    def test_a_mail_is_read_when_it_was_sent_or_empty(self, store: SqlStore) -> None:
        states = (EditionState.EMPTY, EditionState.SENT, EditionState.WAITING, EditionState.DEFERRED)
        store.save_editions(
            [edition(day=days_ago(9 - number), to_seq=number + 1, state=state) for number, state in enumerate(states)]
        )
        store.save_editions([edition(BOB, to_seq=7, state=EditionState.FAILED)])
        assert store.cursors([ADA, BOB]) == {ADA: 2}

    def test_a_feed_is_read_when_it_was_made(self, store: SqlStore) -> None:
        store.save_editions([edition(FEED, days_ago(1), to_seq=4, state=EditionState.SENT), edition(FEED, to_seq=6)])
        assert store.cursors([FEED, ADA]) == {FEED: 6}

    def test_many_readers_are_asked_for_at_once(self, store: SqlStore) -> None:
        readers = [f"mail:{number}@example.org" for number in range(1200)]
        store.save_editions([edition(reader, state=EditionState.SENT) for reader in readers])
        assert store.cursors(readers) == dict.fromkeys(readers, 1)
        assert store.newest_editions(readers).keys() == set(readers)

    def test_the_dates_of_feeds_are_days_and_those_of_mails_are_not(self, store: SqlStore, stored: KnownPaper) -> None:
        store.save_editions([edition(FEED, days_ago(2)), edition(ADA, days_ago(1)), edition("feed:x", days_ago(2))])
        assert store.days(9) == [days_ago(2)]
