"""The service: weeks that take seconds, a mailbox that is real, and the process as a whole."""

from __future__ import annotations

import asyncio
import email
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

import feedparser
import httpx
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from digest.app import App, load_settings
from digest.config import SourceSettings
from digest.errors import DigestError, StoreError
from digest.model import EditionState, Status
from digest.service import Service, due_sources, next_reading, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session

    from digest.pipeline.publish import Published

ADA, BOB, CLEO, DAN = "ada@example.org", "bob@example.org", "cleo@example.org", "dan@example.org"


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Clock:
    """A clock that stands still until it is told to go."""

    def __init__(self, now: str) -> None:
        self.now = at(now)

    def __call__(self) -> datetime:
        return self.now


# ------------------------------------------------------------------------------------------------------- papers

NAMES = ["Lantern", "Heron", "Cobalt", "Meadow", "Tundra", "Pelican", "Quarry", "Saffron", "Juniper", "Walnut",
         "Glacier", "Orchid", "Falcon", "Marble", "Thistle", "Bramble"]  # fmt: skip


def title(number: int) -> str:
    return f"{NAMES[number]}: Speculative Decoding with Draft Tree Number {number}"


def abstract(number: int) -> str:
    name = NAMES[number]
    return (
        f"We present {name}, a scheme for speculative decoding in which a small model named {name.lower()} drafts a "
        f"tree of {number + 3} tokens and a large model accepts or rejects each branch in a single pass. On "
        f"{number + 2} benchmarks of translation and summaries {name} lowers the latency by {20 + number} percent, "
        "leaves the answers as they were, and needs neither new weights nor another tokenizer."
    )


def page_text(numbers: Sequence[int]) -> str:
    """A Daily Papers page with the invented papers of these numbers, saved as text."""
    head = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers",
            "byAK and the research community", "Oct 19"]  # fmt: skip
    return "\n\n".join([*head, *(text for number in numbers for text in (title(number), abstract(number)))]) + "\n"


# ------------------------------------------------------------------------------------------------------ mailbox


@dataclass(frozen=True)
class Letter:
    """A mail as the server took it."""

    address: str
    at: datetime
    message: EmailMessage

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def titles(self) -> set[int]:
        """The numbers of the papers that it names, of both parts, which must agree."""
        text, html = (self.message.get_body([kind]).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
        numbers = {int(number) for number in re.findall(r"Draft\s+Tree\s+Number\s+(\d+)", text)}
        plain_html = re.sub(r"<[^>]+>", "", html)
        assert numbers == {int(number) for number in re.findall(r"Draft\s+Tree\s+Number\s+(\d+)", plain_html)}
        return numbers


@dataclass
class Mailbox:
    """A mail server that keeps what it takes. ``answers`` has what it says to an address instead, once each."""

    clock: Clock
    letters: list[Letter] = field(default_factory=list)
    refused: list[Letter] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    on_letter: Any = None
    #: seconds before it says anything to a mail
    delay: float = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.original_content or b"", policy=policy.default)
        (address,) = envelope.rcpt_tos
        letter = Letter(address, self.clock(), message)
        if self.on_letter:
            self.on_letter(letter)
        await asyncio.sleep(self.delay)
        if answers := self.answers.get(address):
            self.refused.append(letter)
            return answers.pop(0)
        self.letters.append(letter)
        return "250 2.0.0 taken"

    def of(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.address == address]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def post_office(clock: Clock, **options: Any) -> Iterator[tuple[Mailbox, int]]:
    """A real mail server on the loopback interface, and its port."""
    mailbox, port = Mailbox(clock), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()


# --------------------------------------------------------------------------------------------------- the service


@dataclass
class Subscriber:
    address: str
    send_at: str = "08:00"
    timezone: str = "Europe/London"
    days: str = "daily"

    @property
    def toml(self) -> str:
        return (
            f'[[subscriber]]\naddress = "{self.address}"\nprofiles = ["decoding"]\nsend_at = "{self.send_at}"\n'
            f'timezone = "{self.timezone}"\ndays = "{self.days}"\n'
        )


