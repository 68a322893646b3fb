"""JSON values become fields of a paper, or stay unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from digest.formats.json.fields import categories, count, day, first, link, name, names, text


def test_the_first_value_that_says_something_is_taken() -> None:
    record: dict[str, Any] = {"a": "", "b": None, "c": [], "d": 0, "e": "x"}
    assert first(record, "a", "b", "c", "d", "e") == 0
    assert first(record, "a", "e", "d") == "x"
    assert first(record, "a", "z") is None


@pytest.mark.parametrize(
    ("value", "expected"), [(" a\n b ", "a b"), (["a", "b"], "a"), ([], ""), ([1], ""), (7, ""), (None, "")]
)
def test_texts_are_cleaned(value: Any, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        ("12", 12),
        (12.0, 12),
        (10**9, 10**9),
        (10**9 + 1, None),
        (-1, None),
        (True, None),
        (1.5, None),
        ("1e3", None),
        (None, None),
        ("", None),
        ("٣", None),
        (float("nan"), None),
        (float("inf"), None),
        ("9" * 99, None),
        ([1], None),
    ],
)
def test_counts_are_whole_and_sane(value: Any, expected: int | None) -> None:
    assert count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-08-19", date(2025, 8, 19)),
        ("2025-08-19T01:00:00+02:00", date(2025, 8, 18)),
        (20250819, None),
        ("x" * 999, None),
    ],
)
def test_days_are_days_in_utc(value: Any, expected: date | None) -> None:
    assert day(value) == expected


def test_the_first_address_is_taken() -> None:
    assert link(None, "x", {"url": "https://a.example"}, "https://b.example") == "https://a.example"
    assert link({"url": {"url": "https://a.example"}}, 7) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada  Moor", "Ada Moor"),
        ({"name": "fen", "fullname": "Fen College"}, "Fen College"),
        ({"first": "Ada", "last": "Moor"}, "Ada Moor"),
        ({"author": {"name": "Ada Moor"}, "position": 1}, "Ada Moor"),
        ({"name": {"name": "x"}}, ""),
        ({}, ""),
        (7, ""),
    ],
)
def test_names_of_people_and_places(value: Any, expected: str) -> None:
    assert name(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Moor, Ada; Sedge, Ben", ("Ada Moor", "Ben Sedge")),
        ("Ada Moor; Ben Sedge", ("Ada Moor", "Ben Sedge")),
        (["Moor, Ada", "Sedge, PhD"], ("Moor, Ada", "Sedge, PhD")),
        ([None, "", {"name": "Ada Moor"}], ("Ada Moor",)),
        ({"name": "Ada Moor"}, ()),
        (None, ()),
    ],
)
def test_authors_are_told_apart(value: Any, expected: tuple[str, ...]) -> None:
    assert names(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cs.LG stat.ML", ("cs.LG", "stat.ML")),
        ("hep-th", ("hep-th",)),
        ("cond-mat.stat-mech hep-th cs.LG", ("cond-mat.stat-mech", "hep-th", "cs.LG")),
        ("hep-th math-ph", ("hep-th", "math-ph")),
        ("machine learning", ("machine learning",)),
        ("Learning, Maps; Snails", ("Learning", "Maps", "Snails")),
        (["cs.LG", "cs.LG", {"term": "cs.CL"}, None], ("cs.LG", "cs.CL")),
        ("", ()),
        ({"a": 1}, ()),
    ],
)
def test_categories_are_told_apart(value: Any, expected: tuple[str, ...]) -> None:
    assert categories(value) == expected
