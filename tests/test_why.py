"""A score taken apart for its reader."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Match
from digest.renderers.why import Chip, Why, shown_parts, why


def test_parts_stand_in_the_order_of_their_chips_and_sum_to_the_score() -> None:
    found = why(
        [
            Match("kv cache", "title", 1, 2.0),
            Match("quantiz*", "abstract", 2, 3.14),
            Match("kv cache", "abstract", 1, 1.25),
        ]
    )
    assert found == Why((Chip("kv cache", 2), Chip("quantiz*", 2)), 0, "3.3 + 3.1 = 6.4")


def test_one_part_is_the_score() -> None:
    assert why([Match("kv cache", "title", 1, 2.04)]).sum == "2.0"
    assert why([]) == Why()


def test_what_has_no_room_is_one_part() -> None:
    found = why([Match(f"word {number}", "title", 1, 9.0 - number) for number in range(9)])
    assert (len(found.chips), found.more) == (6, 3)
    assert found.sum == "9.0 + 8.0 + 7.0 + 6.0 + 5.0 + 4.0 + 6.0 = 45.0"


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=9), st.integers(0, 3))
def test_what_is_shown_adds_up(parts: list[float], decimals: int) -> None:
    shown, total = shown_parts(parts, decimals=decimals)
    step = 10**-decimals
    assert sum(round(float(one) / step) for one in shown) == round(float(total) / step)
    assert abs(float(total) - sum(parts)) <= 0.51 * step
    assert all(abs(float(one) - part) < 1.01 * step for one, part in zip(shown, parts, strict=True))


def test_what_a_paper_does_not_have_as_written_is_said_to_be_such() -> None:
    found = why(
        [
            Match("kv cache", "apart", 1, 0.5),
            Match("kv cache", "similar", 2, 0.4),
            Match("tides", "similar", 1, 0.3),
            Match("sand", "abstract", 1, 0.2),
            Match("sand", "similar", 5, 0.6),
        ]
    )
    assert list(map(str, found.chips)) == ["kv cache (words apart)", "sand", "similar papers"]
    assert found.sum == "0.5 + 0.2 + 1.3 = 2.0"