@dataclass
class Town:
    """A folder with an inbox and a configuration, a clock, and the services that live there."""

    folder: Path
    clock: Clock
    apps: list[App] = field(default_factory=list)
    #: the dumps to come: when, and the numbers of their papers
    dumps: dict[datetime, tuple[int, ...]] = field(default_factory=dict)

    def configure(self, *subscribers: Subscriber, port: int = 25, source: str = "", mail: str = 'tls = "none"') -> Path:
        file = self.folder / "digest.toml"
        file.write_text(
            f"""
[digest]
base_url = "https://papers.example"
timezone = "Europe/London"
[store]
url = "sqlite:///{self.folder}/out/digest.db"
[output]
path = "{self.folder}/out"
[[source]]
name = "inbox"
kind = "files"
path = "{self.folder}/inbox/*"
schedule = "15 6 * * *"
{source}
[[profile]]
name = "decoding"
title = "Decoding"
keywords = ["speculative decoding"]
threshold = 0
{"".join(one.toml for one in subscribers)}
[mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
timeout = 5
{mail}
""",
            encoding="utf-8",
        )
        return file

    def service(self, cls: type[App] = App) -> Service:
        app = cls(settings=load_settings(self.folder / "digest.toml"), clock=self.clock)
        self.apps.append(app)
        return Service(app)

    def put(self, name: str, *numbers: int) -> None:
        """A new dump appears in the inbox."""
        inbox = self.folder / "inbox"
        inbox.mkdir(exist_ok=True)
        (inbox / name).write_text(page_text(numbers), encoding="utf-8")

    def live(self, service: Service, until: str, *, step: timedelta = timedelta(minutes=15)) -> None:
        """Tick from now until an instant, while ``dumps`` appear."""
        while self.clock.now < at(until):
            for when in [when for when in self.dumps if when <= self.clock.now]:
                self.put(f"{when:%Y-%m-%d}.txt", *self.dumps.pop(when))
            service.tick()
            self.clock.now += step

    @property
    def app(self) -> App:
        return self.apps[-1]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path, Clock("2026-10-19T00:00"))
    yield made
    for app in made.apps:
        app.close()


# ------------------------------------------------------------------------------------------- what is due (pure)


def source(name: str = "inbox", schedule: str = "15 6 * * mon-fri") -> SourceSettings:
    return SourceSettings(name=name, kind="files", schedule=schedule)


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("15 6 * * mon-fri", "2026-11-17T06:14:59", "2026-11-17T06:15"),
        ("15 6 * * mon-fri", "2026-11-17T06:15", "2026-11-18T06:15"),
        ("15 6 * * mon-fri", "2026-11-20T07:00", "2026-11-23T06:15"),
        ("30 0 * * *", "2026-10-25T00:00", "2026-10-25T00:30"),
        ("0 0 29 2 *", "2026-11-17T00:00", "2028-02-29T00:00"),
        ("*/20 * * * sun", "2026-11-17T00:00", "2026-11-22T00:00"),
    ],
)
def test_a_schedule_is_in_utc_with_weekdays_by_name(schedule: str, after: str, expected: str) -> None:
    assert next_reading(schedule, at(after)) == at(expected)


def test_a_day_that_never_comes() -> None:
    assert next_reading("0 0 30 2 *", at("2026-11-17T00:00")) is None


@pytest.mark.parametrize(
    ("last_read", "now", "expected"),
    [
        pytest.param(None, "2026-11-17T03:00", True, id="never read"),
        pytest.param("2026-11-17T06:15", "2026-11-17T06:15", False, id="just read"),
        pytest.param("2026-11-17T06:15:03", "2026-11-18T06:14:59", False, id="not yet"),
        pytest.param("2026-11-17T06:15:03", "2026-11-18T06:15", True, id="on time"),
        pytest.param("2026-11-17T06:15:03", "2026-11-18T23:00", True, id="late"),
        pytest.param("2026-11-20T06:15:03", "2026-11-22T23:00", False, id="weekend"),
        pytest.param("2026-10-01T06:15:03", "2026-11-22T23:00", True, id="after weeks, at any hour"),
        pytest.param("2026-11-18T06:15:00", "2026-11-17T06:20", False, id="the clock was put back"),
    ],
)
def test_a_source_is_due_when_one_of_its_times_has_passed(last_read: str | None, now: str, expected: bool) -> None:
    read = {"inbox": at(last_read)} if last_read else {}

    assert bool(due_sources([source()], read, at(now))) is expected


