"""Lists of names are read as listings write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.people import in_order, split_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Moor", ("Ada Moor",)),
        ("Ada Moor, B. Reed and C. Sedge", ("Ada Moor", "B. Reed", "C. Sedge")),
        ("Ada Moor, B. Reed, and C. Sedge", ("Ada Moor", "B. Reed", "C. Sedge")),
        ("Ada Moor (Fen College, Ely and Cambridge), B. Reed", ("Ada Moor", "B. Reed")),
        ("A. Moor (1 and 2), B. Reed (2) ((1) Fen College (Ely), (2) Heath)", ("A. Moor", "B. Reed")),
        ("N. M\\\"oller, Andr\\'e Sedge, M{\\aa}ns Reed", ('N. M\\"oller', "Andr\\'e Sedge", "M{\\aa}ns Reed")),
        ("Ada Moor, Jr., B. Reed III", ("Ada Moor Jr.", "B. Reed III")),
        ("The Fen Collaboration: A. Moor, et al.", ("The Fen Collaboration", "A. Moor")),
        ("Alexander Sandler", ("Alexander Sandler",)),
        ("A. Moor (Fen College, B. Reed", ("A. Moor (Fen College", "B. Reed")),
        ("", ()),
    ],
)
def test_names_come_without_affiliations(text: str, expected: tuple[str, ...]) -> None:
    assert split_names(text) == expected


@given(st.text())
def test_no_text_is_too_strange_for_a_name(text: str) -> None:
    assert all(name.strip() for name in split_names(text))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Moor, Ada", "Ada Moor"),
        ("Ada Moor", "Ada Moor"),
        ("Moor, Jr., Ada", "Ada Moor Jr."),
        ("Moor, Ada, Jr.", "Ada Moor Jr."),
        ("Moor, III, Ada", "Ada Moor III"),
        ("van den Berg, C.", "C. van den Berg"),
        ("Moor,", "Moor"),
        (",", ""),
        ("", ""),
    ],
)
def test_names_are_turned_round(name: str, found: str) -> None:
    assert in_order(name) == found
