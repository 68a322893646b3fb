"""Profiles as rows of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import KeywordError
from digest.keywords import parse, parse_profile
from digest.rank.compiled import EXCLUDE, MUST, NORMAL, Compiled
from tests.papers import profile

if TYPE_CHECKING:
    from digest.keywords import Pattern


def row(compiled: Compiled[str], key: str) -> list[tuple[Pattern, float, int]]:
    """What a profile's row holds."""
    [(shard, [number])] = compiled.rows([key])
    return [(compiled.pattern(shard.patterns[at]), shard.weights[at], shard.signs[at]) for at in shard.row(number)]


def test_a_row_is_what_the_profile_says() -> None:
    compiled: Compiled[str] = Compiled()
    compiled.set("ada", profile("pruning ^2.5", "+kv cache", "-survey", limit=7, threshold=0.25))
    assert row(compiled, "ada") == [
        (parse("pruning").pattern, 2.5, NORMAL),
        (parse("kv cache").pattern, 1.0, MUST),
        (parse("survey").pattern, 1.0, EXCLUDE),
    ]
    [(shard, [number])] = compiled.rows(["ada"])
    assert (shard.limits[number], shard.thresholds[number]) == (7, 0.25)


def test_a_pattern_has_one_number_however_it_is_typed() -> None:
    compiled: Compiled[str] = Compiled()
    compiled.set("ada", profile("diffusion model"))
    compiled.set("ben", profile("Diffusion models ^3"))
    assert compiled.patterns(compiled) == {parse("diffusion model").pattern}


def test_numbers_stay_while_others_come_and_go() -> None:
    compiled: Compiled[str] = Compiled()
    compiled.set("ada", profile("pruning"))
    compiled.set("ben", profile("cache"))
    numbers = compiled.numbers(compiled.patterns(compiled))
    compiled.remove("ada")
    compiled.set("cleo", profile("survey", "tides"))
    later = compiled.numbers([*compiled.patterns(compiled), parse("pruning").pattern])
    assert later[parse("cache").pattern] == numbers[parse("cache").pattern]
    assert sorted(later.values()) == [0, 1, 2]


def test_who_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        Compiled[str]().remove("ada")


def test_what_was_left_is_swept_out() -> None:
    compiled: Compiled[str] = Compiled()
    compiled.set("ben", profile("cache", "tides ^2"))
    for number in range(10_000):
        compiled.set("ada", profile("pruning", f"word{number}"))
    [shard] = compiled.shards
    assert len(shard.patterns) < 5000
    assert len(shard.keys) <= 3
    assert len(compiled.patterns(compiled)) == 4
    assert row(compiled, "ben") == [(parse("cache").pattern, 1.0, NORMAL), (parse("tides").pattern, 2.0, NORMAL)]


_KEYWORDS = st.sampled_from(
    [
        "pruning",
        "Prune ^2",
        "+prune",
        "kv cache",
        "-survey",
        "surveys",
        "kv-caches ^0.5",
        "tides ^3",
        "-tide",
        "-kv cache",
    ]
)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(_KEYWORDS, max_size=5)), max_size=20))
def test_rows_are_the_profiles_after_any_changes(changes: list[tuple[str, list[str]]]) -> None:
    """No keywords stand for somebody who leaves."""
    compiled: Compiled[str] = Compiled()
    expected: dict[str, list[str]] = {}
    for key, keywords in changes:
        if not keywords and key in expected:
            compiled.remove(key)
            del expected[key]
            continue
        try:
            parse_profile(keywords)
        except KeywordError:
            continue
        compiled.set(key, profile(*keywords))
        expected[key] = keywords
    assert set(compiled) == expected.keys()
    for key, keywords in expected.items():
        parsed = parse_profile(keywords)
        assert [pattern for pattern, _, _ in row(compiled, key)] == [keyword.pattern for keyword in parsed]
        assert [weight for _, weight, _ in row(compiled, key)] == [keyword.weight for keyword in parsed]
    patterns = {keyword.pattern for keywords in expected.values() for keyword in parse_profile(keywords)}
    assert compiled.patterns(compiled) == patterns
    assert len(set(compiled.numbers(patterns).values())) == len(patterns)