def test_each_source_has_its_own_times() -> None:
    sources = [source("hourly", "0 * * * *"), source("daily", "0 0 * * *"), source("new", "0 0 * * *")]
    read = {"hourly": at("2026-11-17T11:00:01"), "daily": at("2026-11-17T00:00:01"), "gone": at("2020-01-01T00:00")}

    assert [one.name for one in due_sources(sources, read, at("2026-11-17T12:00"))] == ["hourly", "new"]


# -------------------------------------------------------------------------------------------------------- weeks


def test_a_week(town: Town) -> None:
    """With dumps on weekdays that repeat the day before, a day without the service, a weekend, and the end of summer
    time: everybody gets each paper once, on the right day, at the right hour.
    """
    town.dumps = {
        at("2026-10-19T06:00"): (0, 1),
        at("2026-10-20T06:00"): (0, 1, 2, 3),
        at("2026-10-21T06:00"): (2, 3, 4, 5),  # while nobody looks
        at("2026-10-22T06:00"): (4, 5, 6, 7),
        at("2026-10-23T06:00"): (6, 7, 8, 9),
        at("2026-10-26T06:00"): (8, 9, 10, 11),
    }
    with post_office(town.clock) as (mailbox, port):
        town.configure(
            Subscriber(ADA, days="mon-fri"),
            Subscriber(BOB, "07:30", "America/New_York"),
            Subscriber(CLEO, "01:30"),
            Subscriber(DAN, "09:00", "Asia/Tokyo", "sat,sun"),
            port=port,
        )
        half_an_hour = timedelta(minutes=30)
        town.live(town.service(), "2026-10-21T02:00", step=half_an_hour)
        town.app.close()
        town.clock.now = at("2026-10-22T05:00")
        town.live(town.service(), "2026-10-27T00:00", step=half_an_hour)

    def got(address: str) -> list[tuple[str, set[int]]]:
        return [(f"{letter.at:%d %H:%M}", letter.titles) for letter in mailbox.of(address)]

    assert got(ADA) == [
        ("19 07:00", {0, 1}),
        ("20 07:00", {2, 3}),
        ("22 05:00", {4, 5}),  # Wednesday's, caught up
        ("22 07:00", {6, 7}),
        ("23 07:00", {8, 9}),
        ("26 08:00", {10, 11}),  # eight o'clock in winter
    ]
    assert got(BOB) == [
        ("19 11:30", {0, 1}),
        ("20 11:30", {2, 3}),
        ("22 05:00", {4, 5}),
        ("22 11:30", {6, 7}),
        ("23 11:30", {8, 9}),
        ("26 11:30", {10, 11}),
    ]
    assert got(CLEO) == [
        ("20 00:30", {0, 1}),
        ("21 00:30", {2, 3}),
        ("22 05:00", {4, 5}),
        ("23 00:30", {6, 7}),
        ("24 00:30", {8, 9}),
    ]
    assert got(DAN) == [("24 00:00", set(range(10)))]
    ids = [letter.id for letter in mailbox.letters]
    assert len(ids) == len(set(ids)) == 18
    assert town.app.store.unsent_counts() == {}
    feed = feedparser.parse((town.folder / "out/site/feeds/decoding.rss.xml").read_bytes())
    guids = [entry.id for entry in feed.entries]
    assert len(guids) == len(set(guids)) == 12


