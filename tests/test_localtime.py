"""Weekdays, times and zones: what people write is read, and what is written is read again."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.localtime import days_text, parse_days, parse_time, parse_timezone, timezones


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("Daily", set(range(7))),
        ("wed", {2}),
        ("mon - wed, fri", {0, 1, 2, 4}),
    ],
)
def test_days_are_parsed(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "mon-", "monday", "mon-fry", "1-5", "mon,,fri"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a weekday or a range of weekdays"):
        parse_days(text)


@given(st.frozensets(st.integers(0, 6), min_size=1))
def test_written_days_are_parsed_again(days: frozenset[int]) -> None:
    assert parse_days(days_text(days)) == days


@pytest.mark.parametrize(
    ("days", "text"), [({0, 1, 2, 3, 4}, "mon-fri"), ({5, 6}, "sat,sun"), ({0, 4, 5, 6}, "fri-mon"), ({2}, "wed")]
)
def test_days_are_written_as_a_range_if_they_are_one(days: set[int], text: str) -> None:
    assert days_text(frozenset(days)) == text


@pytest.mark.parametrize(
    ("text", "expected"), [("08:00", time(8)), (" 6:30 ", None), ("06:30", time(6, 30)), ("23:59:30", time(23, 59, 30))]
)
def test_times_are_parsed(text: str, expected: time | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match='must be a time such as "08:00"'):
            parse_time(text)
    else:
        assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "8", "0800", "25:00", "08:00Z", "08:00+02:00", "noon"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match='must be a time such as "08:00"'):
        parse_time(text)


def test_a_zone_that_does_not_exist_is_refused_with_what_was_meant() -> None:
    assert parse_timezone("Europe/Paris") == "Europe/Paris"
    with pytest.raises(ValueError, match="'Europe/Pariss' is not a time zone; did you mean 'Europe/Paris'"):
        parse_timezone("Europe/Pariss")


def test_the_zones_are_looked_up_once() -> None:
    """The standard library takes milliseconds for them, each time it is asked."""
    assert timezones() is timezones()
