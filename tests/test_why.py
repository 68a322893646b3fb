"""A score taken apart for its reader."""

from __future__ import annotations

import pytest
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


def test_a_keyword_may_be_called_as_the_sum_of_similar_papers_is() -> None:
    found = why([Match("similar papers", "title", 2, 1.0), Match("sand", "similar", 3, 0.4)])
    assert found == Why((Chip("similar papers", 2), Chip("similar papers", 1)), 0, "1.0 + 0.4 = 1.4")


def test_what_similar_papers_give_is_no_keyword_without_room() -> None:
    words = [Match(f"word {number}", "title", 1, 1.0) for number in range(6)]
    found = why([*words, Match("word 0", "similar", 2, 0.5)])
    assert (str(found.chips[-1]), len(found.chips), found.more) == ("similar papers", 7, 0)
    assert found.sum == "1.0 + 1.0 + 1.0 + 1.0 + 1.0 + 1.0 + 0.5 = 6.5"
    found = why([*words, Match("word 6", "title", 1, 0.8), Match("word 0", "similar", 2, 0.5)])
    assert (str(found.chips[-1]), found.more) == ("similar papers", 1)
    assert found.sum == "1.0 + 1.0 + 1.0 + 1.0 + 1.0 + 1.0 + 0.5 + 0.8 = 7.3"


@pytest.mark.parametrize(
    ("matches", "told"),
    [
        ([Match("kv cache", "title", 1, 1.0), Match("sand", "title", 1, 0.0)], Why((Chip("kv cache", 1),), 0, "1.0")),
        (
            [Match("kv cache", "title", 1, 1.04), Match("sand", "similar", 1, 0.03)],
            Why((Chip("kv cache", 1),), 0, "1.1"),
        ),
        ([Match("kv cache", "title", 1, 1.06), Match("sand", "title", 1, 0.06)], Why((Chip("kv cache", 1),), 0, "1.1")),
        ([Match("kv cache", "title", 1, 0.02)], Why((Chip("kv cache", 1),), 0, "0.0")),
        ([Match("sand", "similar", 1, 0.0)], Why((Chip("similar papers", 1),), 0, "0.0")),
    ],
    ids=["nothing", "nearly nothing", "rounded to nothing", "all of it", "all of it from similar papers"],
)
def test_what_would_show_as_zero_is_left_out(matches: list[Match], told: Why) -> None:
    assert why(matches) == told


def test_what_is_something_only_together_is_told_of_together() -> None:
    small = [Match(f"word {number}", "title", 1, 0.04) for number in range(5)]
    assert why([Match("kv cache", "title", 1, 1.0), *small]) == Why((Chip("kv cache", 1),), 5, "1.0 + 0.2 = 1.2")
    assert why(small) == Why((Chip("word 0", 1),), 4, "0.2")


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from(("title", "similar"))), min_size=1, max_size=12))
def test_the_sum_has_a_part_for_each_chip_and_one_for_the_rest(gains: list[tuple[float, str]]) -> None:
    found = why([Match(f"word {number}", field, 1, gain) for number, (gain, field) in enumerate(gains)])
    parts, _, score = found.sum.rpartition(" = ")
    shown = parts.split(" + ") if parts else [score]
    assert float(score) == pytest.approx(sum(gain for gain, _ in gains), abs=0.051)
    assert sum(round(10 * float(part)) for part in shown) == round(10 * float(score))
    if len(shown) > 1:
        assert "0.0" not in shown
        assert len(shown) == len(found.chips) + bool(found.more)