@pytest.mark.parametrize(
    ("timezone", "send_at", "change", "expected"),
    [
        pytest.param("Europe/London", "01:30", "2026-10-25", ["24 00:30", "25 00:30", "26 01:30"], id="twice"),
        pytest.param("Europe/London", "01:30", "2027-03-28", ["27 01:30", "28 01:30", "29 00:30"], id="never"),
        pytest.param("Europe/London", "08:00", "2027-03-28", ["27 08:00", "28 07:00", "29 07:00"], id="spring"),
        pytest.param("America/New_York", "01:30", "2026-11-01", ["31 05:30", "01 05:30", "02 06:30"], id="NY twice"),
        pytest.param("America/New_York", "02:30", "2027-03-14", ["13 07:30", "14 07:30", "15 06:30"], id="NY never"),
    ],
)
def test_a_change_of_the_clock(town: Town, timezone: str, send_at: str, change: str, expected: list[str]) -> None:
    """An hour that comes twice or never gives its date exactly one mail."""
    first = date.fromisoformat(change) - timedelta(days=1)
    town.clock.now = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=3)
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA, send_at, timezone), port=port, source='[[source]]\nname = "hourly"\n'
                       f'kind = "files"\npath = "{town.folder}/inbox/*"\nschedule = "0 * * * *"\n')  # fmt: skip
        service = town.service()
        service.tick()
        for number in range(3):
            town.put(f"{number}.txt", number)
            day = first + timedelta(days=number)
            town.live(service, f"{day}T12:00", step=timedelta(minutes=30))

    assert [f"{letter.at:%d %H:%M}" for letter in mailbox.letters] == expected
    assert [letter.titles for letter in mailbox.letters] == [{0}, {1}, {2}]


def test_a_long_outage_is_made_up_for_once(town: Town) -> None:
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA), port=port)
        town.put("first.txt", 0)
        town.live(town.service(), "2026-10-19T12:00", step=timedelta(hours=1))
        town.app.close()
        town.put("second.txt", 0, 1, 2)
        town.clock.now = at("2026-12-01T12:00")
        town.live(town.service(), "2026-12-02T12:00", step=timedelta(hours=1))

    assert [(letter.at, letter.titles) for letter in mailbox.letters] == [
        (at("2026-10-19T00:00"), {0}),  # who is new need not wait for tomorrow
        (at("2026-12-01T12:00"), {1, 2}),
    ]


def test_a_quiet_source_is_quiet_and_not_broken(town: Town) -> None:
    town.configure()
    town.put("first.txt", 0)
    town.live(town.service(), "2026-10-22T00:00", step=timedelta(hours=3))

    receipts = town.app.store.receipts(None)
    assert [(receipt.at.day, receipt.status) for receipt in receipts] == [
        (19, Status.FINE),
        (19, Status.QUIET),
        (20, Status.QUIET),
        (21, Status.QUIET),
    ]


def test_a_reading_that_brought_nothing_shows_on_the_page(town: Town) -> None:
    """Nobody has to wonder why nothing came."""
    town.configure()
    town.put("first.txt", 0)
    service = town.service()
    town.live(service, "2026-10-20T06:15")
    page = town.folder / "out/site/index.html"
    before = page.read_text(encoding="utf-8")
    town.live(service, "2026-10-20T06:30")

    assert "nothing new has come since it was last read" not in before
    assert "nothing new has come since it was last read" in page.read_text(encoding="utf-8")


def test_a_source_can_be_read_every_minute(town: Town) -> None:
    town.configure(source='[[source]]\nname = "busy"\nkind = "files"\npath = "inbox"\nschedule = "* * * * *"\n')
    town.live(town.service(), "2026-10-19T00:05", step=timedelta(minutes=1))

    assert [receipt.source for receipt in town.app.store.receipts(None)].count("busy") == 5


# ------------------------------------------------------------------------------------------------------- faults


def test_a_bad_address_holds_nobody_up(town: Town) -> None:
    town.clock.now = at("2026-10-19T12:00")
    town.put("first.txt", 0)
    with post_office(town.clock) as (mailbox, port):
        mailbox.answers[BOB] = ["550 5.1.1 no such user"] * 9
        town.configure(Subscriber(ADA), Subscriber(BOB), Subscriber(CLEO), port=port)
        town.live(town.service(), "2026-10-19T16:00")

    assert [letter.address for letter in mailbox.letters] == [ADA, CLEO]
    assert len(mailbox.refused) == 1, "what was refused for good is not tried again"
    (edition,) = town.app.store.editions(reader=f"mail:{BOB}")
    assert edition.state is EditionState.FAILED
    assert "550 5.1.1 no such user" in (edition.error or "")


