"""When editions are due: local hours, changes of the clock, outages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.localtime import parse_days, timezones
from digest.model import Reader, ReaderKind, Subscriber
from digest.schedule import AT_ONCE, due, feed_due, instant, last_moment, local_date, next_due

ZONES = ["UTC", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati",
         "Pacific/Pago_Pago", "America/Sao_Paulo"]  # fmt: skip


def reader(send_at: str = "08:00", timezone: str = "Europe/London", days: str = "daily") -> Reader:
    return Reader(
        id="mail:ada@example.org",
        kind=ReaderKind.SUBSCRIBER,
        profiles=(),
        timezone=timezone,
        address="ada@example.org",
        send_at=time.fromisoformat(send_at),
        days=parse_days(days),
    )


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dates_received(one: Reader, start: datetime, end: datetime, step: timedelta, newest: date | None) -> list[date]:
    """The dates of the editions that a reader gets when somebody looks every ``step``."""
    got = []
    now = start
    while now < end:
        found = due(one, now, newest)
        if found is not None:
            got.append(found)
            newest = found
        now += step
    return got


# ---------------------------------------------------------------------------------------------------- local time


@pytest.mark.parametrize(
    ("timezone", "now", "expected"),
    [
        ("Europe/London", "2026-06-30T23:30", date(2026, 7, 1)),
        ("America/New_York", "2026-07-01T03:59", date(2026, 6, 30)),
        ("Pacific/Kiritimati", "2026-07-01T10:00", date(2026, 7, 2)),
    ],
)
def test_the_date_is_the_zone_s_own(timezone: str, now: str, expected: date) -> None:
    assert local_date(timezone, at(now)) == expected


@pytest.mark.parametrize(
    ("one", "day", "expected"),
    [
        pytest.param(reader(), date(2026, 10, 24), "2026-10-24T07:00", id="summer time"),
        pytest.param(reader(), date(2026, 10, 25), "2026-10-25T08:00", id="winter time"),
        pytest.param(reader("01:30"), date(2026, 10, 25), "2026-10-25T00:30", id="an hour that comes twice"),
        pytest.param(reader("01:30"), date(2027, 3, 28), "2027-03-28T01:30", id="an hour that is skipped"),
        pytest.param(reader("02:30", "America/New_York"), date(2027, 3, 14), "2027-03-14T07:30", id="and in New York"),
        pytest.param(reader("00:00"), date(2026, 10, 25), "2026-10-24T23:00", id="midnight"),
    ],
)  # fmt: skip
def test_a_local_hour_is_one_instant(one: Reader, day: date, expected: str) -> None:
    assert instant(one, day) == at(expected)


@pytest.mark.parametrize(
    ("timezone", "day", "expected"),
    [
        ("Europe/London", date(2026, 10, 25), "2026-10-25T23:59:59"),
        ("Europe/London", date(2026, 7, 1), "2026-07-01T22:59:59"),
        ("America/New_York", date(2027, 3, 14), "2027-03-15T03:59:59"),
    ],
)
def test_a_date_ends_with_its_last_second(timezone: str, day: date, expected: str) -> None:
    assert last_moment(timezone, day) == at(expected)


@given(zone=st.sampled_from(ZONES), day=st.dates(date(2000, 1, 1), date(2037, 12, 30)), send_at=st.times())
def test_what_is_due_on_a_date_is_due_by_its_end(zone: str, day: date, send_at: time) -> None:
    one = Reader(
        id="mail:x", kind=ReaderKind.SUBSCRIBER, profiles=(), timezone=zone, send_at=send_at.replace(microsecond=0)
    )

    assert local_date(zone, last_moment(zone, day)) == day
    assert instant(one, day) <= last_moment(zone, day)


# ------------------------------------------------------------------------------------------------------------ due


def test_nothing_is_due_before_the_hour() -> None:
    monday = date(2026, 11, 16)

    assert due(reader(), at("2026-11-17T07:59:59"), monday) is None
    assert due(reader(), at("2026-11-17T08:00"), monday) == date(2026, 11, 17)


def test_a_date_is_due_once() -> None:
    assert due(reader(), at("2026-11-17T08:01"), date(2026, 11, 17)) is None


def test_a_date_is_never_made_when_a_later_one_exists() -> None:
    """The clock was set back, or somebody made tomorrow's edition by hand."""
    assert due(reader(), at("2026-11-17T08:01"), date(2026, 11, 18)) is None


