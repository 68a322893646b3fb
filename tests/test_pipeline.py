"""The three verbs over a real history, with the clock in the test's hand."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from digest.diff import aliases, diff
from digest.dump import Dump, DumpAbout
from digest.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from digest.model import ChangeKind, DeliveryState, Edition, EditionState, Paper, Status
from tests.papers import LANTERN, TIDES, paper
from tests.world import page, published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from digest.app import App
    from digest.model import Reader
    from digest.pipeline.progress import Progress
    from tests.world import World


def lantern(number: int) -> Paper:
    """A paper that the profile wants; each has an abstract of its own."""
    words = " ".join(f"variant{number}word{place}" for place in range(40))
    return paper(f"Lantern {number}: drafting ahead for faster decoding of text", f"{LANTERN} It uses {words}.")


def tide(number: int) -> Paper:
    words = " ".join(f"basin{number}word{place}" for place in range(40))
    return paper(f"Tides and the mantle beneath basin number {number}", f"{TIDES} It covers {words}.")


def subscriber(number: int) -> str:
    """Another subscriber, for the configuration."""
    return f'[[subscriber]]\naddress = "reader{number}@example.org"\nprofiles = ["decoding"]\ndays = "daily"\n'


@dataclass
class FakeOutput:
    """An output that keeps what it is given, and fails for the addresses it is told to."""

    failures: dict[str, Exception] = field(default_factory=dict)
    sent: list[Edition] = field(default_factory=list)
    domain = "papers.example"

    @contextmanager
    def session(self) -> Iterator[FakeOutput]:
        if "*" in self.failures:
            raise self.failures["*"]
        yield self

    def send(self, edition: Edition, reader: Reader) -> DeliveryState:
        if reader.address in self.failures:
            raise self.failures[reader.address]
        self.sent.append(edition)
        return DeliveryState.SENT


def with_output(app: App, output: FakeOutput) -> App:
    app.outputs = {"mail": output}
    return app


class TestIngest:
    def test_a_dump_is_read_once_and_again_when_it_changes(self, world: World) -> None:
        world.dump("a.txt", [lantern(1), tide(1)])
        (receipt,) = world.app.ingest()
        assert (receipt.status, receipt.counts.new) == (Status.FINE, 2)
        (receipt,) = world.app.ingest()
        assert (receipt.status, receipt.dump) == (Status.QUIET, None)
        world.dump("a.txt", [lantern(1), tide(1), tide(2)])
        (receipt,) = world.app.ingest()
        assert (receipt.counts.new, receipt.counts.seen) == (1, 2)

    def test_a_file_that_is_no_dump_costs_only_itself(self, world: World) -> None:
        (world.folder / "inbox" / "a.txt").write_text("<html><body>502 Bad Gateway</body></html>")
        world.dump("b.txt", [lantern(1), tide(1)])
        bad, good = world.app.ingest()
        assert (bad.status, bad.counts.read) == (Status.FAILED, 0)
        assert "HTML" in bad.reason
        assert good.counts.new == 2

    def test_a_file_that_is_no_dump_is_tried_again_when_it_changes(self, world: World) -> None:
        page = world.folder / "inbox" / "a.txt"
        page.write_text("<html><body>502 Bad Gateway</body></html>")
        assert [receipt.status for receipt in world.app.ingest()] == [Status.FAILED]
        assert [receipt.status for receipt in world.app.ingest()] == [Status.QUIET]
        world.dump("a.txt", [lantern(1), tide(1)])
        assert [receipt.status for receipt in world.app.ingest()] == [Status.FINE]

    def test_the_day_is_that_of_the_readers(self, world: World) -> None:
        world.path.write_text(world.path.read_text().replace('timezone = "UTC"', 'timezone = "Asia/Tokyo"'))
        world.now = datetime(2026, 11, 20, 22, tzinfo=UTC)
        world.dump("a.txt", [lantern(1)])
        app = world.app
        (receipt,) = app.ingest()
        assert receipt.day == date(2026, 11, 21)
        assert app.publish().editions[0].date == date(2026, 11, 21)

    def test_nobody_waits_while_a_dump_is_fetched(self, world: World) -> None:
        """A server may be slow; whoever writes to the history meanwhile must not be held up."""

        def slow() -> BinaryIO:
            with world.app.store.recording():
                return BytesIO(page([lantern(1), tide(1)]).encode())

        (receipt,) = world.app.ingest_dumps([("slow", Dump(name="slow", open=slow, about=DumpAbout()))])
        assert receipt.counts.new == 2

    def test_a_missing_inbox_is_a_failed_source_and_says_so(self, world: World) -> None:
        (world.folder / "inbox").rmdir()
        (receipt,) = world.app.ingest()
        assert receipt.status is Status.FAILED
        assert "inbox" in receipt.reason

    def test_the_same_batch_again_is_stale_and_known_papers_are_quiet(self, world: World) -> None:
        world.dump("a.txt", [lantern(1), tide(1)])
        world.app.ingest()
        world.dump("b.txt", [tide(1), lantern(1)])
        (receipt,) = world.app.ingest()
        assert receipt.status is Status.STALE
        world.dump("c.txt", [tide(1)])
        (receipt,) = world.app.ingest()
        assert (receipt.status, receipt.reason) == (Status.QUIET, "every paper in it was known already")

    def test_a_small_dump_of_another_kind_is_fine_and_one_that_was_cut_is_told(self, world: World) -> None:
        for number in range(1, 6):
            world.dump(f"2026-11-0{number}-daily.txt", [lantern(100 * number + one) for one in range(20)])
        assert {receipt.status for receipt in world.app.ingest()} == {Status.FINE}
        world.dump("2026-11-06-workshop.txt", [tide(1), tide(2)])
        world.dump("2026-11-06-daily.txt", [tide(3), tide(4)])
        (world.folder / "inbox" / "liked.bib").write_text("@article{a, title={Tides and Mantle}}\n")
        statuses = {receipt.dump.rpartition("/")[2]: receipt.status for receipt in world.app.ingest() if receipt.dump}
        assert statuses == {
            "2026-11-06-workshop.txt": Status.FINE,
            "2026-11-06-daily.txt": Status.PARTIAL,
            "liked.bib": Status.FINE,
        }

    def test_a_crash_in_the_middle_of_a_dump_leaves_nothing_of_it(self, world: World) -> None:
        world.dump("a.txt", [lantern(number) for number in range(3000)])

        def crash(progress: Progress) -> None:
            if progress.records >= 2000:
                raise RuntimeError("the lights went out")

        with pytest.raises(RuntimeError):
            world.app.ingest(progress=crash)
        assert world.app.store.paper_count() == 0
        (receipt,) = world.app.ingest()
        assert receipt.counts.new == 3000


class TestPublish:
    def test_each_reader_gets_what_matches(self, world: World) -> None:
        world.dump("a.txt", [lantern(1), tide(1)])
        app = world.app
        app.ingest()
        feed, mail = published(app)
        assert [entry.paper.paper.title for entry in mail.entries] == [lantern(1).title]
        assert mail.considered == 2
        assert mail.entries[0].score == pytest.approx(sum(match.contribution for match in mail.entries[0].matches))
        assert mail.receipts[0].counts.new == 2
        assert feed.message_id is None
        assert mail.message_id is not None

    def test_once_a_day(self, world: World) -> None:
        world.dump("a.txt", [lantern(1)])
        world.app.ingest()
        assert len(world.app.publish().editions) == 2
        assert world.app.publish().editions == ()

    def test_a_feeds_day_stays_open(self, world: World) -> None:
        world.dump("a.txt", [lantern(1)])
        app = world.app
        app.ingest()
        app.publish()
        app.deliver()
        world.dump("b.txt", [lantern(2)])
        app.ingest()
        (feed,) = published(app)
        assert feed.reader == "feed:decoding"
        assert len(feed.entries) == 2
        assert len(app.store.editions(reader="feed:decoding")) == 1

    def test_what_was_told_today_stays_beside_better_papers(self, world: World) -> None:
        world.configure('[[profile]]\nname = "few"\nkeywords = ["decoding", "lantern"]\nlimit = 1\n')
        world.dump("a.txt", [paper("On decoding", TIDES), tide(1)])
        app = world.app
        app.ingest()
        app.publish()
        world.dump("b.txt", [lantern(2)])
        app.ingest()
        (few,) = [edition for edition in published(app) if edition.reader == "feed:few"]
        assert [entry.paper.paper.title for entry in few.entries] == [lantern(2).title, "On decoding"]

    def test_who_else_is_due_changes_nobodys_scores(self, world: World) -> None:
        world.now = datetime(2026, 11, 18, 9, tzinfo=UTC)
        app = world.app
        world.dump("a.txt", [tide(number) for number in range(6)])
        app.ingest()
        app.publish()
        app.deliver()
        world.now = datetime(2026, 11, 19, 9, tzinfo=UTC)
        world.dump("b.txt", [lantern(1), lantern(2), tide(9)])
        app.ingest()
        with app.rehearsal() as alone:
            [mail] = [edition for edition in published(alone) if edition.message_id]
        world.configure('[[subscriber]]\naddress = "new@example.org"\nprofiles = ["decoding"]\nsend_at = "08:00"\n')
        together = [edition for edition in published(world.app) if edition.message_id]
        assert [edition.reader for edition in together] == ["mail:ada@example.org", "mail:new@example.org"]
        assert together[0].entries == mail.entries != ()

    def test_all_portions_are_made(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("digest.pipeline.publish._PORTION", 2)
        more = "".join(
            f'[[subscriber]]\naddress = "{number}@example.org"\nprofiles = ["decoding"]\nsend_at = "08:00"\n'
            f'days = "daily"\n'
            for number in range(5)
        )
        world.configure(more)
        world.dump("a.txt", [lantern(1)])
        app = world.app
        app.ingest()
        assert [edition.entries for edition in app.publish().editions] == [1] * 7

    def test_a_new_reader_starts_a_week_back(self, world: World) -> None:
        old = world.dump("old.txt", [lantern(1)])
        app = world.app
        app.ingest(as_of=date(2026, 11, 1))
        old.unlink()
        world.dump("new.txt", [lantern(2)])
        app.ingest(as_of=date(2026, 11, 19))
        for edition in published(app):
            assert [entry.paper.paper.title for entry in edition.entries] == [lantern(2).title]

    def test_a_paper_that_turns_out_to_be_another_is_not_told_again(self, world: World) -> None:
        by_id = replace(lantern(1), arxiv_id="2611.00001")
        renamed = replace(lantern(2), title="Lantern, renamed: faster decoding of every kind of text")
        app = world.app
        for record in (by_id, renamed, replace(renamed, arxiv_id="2611.00001")):
            with app.store.recording() as recording:
                known = recording.known(aliases(record))
                outcomes = diff([record], known, source="inbox", day=world.now.date()).updates
                recording.apply(outcomes, source="inbox", at=world.now, day=world.now.date())
        assert app.store.paper_count() == 1
        assert [edition.entries for edition in app.publish().editions] == [1, 1]
        assert app.publish().editions == ()

    def test_a_late_hour_waits(self, world: World) -> None:
        world.now = datetime(2026, 11, 20, 7, 59, tzinfo=UTC)
        world.dump("a.txt", [lantern(1)])
        app = world.app
        app.ingest()
        first = app.publish()
        assert [edition.date for edition in first.editions if edition.message_id] == [date(2026, 11, 19)]
        app.deliver()
        (upcoming,) = app.publish().upcoming
        assert (upcoming[0].address, upcoming[1]) == ("ada@example.org", datetime(2026, 11, 20, 8, tzinfo=UTC))

    def test_everyone_gets_one_whatever_the_hour(self, world: World) -> None:
        world.now = datetime(2026, 11, 20, 5, tzinfo=UTC)
        assert {edition.date for edition in world.app.publish(everyone=True).editions} == {date(2026, 11, 20)}

    def test_a_named_date(self, world: World) -> None:
        editions = world.app.publish(day=date(2026, 11, 18)).editions
        assert {edition.date for edition in editions} == {date(2026, 11, 18)}
        assert world.app.publish(day=date(2026, 11, 17)).editions == ()

    def test_no_match_is_an_empty_edition_that_nobody_is_sent(self, world: World) -> None:
        world.dump("a.txt", [tide(1)])
        app = with_output(world.app, output := FakeOutput())
        app.ingest()
        _feed, mail = app.publish().editions
        assert mail.state is EditionState.EMPTY
        app.deliver()
        assert output.sent == []

    def test_one_edition_covers_an_outage(self, world: World) -> None:
        app = with_output(world.app, FakeOutput())
        app.publish()
        app.deliver()
        world.now += timedelta(days=3)
        world.dump("a.txt", [lantern(1)])
        app.ingest()
        (mail,) = (edition for edition in app.publish().editions if edition.message_id)
        assert mail.date == date(2026, 11, 23)
        assert app.publish().editions == ()


class TestDeliver:
    def ready(self, world: World, output: FakeOutput | None = None) -> App:
        world.dump("a.txt", [lantern(1), tide(1)])
        app = with_output(world.app, output) if output else world.app
        app.ingest()
        app.publish()
        return app

    def test_mail_feeds_and_pages_go_out_once(self, world: World) -> None:
        app = self.ready(world, output := FakeOutput())
        delivered = app.deliver()
        assert (delivered.count(DeliveryState.SENT), delivered.count(DeliveryState.WRITTEN)) == (1, 1)
        assert lantern(1).title in (world.folder / "out/site/feeds/decoding.atom.xml").read_text()
        assert tide(1).title in (world.folder / "out/site/index.html").read_text()
        assert app.deliver().deliveries == ()
        assert len(output.sent) == 1

    def test_what_is_deferred_goes_out_later_under_the_same_message_id(self, world: World) -> None:
        output = FakeOutput({"ada@example.org": TemporaryDeliveryError("451 come back later")})
        app = self.ready(world, output)
        assert app.deliver().count(DeliveryState.DEFERRED) == 1
        output.failures.clear()
        assert app.deliver().deliveries == (), "not before its time"
        (waiting,) = app.store.unsent()
        world.now += timedelta(minutes=6)
        assert app.deliver().count(DeliveryState.SENT) == 1
        assert [edition.message_id for edition in output.sent] == [waiting.message_id]

    def test_while_an_edition_is_deferred_no_other_is_made(self, world: World) -> None:
        output = FakeOutput({"ada@example.org": TemporaryDeliveryError("451 come back later")})
        app = self.ready(world, output)
        app.deliver()
        world.now += timedelta(days=1)
        assert [edition.reader for edition in app.publish().editions] == ["feed:decoding"]

    def test_waits_grow_and_end(self, world: World) -> None:
        output = FakeOutput({"ada@example.org": TemporaryDeliveryError("451 come back later")})
        app = self.ready(world, output)
        waits = []
        while (edition := next(app.store.unsent())).state is not EditionState.FAILED:
            world.now = edition.next_attempt or world.now
            app.deliver()
            waits.append(world.now)
        gaps = [later - earlier for earlier, later in itertools.pairwise(waits)]
        assert gaps == sorted(gaps)
        assert gaps[0] == timedelta(minutes=5)
        assert timedelta(days=4) <= waits[-1] - waits[0] < timedelta(days=4, hours=5)
        assert "given up after 4 days" in (next(app.store.unsent()).error or "")

    def test_a_refused_address_loses_nothing(self, world: World) -> None:
        """What a failed edition had in it comes with the next one."""
        output = FakeOutput({"ada@example.org": PermanentDeliveryError("550 no such mailbox")})
        app = self.ready(world, output)
        assert app.deliver().count(DeliveryState.FAILED) == 1
        output.failures.clear()
        world.now += timedelta(days=1)
        app.publish()
        app.deliver()
        assert [entry.paper.paper.title for entry in output.sent[0].entries] == [lantern(1).title]

    def test_one_bad_address_does_not_hold_up_the_others(self, world: World) -> None:
        world.configure('[[subscriber]]\naddress = "bob@example.org"\nprofiles = ["decoding"]\ndays = "daily"\n')
        output = FakeOutput({"ada@example.org": PermanentDeliveryError("550 no such mailbox")})
        self.ready(world, output).deliver()
        assert [edition.reader for edition in output.sent] == ["mail:bob@example.org"]

    def test_an_output_out_of_order_blames_nobody(self, world: World) -> None:
        output = FakeOutput({"*": DeliveryError("535 wrong password")})
        app = self.ready(world, output)
        delivered = app.deliver()
        assert delivered.stopped == "535 wrong password"
        (waiting,) = app.store.unsent()
        assert (waiting.state, waiting.attempts) == (EditionState.WAITING, 0)

    def test_waits_end_after_the_first_attempt_and_not_after_the_edition_was_made(self, world: World) -> None:
        """After a long outage the first "not now" is not the last."""
        app = self.ready(world, FakeOutput({"ada@example.org": TemporaryDeliveryError("451 come back later")}))
        world.now += timedelta(days=5)
        assert app.deliver().count(DeliveryState.DEFERRED) == 1
        (waiting,) = app.store.editions(reader="mail:ada@example.org")
        assert waiting.first_attempt == world.now

    @pytest.mark.parametrize("template", ["web/day.html", "feed/entry.html"])
    def test_a_broken_page_stops_no_mail(self, world: World, template: str) -> None:
        world.template(template, "{% if %}")
        app = self.ready(world, output := FakeOutput())
        delivered = app.deliver()
        assert template in (delivered.site_error or "")
        assert (delivered.count(DeliveryState.SENT), delivered.count(DeliveryState.WRITTEN)) == (1, 0)
        assert len(output.sent) == 1
        assert [edition.reader for edition in app.store.unsent()] == ["feed:decoding"], "it waits"

    def test_a_folder_that_cannot_be_written_stops_no_mail(self, world: World) -> None:
        (world.folder / "out/site").mkdir(parents=True)
        (world.folder / "out/site/feeds").write_text("no folder")
        app = self.ready(world, output := FakeOutput())
        assert "out/site/feeds" in (app.deliver().site_error or "")
        assert len(output.sent) == 1
        (world.folder / "out/site/feeds").unlink()
        delivered = app.deliver()
        assert (delivered.site_error, delivered.count(DeliveryState.WRITTEN)) == (None, 1)

    def test_a_broken_mail_template_blames_nobody(self, world: World) -> None:
        world.template("mail/digest.txt", "{{ nobody.knows }}")
        app = self.ready(world)
        delivered = app.deliver()
        assert "mail/digest.txt, line 1" in (delivered.stopped or "")
        assert delivered.count(DeliveryState.WRITTEN) == 1, "the feeds do without it"
        (waiting,) = app.store.unsent()
        assert (waiting.state, waiting.attempts, waiting.error) == (EditionState.WAITING, 0, None)
        assert not (world.folder / "out/mail").exists()

    def test_who_unsubscribes_in_between_gets_nothing_and_that_is_no_failure(self, world: World) -> None:
        app = self.ready(world, output := FakeOutput())
        app.store.unsubscribe("ada@example.org", world.now)
        delivered = app.deliver()
        assert output.sent == []
        assert delivered.count(DeliveryState.FAILED) == 0
        assert app.store.unsent_counts() == {}
        (edition,) = app.store.editions(reader="mail:ada@example.org")
        assert (edition.state, edition.attempts) == (EditionState.CANCELLED, 0)

    def test_what_another_deliverer_has_claimed_is_left_to_it(self, world: World) -> None:
        app = self.ready(world, output := FakeOutput())
        until = world.now + timedelta(minutes=10)
        assert app.store.claim("mail", owner="elsewhere 1 a b", now=world.now, until=until, limit=9)
        assert app.deliver().stopped is None
        assert output.sent == []
        world.now = until
        assert app.deliver().count(DeliveryState.SENT) == 1

    def test_a_lease_is_renewed_while_its_owner_works(self, world: World) -> None:
        """However long a page takes: nobody else sends any of it."""
        world.configure("".join(subscriber(number) for number in range(4)))

        class SlowOutput(FakeOutput):
            def send(self, edition: Edition, reader: Reader) -> DeliveryState:
                world.now += timedelta(minutes=5)
                assert app.store.claim("mail", owner="two", now=world.now, until=world.now, limit=9) == []
                return super().send(edition, reader)

        app = self.ready(world, output := SlowOutput())
        assert app.deliver().count(DeliveryState.SENT) == len(output.sent) == 5

    def test_what_was_taken_over_meanwhile_is_not_sent_again(self, world: World) -> None:
        """A process that was stopped for long, as a laptop that slept, finds its leases gone."""
        world.configure("".join(subscriber(number) for number in range(4)))
        taken: list[Edition] = []

        class SleepyOutput(FakeOutput):
            def send(self, edition: Edition, reader: Reader) -> DeliveryState:
                world.now += timedelta(hours=1)
                until = world.now + timedelta(hours=9)
                taken.extend(app.store.claim("mail", owner="elsewhere 1 a b", now=world.now, until=until, limit=3))
                return super().send(edition, reader)

        app = self.ready(world, output := SleepyOutput())
        app.deliver()
        assert [edition.reader for edition in output.sent] == [
            f"mail:{name}@example.org" for name in ("ada", "reader2")
        ]
        assert len(taken) == 5

    def test_what_an_output_did_not_get_to_is_given_back(self, world: World) -> None:
        world.configure("".join(subscriber(number) for number in range(4)))
        app = self.ready(world, FakeOutput({"ada@example.org": DeliveryError("535 wrong password")}))
        assert app.deliver().stopped == "535 wrong password"
        assert app.store.lease_owners() == set()

    def test_more_than_a_page_goes_out(self, world: World) -> None:
        world.configure("".join(subscriber(number) for number in range(230)))
        app = self.ready(world, output := FakeOutput())
        delivered = app.deliver()
        assert delivered.count(DeliveryState.SENT) == len({edition.reader for edition in output.sent}) == 231
        assert len(delivered.deliveries) == 101, "a feed, and of the mails the first hundred"

    def test_an_output_that_was_removed_stops_nobody_else(self, world: World) -> None:
        app = self.ready(world, output := FakeOutput())
        (mail,) = app.store.editions(reader="mail:ada@example.org")
        app.store.save_editions([replace(mail, reader="pigeon:loft-4", output="pigeon")])
        delivered = app.deliver()
        assert "pigeon:" in (delivered.stopped or "")
        assert [edition.reader for edition in output.sent] == ["mail:ada@example.org"]
        (waiting,) = app.store.unsent()
        assert (waiting.reader, waiting.attempts) == ("pigeon:loft-4", 0)


def test_scores_of_rank_are_those_of_publish(world: World) -> None:
    world.dump("a.txt", [lantern(1), lantern(2), tide(1)])
    app = world.app
    app.ingest()
    standing = app.standing(app.profiles[0], since=None)
    feed = published(app)[0]
    assert [(one.paper.key, one.score) for one in standing.sent] == [(e.paper.key, e.score) for e in feed.entries]
    assert app.standing(app.profiles[0], since=None) == standing


def test_rank_and_near_know_only_what_the_profile_is_told_of(world: World) -> None:
    world.dump("a.txt", [lantern(1), lantern(2), tide(1)])
    app = world.app
    app.ingest()
    wanted = replace(app.profiles[0], limit=1)
    found = app.standing(wanted, since=None)
    assert [len(some) for some in (found.sent, found.left, found.near)] == [1, 1, 1]
    assert (found.papers, found.told) == (3, 3)
    untold = app.standing(replace(wanted, changes=(ChangeKind.REVISED,)), since=None)
    assert (untold.sent, untold.left, untold.near, untold.papers, untold.told) == ((), (), (), 3, 0)


def test_two_records_of_one_paper_in_two_dumps_are_one(world: World) -> None:
    world.dump("a.txt", [tide(1), paper(r"Bounds for $\ell_p$ sampling of tides", LANTERN)])
    world.dump("b.txt", [tide(2), paper("Bounds for ell_p sampling of tides", LANTERN)])
    app = world.app
    assert [receipt.counts.new for receipt in app.ingest()] == [2, 1]
    assert app.store.paper_count() == 3