def test_what_is_refused_for_now_comes_later(town: Town) -> None:
    """With the same Message-ID, and after growing waits."""
    town.clock.now = at("2026-10-19T12:00")
    town.put("first.txt", 0)
    with post_office(town.clock) as (mailbox, port):
        mailbox.answers[BOB] = ["451 4.7.1 greylisted"] * 2
        town.configure(Subscriber(ADA), Subscriber(BOB), Subscriber(CLEO), port=port)
        town.live(town.service(), "2026-10-19T13:00", step=timedelta(minutes=1))

    assert [letter.address for letter in mailbox.letters] == [ADA, CLEO, BOB]
    tries = [*mailbox.refused, *mailbox.of(BOB)]
    assert [f"{letter.at:%H:%M}" for letter in tries] == ["12:00", "12:05", "12:15"]
    assert len({letter.id for letter in tries}) == 1
    assert all(letter.message["Date"] == tries[0].message["Date"] for letter in tries)
    (edition,) = town.app.store.editions(reader=f"mail:{BOB}")
    assert (edition.state, edition.attempts) == (EditionState.SENT, 3)


def test_a_page_that_cannot_be_made_is_tried_again(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Not every minute; the mails go out, and the page comes as soon as it can."""
    town.put("first.txt", 0)
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA, "01:00"), port=port)
        (town.folder / "out").mkdir()
        (town.folder / "out/site").write_text("no folder", encoding="utf-8")
        service = town.service()
        town.live(service, "2026-10-19T00:10", step=timedelta(minutes=1))
        assert len([one for one in caplog.records if "feeds and pages could not be written" in one.message]) == 2
        assert [letter.titles for letter in mailbox.letters] == [{0}]
        (town.folder / "out/site").unlink()
        town.live(service, "2026-10-19T00:20", step=timedelta(minutes=1))

    assert title(0) in (town.folder / "out/site/index.html").read_text(encoding="utf-8")
    assert town.app.store.unsent_counts() == {}


def test_a_mail_server_that_is_down_is_waited_for(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """It is not asked every minute, nobody is blamed, and nothing is lost."""
    town.clock.now = at("2026-10-19T12:00")
    town.put("first.txt", 0)
    town.configure(Subscriber(ADA), port=(port := free_port()))
    service = town.service()
    town.live(service, "2026-10-19T12:10", step=timedelta(minutes=1))

    assert len([record for record in caplog.records if "the delivery stopped" in record.message]) == 2
    *_, edition = town.app.store.unsent()
    assert (edition.state, edition.attempts) == (EditionState.WAITING, 0)
    mailbox = Mailbox(town.clock)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        town.live(service, "2026-10-19T12:20", step=timedelta(minutes=1))
    finally:
        controller.stop()
    assert [letter.titles for letter in mailbox.letters] == [{0}]


def test_two_services_on_one_history_send_one_mail(town: Town) -> None:
    """At the same moments, in threads of their own, for two days."""
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA), Subscriber(BOB, "08:00"), Subscriber(CLEO, "09:00"), port=port)
        services = [town.service(), town.service()]
        for number in range(2):
            town.put(f"{number}.txt", number, number + 1)
            for _ in range(24):
                threads = [threading.Thread(target=service.tick) for service in services]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                town.clock.now += timedelta(hours=1)

    got = {address: [letter.titles for letter in mailbox.of(address)] for address in (ADA, BOB, CLEO)}
    assert got == {address: [{0, 1}, {2}] for address in (ADA, BOB, CLEO)}


def test_a_service_that_stops_finishes_the_message_in_hand(town: Town) -> None:
    """The rest waits for the next start."""
    town.clock.now = at("2026-10-19T12:00")
    town.put("first.txt", 0)
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA), Subscriber(BOB), Subscriber(CLEO), port=port)
        stopping = town.service()
        mailbox.on_letter = lambda _letter: stopping.stop()
        town.live(stopping, "2026-10-19T13:00")
        assert len(mailbox.letters) == 1
        mailbox.on_letter = None
        town.live(town.service(), "2026-10-19T14:00")

    assert sorted(letter.address for letter in mailbox.letters) == [ADA, BOB, CLEO]


def test_who_unsubscribes_gets_no_more(town: Town) -> None:
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA), Subscriber(BOB), port=port)
        service = town.service()
        town.put("first.txt", 0)
        town.live(service, "2026-10-19T12:00", step=timedelta(hours=1))
        town.app.store.unsubscribe(ADA, town.clock())
        town.put("second.txt", 1)
        town.live(service, "2026-10-20T12:00", step=timedelta(hours=1))

    assert [letter.titles for letter in mailbox.of(ADA)] == [{0}]
    assert [letter.titles for letter in mailbox.of(BOB)] == [{0}, {1}]


class BrokenApp(App):
    """An app in which publishing goes wrong, twice in ways that are expected and then in one that is not."""

    errors = (StoreError("the disk is full"), StoreError("the history is busy"), ZeroDivisionError("surprise"))

    def publish(self, **arguments: Any) -> Published:
        number = self.__dict__.setdefault("tries", 0)
        self.__dict__["tries"] += 1
        if number < len(self.errors):
            raise self.errors[number]
        return super().publish(**arguments)


def test_an_error_costs_one_tick(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged as a sentence, with a traceback only where nobody expected it."""
    town.clock.now = at("2026-10-19T12:00")
    town.put("first.txt", 0)
    with post_office(town.clock) as (mailbox, port):
        town.configure(Subscriber(ADA), port=port)
        service = town.service(BrokenApp)
        town.live(service, "2026-10-19T12:03", step=timedelta(minutes=1))
        assert mailbox.letters == []
        town.live(service, "2026-10-19T12:05", step=timedelta(minutes=1))

    assert [letter.titles for letter in mailbox.letters] == [{0}]
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(record.message, bool(record.exc_info)) for record in errors] == [
        ("publishing: the disk is full", False),
        ("publishing: the history is busy", False),
        ("publishing: an error that digest does not know; it is tried again", True),
    ]