def test_other_days_bring_nothing() -> None:
    friday = date(2026, 11, 20)
    weekdays = reader(days="mon-fri")

    assert due(weekdays, at("2026-11-21T12:00"), friday) is None
    assert due(weekdays, at("2026-11-22T12:00"), friday) is None
    assert due(weekdays, at("2026-11-23T08:00"), friday) == date(2026, 11, 23)


def test_a_new_reader_gets_the_newest_date_that_has_passed() -> None:
    assert due(reader(), at("2026-11-17T07:00"), None) == date(2026, 11, 16)
    assert due(reader(days="wed"), at("2026-11-17T07:00"), None) == date(2026, 11, 11)


def test_after_an_outage_the_last_missed_date_covers_the_gap() -> None:
    """One edition, however long it took."""
    for newest in (date(2026, 11, 12), date(2026, 3, 1), date(2020, 1, 1)):
        assert due(reader(), at("2026-11-17T12:00"), newest) == date(2026, 11, 17)
        assert due(reader(), at("2026-11-17T06:00"), newest) == date(2026, 11, 16)


def test_an_outage_over_the_weekend_is_made_up_for_at_once() -> None:
    """Friday's edition was missed; on Saturday the reader who wants no Saturdays still gets Friday's."""
    assert due(reader(days="mon-fri"), at("2026-11-21T12:00"), date(2026, 11, 19)) == date(2026, 11, 20)


def test_one_weekday_a_week_is_found_from_every_day() -> None:
    for day in range(15, 22):
        found = due(reader(days="sun"), at(f"2026-11-{day}T12:00"), None)
        assert found == date(2026, 11, 15)


def test_no_days_mean_no_editions() -> None:
    nobody = Reader(id="mail:x", kind=ReaderKind.SUBSCRIBER, profiles=(), timezone="UTC", days=frozenset())

    assert due(nobody, at("2026-11-17T12:00"), None) is None
    assert next_due(nobody, None) is None


def test_a_feed_is_always_due_today() -> None:
    now = at("2026-11-17T00:10")

    assert feed_due("Europe/London", now, None) == date(2026, 11, 17)
    assert feed_due("Europe/London", now, date(2026, 11, 17)) == date(2026, 11, 17)
    assert feed_due("America/New_York", now, date(2026, 11, 16)) == date(2026, 11, 16)
    assert feed_due("Europe/London", now, date(2026, 11, 18)) is None


# ---------------------------------------------------------------------------------------- changes of the clock


