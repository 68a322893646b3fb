"""Days are read as listings write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.dates import day, whole_day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-11-20", date(2025, 11, 20)),
        ("2025-11-20T17:59:46Z", date(2025, 11, 20)),
        ("2025-11-20T22:30:00-04:00", date(2025, 11, 21)),
        ("2025-11-20T00:00:00-04:00", date(2025, 11, 20)),
        ("Thu, 20 Nov 2025 00:00:00 +0200", date(2025, 11, 20)),
        ("Thu, 20 Nov 2025 01:00:00 +0200", date(2025, 11, 19)),
        ("Mon, 2 Apr 2007 19:18:42 GMT", date(2007, 4, 2)),
        (" 2025-11-20T10:00:00 ", date(2025, 11, 20)),
        ("2025-02-30", None),
        ("2014", None),
        ("2014-12", None),
        ("2026W47", None),
        ("2026-W47", None),
        ("17 Nov 2026", date(2026, 11, 17)),
        ("2026/11/17", date(2026, 11, 17)),
        ("1" * 100_000, None),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T01:00:00+09:00", None),
    ],
)
def test_a_day_is_the_one_in_utc_and_midnight_is_no_time(text: str, expected: date | None) -> None:
    assert day(text) == expected


@given(st.text() | st.from_regex(r"[0-9 :,+TZ-]{1,40}|\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\w+"))
def test_no_text_is_too_strange_for_a_day(text: str) -> None:
    assert day(text) is None or day(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-17", date(2026, 11, 17)),
        ("2026/1/7/spring", date(2026, 1, 7)),
        ("2026", None),
        ("2026///", None),
        ("2026-02-30", None),
        ("17 Nov 2026", date(2026, 11, 17)),
        ("17.11.2026", date(2026, 11, 17)),
        ("November 17, 2026", date(2026, 11, 17)),
        ("Sept. 3rd, 2026", date(2026, 9, 3)),
        ("2026 May 1", date(2026, 5, 1)),
        ("Tuesday, 17-Nov-2026", date(2026, 11, 17)),
        ("20261117", date(2026, 11, 17)),
        ("11/17/2026", None),
        ("2026 Nov", None),
        ("Nov 2026", None),
        ("17 Snail 2026", None),
    ],
)
def test_a_day_is_whole_or_unknown(text: str, found: date | None) -> None:
    assert whole_day(text) == found