class ForgetfulApp(App):
    """An app whose first source raises what leaves no receipt."""

    def ingest(self, *, only: Sequence[str] | None = None, **arguments: Any) -> Any:
        if only == ["inbox"]:
            self.__dict__["tries"] = [*self.__dict__.get("tries", ()), self.clock()]
            raise StoreError("the history is busy")
        return super().ingest(only=only, **arguments)


def test_a_source_that_fails_costs_itself_and_is_not_hammered(town: Town) -> None:
    town.put("first.txt", 0)
    town.configure(source=f'[[source]]\nname = "other"\nkind = "files"\npath = "{town.folder}/inbox/*"\n')
    town.live(town.service(ForgetfulApp), "2026-10-19T00:12", step=timedelta(minutes=1))

    assert [receipt.source for receipt in town.app.store.receipts(None)] == ["other"]
    assert [moment.minute for moment in town.app.__dict__["tries"]] == [0, 5, 10]


# ------------------------------------------------------------------------------------------------------ TLS, login


def test_mail_goes_through_tls_and_login(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(town.folder / "ca.pem")
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_side)
    logins: list[tuple[bytes, bytes]] = []

    def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"open sesame")

    monkeypatch.setenv("TEST_SMTP_PASSWORD", "open sesame")
    town.clock.now = at("2026-10-19T12:00")
    town.put("first.txt", 0)
    options = {"tls_context": server_side, "require_starttls": True, "authenticator": let_in, "auth_required": True}
    with post_office(town.clock, **options) as (mailbox, port):
        mail = f'ca_file = "{town.folder}/ca.pem"\nusername = "digest"\npassword_env = "TEST_SMTP_PASSWORD"'
        town.configure(Subscriber(ADA), port=port, mail=mail)
        town.live(town.service(), "2026-10-19T12:01")

    assert [letter.titles for letter in mailbox.letters] == [{0}]
    assert logins == [(b"digest", b"open sesame")]