@pytest.mark.parametrize("send_at", ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "23:59"])
@pytest.mark.parametrize(
    ("timezone", "change"),
    [
        ("Europe/London", date(2026, 10, 25)),
        ("Europe/London", date(2027, 3, 28)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/New_York", date(2027, 3, 14)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("America/Sao_Paulo", date(2018, 11, 4)),
    ],
)
def test_a_change_of_the_clock_gives_each_date_one_edition(timezone: str, change: date, send_at: str) -> None:
    """Hours that are skipped, hours that come twice, and midnights that do not exist."""
    one = reader(send_at, timezone)
    first = change - timedelta(days=2)
    begin = datetime.combine(first, time(12), ZoneInfo(timezone)).astimezone(UTC)

    got = dates_received(one, begin, begin + timedelta(days=4), timedelta(minutes=5), newest=first)

    assert got == [first + timedelta(days=number) for number in range(1, len(got) + 1)]
    assert change in got


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 15 * 365 * 24 * 60),
    send_at=st.times(),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    steps=st.lists(st.integers(1, 40 * 60), min_size=5, max_size=60),
)
def test_dates_come_in_order_on_wanted_days_and_never_early(
    zone: str, start: int, send_at: time, days: frozenset[int], steps: list[int]
) -> None:
    """Whenever somebody looks, and however long nobody did."""
    one = Reader(id="mail:x", kind=ReaderKind.SUBSCRIBER, profiles=(), timezone=zone, send_at=send_at, days=days)
    now = at("2015-01-01T00:00") + timedelta(minutes=start)
    newest: date | None = None
    for minutes in steps:
        found = due(one, now, newest)
        if found is not None:
            assert newest is None or found > newest
            assert found.weekday() in days
            assert instant(one, found) <= now
            newest = found
            assert due(one, now, newest) is None
        now += timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("timezone", "send_at", "first", "dates"),
    [
        # 30 December 2011 was skipped in Apia; an edition whose hour has passed by then is due all the same
        pytest.param("Pacific/Apia", "08:00", date(2011, 12, 28), [29, 31, 1], id="a date that is skipped"),
        # until 2011 clocks in St. John's were put back at one past midnight, into the day before
        pytest.param("America/St_Johns", "00:00", date(2010, 11, 5), [6, 7, 8], id="a date that comes twice"),
    ],
)  # fmt: skip
def test_zones_that_change_at_midnight_give_each_date_one_edition(
    timezone: str, send_at: str, first: date, dates: list[int]
) -> None:
    one = reader(send_at, timezone)
    begin = datetime.combine(first, time(12), ZoneInfo(timezone)).astimezone(UTC)
    got = dates_received(one, begin, begin + timedelta(days=3), timedelta(minutes=1), newest=first)
    assert [day.day for day in got] == dates


# ------------------------------------------------------------------------------------------------------ next due


@pytest.mark.parametrize(
    ("one", "newest", "expected"),
    [
        pytest.param(reader(), date(2026, 11, 16), "2026-11-17T08:00", id="on the next day"),
        pytest.param(reader(days="mon-fri"), date(2026, 11, 20), "2026-11-23T08:00", id="after the weekend"),
        pytest.param(reader(days="tue"), date(2026, 11, 17), "2026-11-24T08:00", id="in a week"),
        pytest.param(reader(), date(2026, 10, 24), "2026-10-25T08:00", id="over a change of the clock"),
        pytest.param(reader(), date(2020, 1, 1), "2020-01-02T08:00", id="long ago: there was an outage"),
    ],
)
def test_the_next_edition_is_due_on_the_first_wanted_day_after_the_newest(
    one: Reader, newest: date, expected: str
) -> None:
    assert next_due(one, newest) == at(expected)


def test_a_new_reader_is_due_at_once() -> None:
    assert next_due(reader(), None) == AT_ONCE


ZONE = st.sampled_from(sorted(timezones() - {"localtime"}))
SCHEDULES = st.builds(
    Subscriber,
    address=st.just("ada@example.org"),
    timezone=ZONE,
    send_at=st.times().map(lambda moment: moment.replace(microsecond=0)),
    days=st.frozensets(st.integers(0, 6)),
)


@given(
    one=SCHEDULES,
    newest=st.none() | st.dates(date(1975, 1, 1), date(2036, 12, 1)),
    near=st.integers(-3600, 3600),
    far=st.integers(-20 * 24 * 3600, 40 * 24 * 3600),
)
def test_due_agrees_with_next_due(one: Subscriber, newest: date | None, near: int, far: int) -> None:
    """In every zone, at every moment: an edition is due exactly from the instant that is stored."""
    moment = next_due(one, newest)
    base = at("2011-12-25T00:00") if moment is None or newest is None else moment
    for now in (base, base + timedelta(seconds=near), base + timedelta(seconds=far)):
        assert (due(one, now, newest) is not None) == (moment is not None and moment <= now)