# --------------------------------------------------------------------------------------------------- the process


@contextmanager
def running(config: Path, until: str = "delivered:") -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """The service as a process of its own, once it has said ``until``: the process, its address, what it has said."""
    said: list[str] = []
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", "--config", str(config), "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with ExitStack() as stack:
        stack.callback(process.wait)
        stack.callback(process.kill)
        assert process.stderr is not None
        stack.callback(process.stderr.close)
        address = ""
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"listening on (http://127\.0\.0\.1:\d+)", line):
                address = found[1]
            if until in line:
                break
        assert address, "".join(said)
        yield process, address, said


def finished(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    _, rest = process.communicate(timeout=20)
    return process.returncode, rest


def test_the_process_serves_and_stops(town: Town) -> None:
    town.put("first.txt", 0, 1)
    config = town.configure(Subscriber(ADA), mail="")
    config.write_text(config.read_text(encoding="utf-8").replace('kind = "smtp"', 'kind = "files"'), encoding="utf-8")
    with running(config) as (process, address, said):
        with httpx.Client(base_url=address, timeout=10) as client:
            for kind, media_type in [("rss.xml", "rss+xml"), ("atom.xml", "atom+xml"), ("json", "feed+json")]:
                answer = client.get(f"/feeds/decoding.{kind}")
                assert answer.status_code == 200
                assert answer.headers["content-type"] == f"application/{media_type}"
                assert title(1) in answer.text
                again = client.get(
                    f"/feeds/decoding.{kind}",
                    headers={"If-None-Match": answer.headers["etag"]},
                )
                assert (again.status_code, again.content) == (304, b"")
                head = client.head(f"/feeds/decoding.{kind}")
                assert (head.status_code, head.content) == (200, b"")
                for name in ("etag", "content-length", "content-type", "last-modified"):
                    assert head.headers[name] == answer.headers[name]
            page = client.get("/", follow_redirects=True)
            assert page.url.path == "/"
            assert title(0) in page.text
            assert client.get("/digest.db").status_code == 404
            assert client.get("/healthz").json()["sources"]["inbox"]["status"] == "fine"
        code, rest = finished(process, signal.SIGTERM)

    assert code == 0
    log = "".join(said) + rest
    assert "Traceback" not in log
    assert "inbox is read at once, and next on" in log
    assert "inbox: fine, 2 new of 2 read in" in log
    assert "stopped" in rest


def test_it_stops_for_the_keyboard_too(town: Town) -> None:
    config = town.configure(mail="")
    with running(config) as (process, _, said):
        code, rest = finished(process, signal.SIGINT)

    assert code == 0
    assert "Traceback" not in "".join(said) + rest


def test_a_process_that_stops_finishes_the_message_in_hand(town: Town) -> None:
    """SIGTERM comes while the mail server thinks about the first of three mails."""
    town.put("first.txt", 0)
    thinking = threading.Event()
    with post_office(town.clock) as (mailbox, port):
        mailbox.on_letter = lambda _letter: thinking.set()
        mailbox.delay = 0.5
        config = town.configure(Subscriber(ADA), Subscriber(BOB), Subscriber(CLEO), port=port)
        with running(config, until="made") as (process, _, _):
            assert thinking.wait(20)
            code, rest = finished(process, signal.SIGTERM)

    assert code == 0
    assert "delivered: 1 sent" in rest
    assert len(mailbox.letters) == 1
    town.service()
    states = [edition.state for edition in town.app.store.editions() if edition.message_id]
    assert sorted(states) == [EditionState.SENT, EditionState.WAITING, EditionState.WAITING]


def test_a_port_that_is_taken_is_said_so(town: Town) -> None:
    town.configure()
    town.service()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DigestError, match=f"127.0.0.1, port {port}, cannot be listened on"):
            serve(town.app, host="127.0.0.1", port=port)
